"""What is next, and what happened: one order, few queries, nothing that one may not see."""

from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

import pytest

from activities import services
from activities.models import Activity, Note
from activities.queries import next_activities, next_steps, timeline, visible_notes
from conversion.queries import lives_of
from conversion.services import convert_leads, return_to_leads, undo_conversion
from history.models import Event, Operation
from leads.duplicates import keep_separate
from opportunities import services as opportunities
from tests.factories import (
    ActivityFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice, visibility="team")


def shown(line):
    return [str(each.thing) for each in line.entries]


# --- Next --------------------------------------------------------------------------------------


def test_next_activities_are_the_earliest_of_each_record(alice, lead, django_assert_num_queries):
    other, idle = LeadFactory(owner=alice), LeadFactory(owner=alice)
    ActivityFactory(lead=lead, due_on=MONDAY, subject="All day")
    ActivityFactory(lead=lead, due_on=MONDAY, due_time=clock(9), subject="At nine")
    ActivityFactory(lead=other, due_on=MONDAY, subject="Other")

    with django_assert_num_queries(1):
        found = next_activities("lead", [lead.pk, other.pk, idle.pk])
        assert all(each.type.name and each.assignee.name for each in found.values())

    assert {pk: each.subject for pk, each in found.items()} == {
        lead.pk: "At nine",
        other.pk: "Other",
    }


def test_a_contacts_steps_include_those_of_its_leads_one_may_see(alice, bob, charlie):
    company = OrganizationFactory(owner=alice, visibility="everyone")
    person = PersonFactory(owner=alice, organization=company, visibility="everyone")
    open_one = LeadFactory(owner=alice, person=person, organization=company, visibility="everyone")
    secret = LeadFactory(owner=alice, person=person, organization=company, visibility="owner")
    ActivityFactory(person=person, subject="Own")
    ActivityFactory(lead=open_one, subject="Open")
    ActivityFactory(lead=secret, subject="Secret")

    def steps(kind, record, user):
        return sorted(each.subject for each in next_steps(kind, record.pk, user))

    assert steps("person", person, alice) == ["Open", "Own", "Secret"]
    assert steps("person", person, charlie) == ["Open", "Own"]
    assert steps("organization", company, bob) == ["Open"]


def test_notes_are_as_private_as_their_record(alice, bob, charlie, lead):  # F7
    NoteFactory(lead=lead)
    assert visible_notes(bob).count() == 1
    assert visible_notes(charlie).count() == 0


# --- Timeline ----------------------------------------------------------------------------------


@pytest.mark.parametrize("entries", [1, 5, 50])
def test_a_timeline_costs_three_queries_whatever_its_length(
    entries, alice, lead, django_assert_num_queries
):
    for number in range(entries):
        NoteFactory(lead=lead, is_pinned=number == 1)
        ActivityFactory(lead=lead, done_at=NOON, done_by=alice)
        label = LabelFactory()
        opportunities.add_label([lead], label, by=alice)

    with django_assert_num_queries(3):  # events, done activities, notes; each with its people
        line = timeline([("lead", lead.pk)], alice)
        for entry in line.entries:
            str(getattr(entry.thing, "author", None))
            str(getattr(entry.thing, "done_by", None))


def test_pages_follow_each_other_without_gap_or_repetition(alice, lead):
    """All at the same moment: the hardest case."""
    for _ in range(5):
        NoteFactory(lead=lead, created_at=NOON)
        ActivityFactory(lead=lead, done_at=NOON, done_by=alice)
        operation = Operation.objects.create(verb="lead.changed", by=alice, at=NOON)
        Event.objects.create(
            operation=operation, verb="lead.changed", subject_kind="lead", subject_id=lead.pk
        )
    seen, before = [], None
    while True:
        page = timeline([("lead", lead.pk)], alice, limit=4, before=before)
        seen += [(type(each.thing).__name__, each.thing.pk) for each in page.entries]
        before = page.older
        if before is None:
            break

    assert len(seen) == len(set(seen)) == 15


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "~~", "2026-11-23~1~1", "2026-11-23T12:00~1~1", "2026-99-99T12:00Z~1~1", "a~b~c~d",
     "2026-11-23T12:00Z~1~99999999999999999999", "2026-11-23T12:00Z~x~1", "\x00~1~2"],
)  # fmt: skip
def test_a_broken_cursor_shows_the_newest(cursor, alice, lead):
    NoteFactory(lead=lead, text="Hello")
    assert shown(timeline([("lead", lead.pk)], alice, before=cursor)) == ["Hello"]


