"""Two at once: done twice, planned together, and against a conversion."""

import time
from datetime import date

import pytest

from accounts.models import User
from activities import services
from activities.models import Activity, Note
from activities.services import planning
from conversion.services import convert_leads
from core.errors import Missing
from deals.models import Deal
from history.models import Event
from leads.models import Lead
from tests.factories import (
    ActivityTypeFactory,
    LeadFactory,
    PipelineFactory,
    StageFactory,
    UserFactory,
)
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = date(2026, 11, 23)


@pytest.fixture
def alice():
    return UserFactory()


@pytest.fixture
def lead(alice):
    StageFactory(pipeline=PipelineFactory(is_default=True))
    return LeadFactory(owner=alice)


@pytest.fixture
def call():
    return ActivityTypeFactory()


def planner(lead, call, by, on=MONDAY):
    activity = Activity(lead=lead, type=call, subject="Call", due_on=on)
    return lambda: services.plan(activity, by=User.objects.get(pk=by.pk))


def completer(activity, by):
    return lambda: services.complete(activity, by=User.objects.get(pk=by.pk))


def test_done_by_two_at_once_is_done_once(alice, lead, call):
    for _round in range(5):
        activity = planner(lead, call, alice)()
        answers = at_once(completer(activity, alice), completer(activity, alice))
        assert len([each for each in answers if each is None]) == 1
    assert Event.objects.filter(verb="activity.done").count() == 5


def test_planned_by_many_at_once_the_next_step_is_the_earliest(alice, lead, call):
    days = [MONDAY.replace(day=day) for day in (25, 23, 27, 24)]
    answers = at_once(*[planner(lead, call, alice, on=day) for day in days])
    assert all(isinstance(each, Activity) for each in answers)
    lead.refresh_from_db()
    assert lead.next_activity_on == min(days)


def test_no_activity_or_note_stays_behind_on_a_converted_lead(alice, call):
    stage = StageFactory(pipeline=PipelineFactory(is_default=True))
    for _round in range(8):
        lead = LeadFactory(owner=alice)
        note = Note(lead=lead, text="Said")
        converted, planned, noted = at_once(
            lambda lead=lead: convert_leads([lead], into=stage, by=User.objects.get(pk=alice.pk)),
            planner(lead, call, alice),
            lambda note=note: services.write_note(note, by=User.objects.get(pk=alice.pk)),
        )
        assert not isinstance(converted, Exception)
        assert isinstance(planned, Activity | Missing)
        assert isinstance(noted, Note | Missing)
        deal = Deal.objects.order_by("pk").last()
        to_do = Activity.objects.filter(deal=deal).values_list("due_on", flat=True)
        assert deal.next_activity_on == min(to_do, default=None)
    assert not Activity.objects.filter(lead__isnull=False).exists()
    assert not Note.objects.filter(lead__isnull=False).exists()


def test_without_the_lock_an_activity_stays_behind(alice, lead, call, monkeypatch):
    """The control arm of the race above."""

    def look_without_locking(activity, *, by):
        found = Lead.objects.get(pk=activity.lead_id)
        time.sleep(0.5)
        return found

    monkeypatch.setattr(planning, "hold_subject", look_without_locking)
    at_once(
        planner(lead, call, alice),
        lambda: (
            time.sleep(0.2),
            convert_leads([lead], into=None, by=User.objects.get(pk=alice.pk)),
        ),
    )
    assert Activity.objects.filter(lead__isnull=False).exists()
