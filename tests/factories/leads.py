"""Leads."""

import factory
from factory.django import DjangoModelFactory

from leads.models import Lead
from tests.factories.accounts import UserFactory
from tests.factories.contacts import PersonFactory


class LeadFactory(DjangoModelFactory):
    """An unseen lead of a person, linked to no organization."""

    class Meta:
        model = Lead
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Lead {n}")
    owner = factory.SubFactory(UserFactory)
    person = factory.SubFactory(PersonFactory, owner=factory.SelfAttribute("..owner"))

    @factory.post_generation
    def labels(self, create, labels, **_kwargs):
        if labels:
            self.labels.set(labels)
