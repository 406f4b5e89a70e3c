"""Large databases: as many records as asked for, each sound and with all that belongs to it."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F

from accounts.models import Team, User, Visibility
from contacts.models import EmailAddress, Organization, Person
from deals.models import Deal, StageVisit
from history.models import Event
from leads.models import Lead
from pipelines.models import Pipeline
from products.models import Product

pytestmark = pytest.mark.django_db


def test_what_was_asked_for_is_there_with_all_that_belongs_to_it():
    call_command("generate", leads=400, deals=300, people=100)

    assert (Lead.objects.count(), Deal.objects.count(), Person.objects.count()) == (400, 300, 100)
    assert Organization.objects.exists()
    assert EmailAddress.objects.count() == 100
    assert (Team.objects.count(), User.objects.who_may_own().count()) == (5, 20)
    for model in (Lead, Deal):
        counted = model.objects.annotate(
            notes=Count("note_set", distinct=True),
            activities=Count("activity_set", distinct=True),
            tags=Count("labels", distinct=True),
        )
        assert set(counted.values_list("notes", "activities", "tags")) == {(1, 1, 1)}
        assert set(model.objects.values_list("visibility", flat=True)) == set(Visibility.values)
        created = Event.objects.filter(verb=f"{model.kind}.created")
        assert created.count() == model.objects.count()
    call_command("check_invariants")


def test_products_are_there_with_prices_and_the_act_that_made_them():
    call_command("generate", products=60)

    assert Product.objects.count() == Event.objects.filter(verb="product.created").count() == 60
    assert Product.objects.filter(prices__currency="EUR").count() == 60
    assert Product.objects.filter(prices__currency="USD").count() == 30
    for product in Product.objects.all():
        product.full_clean()


def test_it_is_as_mixed_as_life():
    call_command("generate", leads=600, deals=600)

    inbox = Lead.objects.in_inbox()
    assert inbox.filter(next_activity_on=None).exists()
    assert inbox.filter(next_activity_on__isnull=False).exists()
    assert inbox.unseen().exists()
    assert Lead.objects.archived().exists()
    assert set(Deal.objects.values_list("status", flat=True)) == {"open", "won", "lost"}
    assert Deal.objects.values("stage").distinct().count() > 3
    assert StageVisit.objects.filter(left_at__isnull=False).exists()
    assert not Deal.objects.filter(stage_entered_at__lt=F("created_at")).exists()
    assert not Deal.objects.filter(position__endswith="0").exists()
    rare = User.objects.filter(team=Team.objects.order_by("-pk").first())
    assert Lead.objects.filter(owner__in=rare).count() < 30


@pytest.mark.django_db(transaction=True)
def test_it_adds_to_what_is_there(alice, pipeline):
    call_command("generate", people=10)
    call_command("generate", leads=5)
    call_command("generate", leads=5, deals=5)

    assert (Lead.objects.count(), Deal.objects.count(), Person.objects.count()) == (10, 5, 10)
    assert set(Deal.objects.values_list("stage__pipeline", flat=True)) == {pipeline.pk}
    assert User.objects.who_may_own().count() == 20
    call_command("check_invariants")


def test_who_may_see_them_can_be_chosen():
    call_command("generate", leads=50, shared=100)

    assert set(Lead.objects.values_list("visibility", flat=True)) == {Visibility.EVERYONE}


@pytest.mark.django_db(transaction=True)
def test_one_pipeline_can_be_filled_with_open_deals(pipeline):
    call_command("generate", deals=200, shared=0, private=100, pipeline="Large")
    call_command("generate", deals=10, pipeline="Large")

    large = Pipeline.objects.get(name="Large")
    names = list(large.stages.in_order().values_list("name", flat=True))
    assert names == ["Qualified", "Offer", "Negotiation"]
    assert Deal.objects.on_board().filter(stage__pipeline=large).count() == 210
    assert Deal.objects.filter(visibility=Visibility.OWNER).count() >= 200
    assert Deal.objects.filter(next_activity_on=None).exists()
    assert Deal.objects.filter(expected_close_on__isnull=False).exists()
    assert Deal.objects.exclude(currency="").values("currency").distinct().count() > 1
    call_command("check_invariants")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"leads": -1},
        {"leads": 5, "shared": 101},
        {"leads": 5, "private": -1},
        {"leads": 5, "shared": 50, "private": 51},
    ],
)
def test_nonsense_is_refused(options):
    with pytest.raises(CommandError):
        call_command("generate", **options)

    assert not Lead.objects.exists()


def test_production_wants_to_be_asked_twice(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="--yes"):
        call_command("generate", leads=5)
    call_command("generate", leads=5, yes=True)

    assert Lead.objects.count() == 5
