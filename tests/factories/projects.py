"""Projects and their phases."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.ordering import rank_last
from projects.models import Phase, Project
from tests.factories.accounts import UserFactory


class PhaseFactory(DjangoModelFactory):
    class Meta:
        model = Phase

    name = factory.Sequence(lambda n: f"Phase {n}")
    position = factory.Sequence(lambda n: n)


class ProjectFactory(DjangoModelFactory):
    """An open project at the end of its phase's column; say what it is about: ``deals=[…]``,
    ``people=[…]``, ``organizations=[…]``.
    """

    class Meta:
        model = Project
        skip_postgeneration_save = True

    class Params:
        done = factory.Trait(
            status=Project.Status.DONE,
            ended_at=factory.LazyFunction(timezone.now),
            ended_by=factory.SelfAttribute("owner"),
        )
        cancelled = factory.Trait(
            status=Project.Status.CANCELLED,
            ended_at=factory.LazyFunction(timezone.now),
            ended_by=factory.SelfAttribute("owner"),
        )

    title = factory.Sequence(lambda n: f"Project {n}")
    owner = factory.SubFactory(UserFactory)
    phase = factory.SubFactory(PhaseFactory)
    position = factory.LazyFunction(lambda: rank_last(timezone.now()))

    @factory.post_generation
    def deals(self, create, deals, **_kwargs):
        self.deals.set(deals or ())

    @factory.post_generation
    def people(self, create, people, **_kwargs):
        self.people.set(people or ())

    @factory.post_generation
    def organizations(self, create, organizations, **_kwargs):
        self.organizations.set(organizations or ())

    @factory.post_generation
    def labels(self, create, labels, **_kwargs):
        if labels:
            self.labels.set(labels)