def test_pinned_notes_stand_apart_on_the_first_page_only(alice, lead):
    NoteFactory(lead=lead, text="Old", created_at=NOON - timedelta(days=9), is_pinned=True)
    for number in range(3):
        NoteFactory(lead=lead, text=f"{number}", created_at=NOON + timedelta(hours=number))

    first = timeline([("lead", lead.pk)], alice, limit=2)
    second = timeline([("lead", lead.pk)], alice, limit=2, before=first.older)

    assert (shown(first), [str(each.thing) for each in first.pinned]) == (["2", "1"], ["Old"])
    assert (shown(second), second.pinned) == (["0"], [])


@pytest.mark.parametrize(
    ("only", "expected"),
    [("notes", ["Said"]), ("activities", ["Did"]), ("changes", ["lead.archived: Big one"])],
)
def test_a_timeline_shows_one_sort_alone(only, expected, alice, lead):
    opportunities.change(lead, {"title": "Big one"}, by=alice)
    Event.objects.all().delete()
    NoteFactory(lead=lead, text="Said")
    ActivityFactory(lead=lead, subject="Did", done_at=NOON, done_by=alice)
    opportunities.archive([lead], by=alice)

    assert shown(timeline([("lead", lead.pk)], alice, only=only)) == expected


def test_what_has_an_entry_of_its_own_is_told_once(alice, lead):
    services.write_note(Note(lead=lead, text="Said"), by=alice)
    activity = ActivityFactory.build(lead=lead, subject="Did", assignee=alice, type=None)
    activity.type = ActivityFactory(lead=lead).type
    services.plan(activity, by=alice)
    services.complete(Activity.objects.get(subject="Did"), by=alice)

    assert shown(timeline([("lead", lead.pk)], alice)) == ["Did", "Said"]


def test_a_deal_tells_its_life_as_a_lead_once(alice, lead, pipeline):  # D12
    NoteFactory(lead=lead, text="Before")
    conversion = convert_leads([lead], into=None, by=alice)
    deal = conversion.pairs.get().deal

    assert [
        each.thing.verb for each in timeline(lives_of(deal), alice, only="changes").entries
    ] == ["lead.converted"]
    assert shown(timeline(lives_of(deal), alice, only="notes")) == ["Before"]

    return_to_leads([deal], by=alice)
    assert [
        each.thing.verb for each in timeline(lives_of(lead), alice, only="changes").entries
    ] == [
        "deal.returned",
        "lead.converted",
    ]


def test_an_undone_conversion_is_told_once(alice, lead, pipeline):
    undo_conversion(convert_leads([lead], into=None, by=alice), by=alice)

    verbs = [each.thing.verb for each in timeline(lives_of(lead), alice).entries]
    assert verbs == ["deal.returned", "lead.converted"]


def test_an_event_says_whether_its_act_was_about_more_records(alice, lead):
    other = LeadFactory(owner=alice)
    opportunities.archive([lead, other], by=alice)
    opportunities.restore([lead], by=alice)

    entries = timeline([("lead", lead.pk)], alice).entries
    assert [(each.thing.verb, each.thing.is_bulk) for each in entries] == [
        ("lead.restored", False),
        ("lead.archived", True),
    ]


def test_what_names_another_lead_is_told_to_those_who_see_both(alice, charlie):
    lead = LeadFactory(owner=alice, visibility="everyone")
    hidden = LeadFactory(owner=alice, visibility="owner")
    keep_separate(lead, hidden, by=alice)

    lines = [timeline([("lead", lead.pk)], user) for user in (alice, charlie)]

    assert [len(line.entries) for line in lines] == [1, 0]


def test_a_persons_timeline_shows_what_was_done_for_their_leads(alice, charlie):
    person = PersonFactory(owner=alice, visibility="everyone")
    for visibility in ("everyone", "owner"):
        lead = LeadFactory(owner=alice, person=person, visibility=visibility)
        ActivityFactory(lead=lead, subject=visibility, done_at=NOON, done_by=alice)

    assert sorted(shown(timeline([("person", person.pk)], alice))) == ["everyone", "owner"]
    assert shown(timeline([("person", person.pk)], charlie)) == ["everyone"]
