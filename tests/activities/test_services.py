"""Planning, doing, changing and removing; notes; what is refused, and what undo brings back."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities import services
from activities.models import Activity, Note
from activities.services import AssigneeCannotSee, NotYourNote
from conversion.services import convert_leads
from core.errors import Missing, NotAllowed, Stale
from history.models import Event, Operation
from history.services import undo
from tests.factories import (
    ActivityFactory,
    ActivityTypeFactory,
    DealFactory,
    LeadFactory,
    NoteFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


@pytest.fixture
def call():
    return ActivityTypeFactory(name="Call", icon="phone")


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice, visibility="team")


def plan(record, call, on=MONDAY, by=None, **fields):
    activity = Activity(
        **{record.kind: record}, type=call, subject="Call back", due_on=on, **fields
    )
    return services.plan(activity, by=by or record.owner)


def next_step(record):
    return type(record).everything.get(pk=record.pk).next_activity_on


# --- Activities --------------------------------------------------------------------------------


def test_planning_writes_the_next_step_and_an_event(alice, lead, call):
    activity = plan(lead, call)

    assert (activity.assignee, activity.created_by) == (alice, alice)
    assert next_step(lead) == MONDAY
    event = Event.objects.get()
    assert (event.verb, event.subject_kind, event.subject_id) == (
        "activity.planned",
        "lead",
        lead.pk,
    )
    assert event.changes["activity"] == [None, {"id": activity.pk, "name": "Call back"}]


def test_a_repeated_submission_plans_once(alice, lead, call):
    token = "5d3a1a9e-6d0b-4a3c-9d8e-0f4d4a4b0c11"
    activity = Activity(lead=lead, type=call, subject="Once", due_on=MONDAY)

    first = services.plan(activity, token=token, by=alice)
    again = services.plan(
        Activity(lead=lead, type=call, subject="Once", due_on=MONDAY), token=token, by=alice
    )

    assert first.pk == again.pk
    assert Activity.objects.count() == 1


def test_the_next_step_is_the_earliest_one_to_do(alice, lead, call):
    later = plan(lead, call, MONDAY + timedelta(days=3))
    soon = plan(lead, call, MONDAY)

    services.complete(soon, by=alice)
    assert next_step(lead) == later.due_on
    services.reopen(soon, by=alice)
    assert next_step(lead) == MONDAY
    services.change(soon, {"due_on": MONDAY + timedelta(days=9)}, by=alice)
    assert next_step(lead) == later.due_on
    services.remove(later, by=alice)
    assert next_step(lead) == MONDAY + timedelta(days=9)
    services.remove(soon, by=alice)
    assert next_step(lead) is None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["plan", "complete", "reopen", "change", "remove", "undo"]),
        st.integers(0, 4),
        st.integers(0, 6),
    ),
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_whatever_one_does_the_next_step_stays_the_minimum(alice, call, steps):
    deal = DealFactory(owner=alice)
    for act, which, days in steps:
        mine = list(Activity.objects.filter(deal=deal).order_by("pk"))
        on = MONDAY + timedelta(days=days)
        if act == "undo":
            last = Operation.objects.filter(undone_at=None, events__subject_id=deal.pk).last()
            if last:
                undo(last, by=alice)
        elif act == "plan" or not mine:
            plan(deal, call, on)
        elif act == "change":
            services.change(mine[which % len(mine)], {"due_on": on}, by=alice)
        else:
            getattr(services, act)(mine[which % len(mine)], by=alice)

        to_do = Activity.objects.undone().filter(deal=deal).values_list("due_on", flat=True)
        assert next_step(deal) == min(to_do, default=None)


def test_something_done_or_said_ends_the_idleness_of_a_deal(alice, call):
    with time_machine.travel("2026-11-01T09:00Z", tick=False):
        deal = DealFactory(owner=alice)
        activity = plan(deal, call)
        before = deal.idle_since
    deal.refresh_from_db()
    assert deal.idle_since == before

    services.complete(activity, by=alice)

    deal.refresh_from_db()
    assert deal.idle_since > before
    noted = deal.idle_since
    services.write_note(Note(deal=deal, text="Likes it"), by=alice)
    deal.refresh_from_db()
    assert deal.idle_since > noted


def test_a_call_may_be_noted_as_done_at_once(alice, lead, call):
    activity = Activity(lead=lead, type=call, subject="Called", due_on=timezone.localdate())

    services.plan(activity, is_done=True, by=alice)

    activity.refresh_from_db()
    assert activity.done_by == alice
    assert next_step(lead) is None
    assert Event.objects.get().verb == "activity.done"


def test_done_twice_is_done_once(alice, bob, lead, call):
    activity = plan(lead, call)

    assert services.complete(activity, by=alice)
    assert services.complete(activity, by=bob) is None

    activity.refresh_from_db()
    assert activity.done_by == alice
    assert Event.objects.filter(verb="activity.done").count() == 1


def test_a_change_that_did_not_see_the_last_one_is_refused(alice, bob, lead, call):
    activity = plan(lead, call)
    services.change(activity, {"subject": "Call Inès"}, by=bob)

    with pytest.raises(Stale) as refused:
        services.change(activity, {"subject": "Write"}, by=alice, seen={"subject": "Call back"})

    assert (refused.value.seen, refused.value.found) == ("Call back", "Call Inès")


def test_changing_nothing_records_nothing(alice, lead, call):
    activity = plan(lead, call)
    assert services.change(activity, {"subject": "Call back"}, by=alice) is None
    assert Event.objects.count() == 1


def test_text_that_does_not_fit_is_refused(alice, lead, call):
    activity = plan(lead, call)
    with pytest.raises(ValidationError):
        services.change(activity, {"subject": "x" * 201}, by=alice)
    with pytest.raises(ValidationError):
        services.change(activity, {"subject": "\u202egnp.exe"}, by=alice)


def test_activities_are_given_to_those_who_see_the_record(alice, bob, charlie, reader, lead, call):
    assert plan(lead, call, assignee=bob).assignee == bob
    for stranger in (charlie, reader):
        with pytest.raises(AssigneeCannotSee):
            plan(lead, call, by=alice, assignee=stranger)
    assert Activity.objects.count() == 1


# --- Notes -------------------------------------------------------------------------------------


def test_a_note_is_rewritten_by_its_author_the_manager_or_an_admin(
    alice, bob, manager, admin, charlie, lead
):
    note = services.write_note(Note(lead=lead, text="First"), by=alice)

    for who in (alice, manager, admin):
        assert services.change_note(note, f"By {who}", by=who)
    with pytest.raises(NotYourNote):
        services.change_note(note, "By Bob", by=bob)
    with pytest.raises(NotYourNote):
        services.remove_note(note, by=bob)
    with pytest.raises(Missing):
        services.change_note(note, "By Charlie", by=charlie)

    note.refresh_from_db()
    assert note.text == f"By {admin}"


def test_whoever_may_change_the_record_may_pin(alice, bob, lead):
    note = services.write_note(Note(lead=lead, text="Budget: 40k"), by=alice)

    services.pin(note, True, by=bob)

    note.refresh_from_db()
    assert note.is_pinned
    assert services.pin(note, True, by=alice) is None


def test_a_note_that_was_rewritten_meanwhile_is_not_overwritten(alice, manager, lead):
    note = services.write_note(Note(lead=lead, text="First"), by=alice)
    services.change_note(note, "Second", by=manager)
    with pytest.raises(Stale):
        services.change_note(note, "Third", by=alice, seen="First")


# --- Who may -----------------------------------------------------------------------------------

ACTS = {
    "plan": lambda record, activity, note, by: plan(record, activity.type, by=by),
    "complete": lambda record, activity, note, by: services.complete(activity, by=by),
    "reopen": lambda record, activity, note, by: services.reopen(activity, by=by),
    "change": lambda record, activity, note, by: services.change(activity, {"minutes": 5}, by=by),
    "remove": lambda record, activity, note, by: services.remove(activity, by=by),
    "write_note": lambda record, activity, note, by: services.write_note(
        Note(**{record.kind: record}, text="Hello"), by=by
    ),
    "change_note": lambda record, activity, note, by: services.change_note(note, "X", by=by),
    "remove_note": lambda record, activity, note, by: services.remove_note(note, by=by),
    "pin": lambda record, activity, note, by: services.pin(note, True, by=by),
}


@pytest.mark.parametrize("make", [LeadFactory, DealFactory, PersonFactory])
@pytest.mark.parametrize("act", ACTS)
def test_strangers_find_nothing_and_readers_may_not(act, make, alice, charlie, reader):
    record = make(owner=alice, visibility="team")
    activity = ActivityFactory(**{record.kind: record}, assignee=alice)
    note = NoteFactory(**{record.kind: record}, author=alice)

    with pytest.raises(NotAllowed):
        ACTS[act](record, activity, note, reader)
    with pytest.raises(Missing):
        ACTS[act](record, activity, note, charlie)

    assert not Event.objects.exists()
    assert (Activity.objects.count(), Note.objects.count()) == (1, 1)


@pytest.mark.parametrize("act", ACTS)
def test_what_hangs_on_a_converted_lead_has_moved_on(act, alice, lead, pipeline):
    activity = ActivityFactory(lead=lead, assignee=alice)
    note = NoteFactory(lead=lead, author=alice)
    convert_leads([lead], into=None, by=alice)

    with pytest.raises(Missing):
        ACTS[act](lead, activity, note, alice)

    assert not Activity.objects.filter(lead=lead).exists()
    assert not Note.objects.filter(lead=lead).exists()


# --- Undo --------------------------------------------------------------------------------------


def test_every_act_on_an_activity_can_be_taken_back(alice, lead, call):
    activity = plan(lead, call, text="Ask about *training*", minutes=30)
    original = Activity.objects.values().get()

    for act in (
        lambda: services.complete(activity, by=alice),
        lambda: services.change(activity, {"due_on": MONDAY + timedelta(days=2)}, by=alice),
        lambda: services.change(activity, {"type": ActivityTypeFactory()}, by=alice),
        lambda: services.remove(activity, by=alice),
    ):
        undo(act(), by=alice)
        now = Activity.objects.values().get()
        now["updated_at"] = original["updated_at"]
        assert now == original
        assert next_step(lead) == MONDAY

    undo(Operation.objects.filter(verb="activity.planned").first(), by=alice)
    assert not Activity.objects.exists()
    assert next_step(lead) is None


def test_every_act_on_a_note_can_be_taken_back(alice, lead):
    note = services.write_note(Note(lead=lead, text="First"), by=alice)
    original = Note.objects.values().get()

    for act in (
        lambda: services.change_note(note, "Second", by=alice),
        lambda: services.pin(note, True, by=alice),
        lambda: services.remove_note(note, by=alice),
    ):
        undo(act(), by=alice)
        now = Note.objects.values().get()
        now["updated_at"] = original["updated_at"]
        assert now == original

    undo(Operation.objects.filter(verb="note.written").first(), by=alice)
    assert not Note.objects.exists()


def test_undo_finds_an_activity_on_the_deal_its_lead_became(alice, lead, call, pipeline):
    done = services.complete(plan(lead, call), by=alice)
    convert_leads([lead], into=None, by=alice)

    undo(done, by=alice)

    activity = Activity.objects.get()
    assert not activity.is_done
    assert next_step(activity.deal) == MONDAY


def test_undo_does_not_overwrite_what_came_later(alice, bob, lead, call):
    activity = plan(lead, call)
    first = services.change(activity, {"subject": "Second"}, by=alice)
    services.change(activity, {"subject": "Third"}, by=bob)
    with pytest.raises(Stale):
        undo(first, by=alice)
