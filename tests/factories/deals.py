"""Deals and lost reasons."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.ordering import rank_last
from deals.models import Deal, LineItem, LostReason, Participant, StageVisit
from tests.factories.accounts import UserFactory
from tests.factories.contacts import PersonFactory
from tests.factories.pipelines import StageFactory


class LostReasonFactory(DjangoModelFactory):
    class Meta:
        model = LostReason

    name = factory.Sequence(lambda n: f"Reason {n}")


class DealFactory(DjangoModelFactory):
    """An open deal of a person, at the end of its stage's column, with its first stage visit."""

    class Meta:
        model = Deal
        skip_postgeneration_save = True

    class Params:
        won = factory.Trait(
            status=Deal.Status.WON,
            won_at=factory.LazyFunction(timezone.now),
            first_won_at=factory.SelfAttribute("won_at"),
            won_by=factory.SelfAttribute("owner"),
        )
        lost = factory.Trait(
            status=Deal.Status.LOST,
            lost_at=factory.LazyFunction(timezone.now),
            lost_by=factory.SelfAttribute("owner"),
        )

    title = factory.Sequence(lambda n: f"Deal {n}")
    owner = factory.SubFactory(UserFactory)
    person = factory.SubFactory(PersonFactory, owner=factory.SelfAttribute("..owner"))
    stage = factory.SubFactory(StageFactory)
    position = factory.LazyFunction(lambda: rank_last(timezone.now()))

    @factory.post_generation
    def labels(self, create, labels, **_kwargs):
        if labels:
            self.labels.set(labels)

    @factory.post_generation
    def visit(self, create, _extracted, **_kwargs):
        if create:
            StageVisit.objects.create(deal=self, stage=self.stage, entered_at=self.stage_entered_at)


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    deal = factory.SubFactory(DealFactory)
    person = factory.SubFactory(PersonFactory, owner=factory.SelfAttribute("..deal.owner"))


class LineItemFactory(DjangoModelFactory):
    """A line that counts, beside the value that was typed into its deal."""

    class Meta:
        model = LineItem
        skip_postgeneration_save = True

    deal = factory.SubFactory(DealFactory)
    name = factory.Sequence(lambda n: f"Thing {n}")
    quantity = 1
    price = 100

    @factory.post_generation
    def terms(self, create, _extracted, **_kwargs):
        if create and not self.deal.lines_currency:
            self.deal.lines_currency = "EUR"
            self.deal.save(update_fields=["lines_currency"])
