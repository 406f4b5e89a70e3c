"""The demo: a team with a past, the same every time, and never where it would do harm."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from activities.models import Activity, Note
from contacts.models import Organization, Person
from conversion.models import ConvertedLead
from crm.management.commands.run import DEMO_PASSWORD, DEMO_USERS
from deals.models import Deal, StageVisit
from history.models import Operation
from leads.models import Lead
from pipelines.models import Pipeline
from products.models import Product
from projects.models import Project


@pytest.mark.slow
@pytest.mark.django_db
def test_a_demo_is_a_team_with_a_past_and_fills_a_database_once(settings):
    call_command("demo")

    # Those who can sign in, as `run` tells them.
    users = User.objects.in_bulk(DEMO_USERS, field_name="email")
    assert set(users) == set(DEMO_USERS)
    assert all(user.check_password(DEMO_PASSWORD) for user in users.values())
    alice, bob = users["alice@carnet.example"], users["bob@carnet.example"]
    assert (alice.language, bob.language) == ("en", "fr")
    assert alice.team == bob.team != users["charlie@carnet.example"].team

    # What they sell.
    assert Pipeline.objects.count() == 2
    assert Product.objects.count() == 16
    assert Product.objects.filter(is_active=False).count() == 1
    assert Organization.objects.count() == 40
    assert Person.objects.count() >= 70
    assert Lead.objects.count() == 45
    assert Deal.objects.count() == 47
    assert set(Deal.objects.values_list("status", flat=True)) == {"open", "won", "lost"}
    assert set(Project.objects.values_list("status", flat=True)) == {"open", "done"}
    assert Project.objects.open().values("phase").distinct().count() > 1
    assert ConvertedLead.objects.standing().count() == 10

    # Every state of a next step, leads nobody has seen, leads put away.
    today = timezone.localdate()
    inbox = Lead.objects.in_inbox()
    assert inbox.unseen().exists()
    assert Lead.objects.archived().exists()
    for state in ({"isnull": True}, {"lt": today}, {"exact": today}, {"gt": today}):
        [(lookup, value)] = state.items()
        assert inbox.filter(**{f"next_activity_on__{lookup}": value}).exists(), state
    now = timezone.now()
    rotten = [d for d in Deal.objects.select_related("stage") if d.rot(now, today) == "rotten"]
    assert 2 <= len(rotten) <= 8

    # They say something in the fields that the company added, and not everywhere.
    for model in (Lead, Deal, Person, Organization):
        assert 0 < model.objects.exclude(custom={}).count() < model.objects.count()

    # Nothing happened before it could, or has yet to happen.
    assert not Operation.objects.filter(at__gt=now).exists()
    assert Operation.objects.order_by("pk").first().at == Operation.objects.earliest("at").at
    assert not StageVisit.objects.filter(left_at__lt=F("entered_at")).exists()
    for model in (Note, Activity):
        for kind in ("lead", "deal"):
            assert not model.objects.filter(created_at__lt=F(f"{kind}__created_at")).exists()

    call_command("check_invariants")

    # A second one neither doubles nor mixes.
    call_command("demo", if_empty=True)
    assert Lead.objects.count() == 45
    with pytest.raises(CommandError, match="not empty"):
        call_command("demo")


@pytest.mark.django_db
def test_a_database_with_a_single_user_is_not_filled(alice):
    call_command("demo", if_empty=True)
    with pytest.raises(CommandError, match="not empty"):
        call_command("demo")

    assert User.objects.get() == alice


@pytest.mark.django_db
def test_production_refuses_the_demo(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="production"):
        call_command("demo")
    with pytest.raises(CommandError, match="production"):
        call_command("demo", if_empty=True)

    assert not User.objects.exists()
