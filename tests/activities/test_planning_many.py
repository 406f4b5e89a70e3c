"""The same activity for many leads: one statement a table, each for its owner, and taken back."""

import datetime
import uuid

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities import services
from activities.models import Activity
from core.errors import Missing, NotAllowed, Stale
from history.models import Event
from history.services import undo
from jobs.models import Job
from jobs.services import run_now
from leads.models import Lead
from lists import acting
from tests.factories import (
    ActivityFactory,
    ActivityTypeFactory,
    DealFactory,
    LeadFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = datetime.date(2027, 3, 4)
PLAN = "/activities/plan-many/leads/"


@pytest.fixture
def call(db):
    return ActivityTypeFactory(name="Telephone")


@pytest.fixture
def leads(alice, bob):
    return [LeadFactory(owner=owner, visibility="team") for owner in (alice, bob, alice)]


def plan(leads, call, by, **values):
    given = {"activity_type": call, "subject": "Call back", "due_on": DAY} | values
    return services.plan_many(leads, **given, by=by)


def test_each_lead_gets_one_for_its_owner_and_tells(alice, bob, leads, call):
    ActivityFactory(lead=leads[0], due_on=DAY - datetime.timedelta(1))
    Lead.objects.filter(pk=leads[0].pk).update(next_activity_on=DAY - datetime.timedelta(1))
    Lead.objects.filter(pk=leads[1].pk).update(next_activity_on=DAY + datetime.timedelta(1))

    operation = plan(leads, call, alice)

    made = Activity.objects.filter(subject="Call back").order_by("pk")
    assert [(each.lead, each.assignee, each.due_on) for each in made] == [
        (lead, lead.owner, DAY) for lead in leads
    ]
    assert list(Lead.objects.order_by("pk").values_list("next_activity_on", flat=True)) == [
        DAY - datetime.timedelta(1),
        DAY,
        DAY,
    ]
    event = operation.events.get(subject_id=leads[1].pk)
    assert event.verb == "activity.planned"
    assert event.changes == {
        "activity": [None, {"id": made[1].pk, "name": "Call back"}],
        "type": [None, {"id": call.pk, "name": "Telephone"}],
        "due_on": [None, "2027-03-04"],
        "assignee": [None, {"id": bob.pk, "name": "Bob Petit"}],
    }


def test_undo_removes_what_nobody_touched(alice, leads, call):
    kept = ActivityFactory(lead=leads[0], due_on=DAY + datetime.timedelta(1))
    operation = plan(leads, call, alice)

    undo(operation, by=alice)

    assert list(Activity.objects.all()) == [kept]
    assert list(Lead.objects.order_by("pk").values_list("next_activity_on", flat=True)) == [
        kept.due_on,
        None,
        None,
    ]
    assert Event.objects.filter(verb="activity.removed").count() == 3


def test_undo_leaves_all_where_one_was_done(alice, leads, call):
    operation = plan(leads, call, alice)
    services.complete(Activity.objects.get(lead=leads[2]), by=alice)

    with pytest.raises(Stale, match=leads[2].title):
        undo(operation, by=alice)

    assert Activity.objects.count() == 3


def test_undo_passes_over_what_was_removed_since(alice, leads, call):
    operation = plan(leads, call, alice)
    services.remove(Activity.objects.get(lead=leads[2]), by=alice)

    undo(operation, by=alice)

    assert not Activity.objects.exists()


def test_what_an_owner_who_left_would_do_is_for_whoever_plans(alice, leads, call, bob):
    bob.is_active = False
    bob.save()

    plan(leads, call, alice)

    assert set(Activity.objects.values_list("assignee", flat=True)) == {alice.pk}


def test_refused_as_a_whole(alice, charlie, reader, leads, call):
    with pytest.raises(services.AssigneeCannotSee) as refused:
        plan(leads, call, alice, assignee=charlie)
    assert refused.value.records == leads
    with pytest.raises(NotAllowed):
        plan(leads, call, reader)
    with pytest.raises(Missing):
        plan(leads, call, charlie)
    with pytest.raises(ValidationError):
        plan(leads, call, alice, subject="\x00")
    assert not Activity.objects.exists()
    assert not Event.objects.exists()


def test_a_repeat_plans_nothing_more(alice, leads, call):
    token = uuid.uuid4()

    assert plan(leads, call, alice, token=token) == plan(leads, call, alice, token=token)
    assert Activity.objects.count() == 3


def test_deals_are_planned_alike(alice, call):
    deals = DealFactory.create_batch(2, owner=alice)

    operation = plan(deals, call, alice)

    assert Activity.objects.filter(deal__in=deals).count() == 2
    undo(operation, by=alice)
    assert not Activity.objects.exists()


@pytest.mark.parametrize("number", [10, 500])
def test_the_number_of_statements_does_not_grow_with_the_leads(admin, call, number):
    person = PersonFactory(owner=admin)
    Lead.objects.bulk_create(
        Lead(title=f"Lead {n}", person=person, owner=admin) for n in range(number)
    )

    with CaptureQueriesContext(connection) as forth:
        operation = plan(Lead.objects.all(), call, admin, assignee=UserFactory())
    with CaptureQueriesContext(connection) as back:
        undo(operation, by=admin)

    assert (len(forth), len(back)) == (13, 17)


# --- From the list ---


@pytest.fixture
def form(call):
    return {"type": call.pk, "when": "on", "due_on": "2027-03-04", "token": str(uuid.uuid4())}


def test_it_asks_first_and_writes_nothing(signed_in, alice, leads):
    asked = signed_in(alice).post(PLAN, {"ids": [lead.pk for lead in leads]})

    assert "Plan an activity for 3 leads" in asked.text
    assert "The owner of each lead" in asked.text
    assert not Activity.objects.exists()


def test_it_plans_and_goes_back_with_undo(signed_in, alice, leads, form):
    sent = {"ids": [lead.pk for lead in leads], "next": "/leads/?view=mine"}

    answer = signed_in(alice).post(PLAN, form | sent)

    assert answer.url == "/leads/?view=mine"
    assert [str(each) for each in get_messages(answer.wsgi_request)] == ["3 activities planned."]
    assert set(Activity.objects.values_list("subject", "due_on")) == {("Telephone", DAY)}


def test_a_missing_day_is_told_at_its_place(signed_in, alice, leads, form):
    answer = signed_in(alice).post(PLAN, form | {"ids": leads[0].pk, "due_on": ""})

    assert answer.status_code == 422
    assert "Choose a day." in answer.text


def test_many_are_planned_by_a_job(signed_in, alice, leads, form, monkeypatch):
    monkeypatch.setattr(acting, "LARGEST_REQUEST", 2)

    signed_in(alice).post(PLAN, form | {"all": "1", "count": 3, "assignee": alice.pk})

    assert run_now(Job.objects.get()).result["text"] == "3 activities planned."
    assert set(Activity.objects.values_list("assignee", flat=True)) == {alice.pk}
