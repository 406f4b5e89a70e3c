"""Several leads become one: what is united, what moves, what is refused, and what is remembered."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.policies import OwnerInactive
from activities.models import Activity, Note
from activities.queries import timeline
from conversion.models import ConvertedLead
from conversion.purge import purge_set_aside
from conversion.queries import later_life, lives_of
from conversion.services import SeveralWaiting, convert_leads, return_to_leads, undo_conversion
from core.errors import Missing, NotAllowed, Stale
from crm.invariants import breaches
from deals.models import Deal, DealFile
from deals.services import merge_deals
from history.models import Event, Operation
from history.services import NothingToUndo, TokenUsed, undo
from leads.merging import LeadArchived, merge_leads
from leads.models import Lead, MergedLead
from opportunities import services as opportunities
from opportunities.facts import as_seen, facts_about, fullest
from opportunities.merging import (
    MOST,
    AlreadyMerged,
    NoLonger,
    NotOneContact,
    TooFew,
    TooMany,
)
from tests.factories import (
    ActivityFactory,
    ChannelFactory,
    DealFileFactory,
    EmailAddressFactory,
    LabelFactory,
    LeadFactory,
    LineItemFactory,
    NoteFactory,
    OrganizationFactory,
    ParticipantFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(alice):
    return PersonFactory(owner=alice, name="Nora Weber")


@pytest.fixture
def leads(alice, person):
    """Anvil, the oldest, Bolt and Cog: three leads of one person, Alice's."""
    titles = ("Anvil", "Bolt", "Cog")
    return [LeadFactory(owner=alice, person=person, title=title) for title in titles]


@pytest.fixture
def anvil(leads):
    return leads[0]


@pytest.fixture(autouse=True)
def sound(db):
    """Whatever a test here does, the database stays sound."""
    yield
    assert breaches() == []


def merge(leads, into, by, **more):
    return merge_leads(leads, into=into, by=by, **more)


def purge_all():
    """As if all that is set aside had been for a month."""
    return purge_set_aside(before=timezone.now() + timedelta(seconds=1))


def again(record):
    return type(record).everything.get(pk=record.pk)


# --- What becomes true ---


def test_one_lead_stays_and_the_others_are_in_no_list(leads, anvil, alice):
    merge(leads, anvil, alice)

    assert Lead.objects.get() == anvil
    assert not Lead.everything.recently_deleted().exists()
    for lead in leads[1:]:
        assert again(lead).is_replaced
    numbers = MergedLead.objects.order_by("lead_number").values_list("lead_number", "into_number")
    assert list(numbers) == [(lead.pk, anvil.pk) for lead in leads[1:]]


def test_labels_and_followers_are_united(leads, anvil, alice, bob):  # G7
    hot, cold, big = (LabelFactory(name=name) for name in ("Hot", "Cold", "Big"))
    anvil.labels.set([hot])
    leads[1].labels.set([hot, cold])
    leads[2].labels.set([big])
    anvil.followers.set([alice])
    leads[1].followers.set([alice, bob])

    merge(leads, anvil, alice)

    assert set(anvil.labels.all()) == {hot, cold, big}
    assert set(anvil.followers.all()) == {alice, bob}


def test_activities_and_notes_move_and_the_next_step_is_the_earliest(leads, anvil, alice):  # G7
    today = timezone.localdate()
    late = ActivityFactory(lead=leads[1], assignee=alice, due_on=today - timedelta(days=2))
    ActivityFactory(lead=anvil, assignee=alice, due_on=today)
    done = ActivityFactory(lead=leads[2], assignee=alice, done_at=timezone.now(), done_by=alice)
    note = NoteFactory(lead=leads[2], author=alice, text="Wants ten", is_pinned=True)
    was = Note.objects.get(pk=note.pk)

    merge(leads, anvil, alice)

    assert set(Activity.objects.filter(lead=anvil)) >= {late, done}
    assert again(anvil).next_activity_on == late.due_on
    moved = Note.objects.get(pk=note.pk)
    assert (moved.lead, moved.text, moved.is_pinned) == (anvil, "Wants ten", True)
    assert (moved.created_at, moved.updated_at) == (was.created_at, was.updated_at)


def test_what_the_lead_that_stays_does_not_say_comes_from_the_oldest_that_does(alice, person):
    fair = ChannelFactory(name="Fair")
    own = {"owner": alice, "person": person}
    into = LeadFactory(title="Anvil", campaign="Own", **own)
    LeadFactory(title="Other", **own)
    older = LeadFactory(campaign="Older", expected_close_on=date(2026, 12, 1), **own)
    younger = LeadFactory(expected_close_on=date(2027, 1, 1), channel=fair, **own)

    merge([younger, older], into, alice)

    into = again(into)
    assert (into.title, into.campaign) == ("Anvil", "Own")
    assert (into.expected_close_on, into.channel) == (date(2026, 12, 1), fair)


def test_an_amount_goes_with_its_currency(alice, person):  # G7
    own = {"owner": alice, "person": person}
    into = LeadFactory(**own)
    euro = LeadFactory(value=100, currency="EUR", **own)
    dollar = LeadFactory(value=900, currency="USD", **own)

    merge([dollar, euro], into, alice)

    assert (again(into).value, again(into).currency) == (100, "EUR")


def test_a_choice_wins_over_the_rule(leads, anvil, alice):
    opportunities.change(anvil, {"value": 5, "currency": "EUR"}, by=alice)
    opportunities.change(leads[1], {"value": 7, "currency": "USD"}, by=alice)

    merge(leads, anvil, alice, values={"title": "Cog", "value": 7, "currency": "USD"})

    anvil = again(anvil)
    assert (anvil.title, anvil.value, anvil.currency) == ("Cog", 7, "USD")


def test_origin_address_and_day_are_those_of_the_lead_that_stays(alice, person):
    own = {"owner": alice, "person": person}
    into = LeadFactory(origin="web_form", origin_id="w1", **own)
    other = LeadFactory(origin="import", origin_id="i1", **own)

    merge([other], into, alice)

    now = again(into)
    assert (now.origin, now.origin_id, now.created_at) == ("web_form", "w1", into.created_at)


def test_whoever_merges_has_seen_it(leads, anvil, alice):
    merge(leads, anvil, alice)

    assert not again(anvil).is_unseen


def test_every_merged_lead_has_an_event_and_one_says_what_changed(leads, anvil, alice):
    hot = LabelFactory(name="Hot")
    leads[1].labels.set([hot])

    operation = merge(leads, anvil, alice, values={"title": "Bolt"})

    events = {event.subject_id: event for event in operation.events.all()}
    assert set(events) == {lead.pk for lead in leads}
    assert {event.verb for event in events.values()} == {"lead.merged"}
    assert events[anvil.pk].changes["title"] == ["Anvil", "Bolt"]
    assert events[anvil.pk].changes["labels"] == [[], [{"id": hot.pk, "name": "Hot"}]]
    names = [each["name"] for each in events[anvil.pk].changes["merged"][1]]
    assert names == ["Bolt", "Cog"]
    assert events[leads[1].pk].changes["into"][1]["id"] == anvil.pk


def test_there_is_no_undo(leads, anvil, alice):
    operation = merge(leads, anvil, alice)

    with pytest.raises(NothingToUndo):
        undo(operation, by=alice)


def test_the_lead_that_says_most_is_proposed_to_stay(alice, person):
    own = {"owner": alice, "person": person}
    LeadFactory(**own)
    full = LeadFactory(value=1, currency="EUR", campaign="Spring", **own)

    leads = list(Lead.objects.order_by("pk"))
    assert fullest(leads, facts_about(leads)) == full


@pytest.mark.parametrize("number", [2, 5])
def test_the_number_of_statements_depends_on_nothing(alice, person, number):  # B2
    leads = [LeadFactory(owner=alice, person=person) for _n in range(number)]
    for lead in leads:
        for _n in range(number):
            NoteFactory(lead=lead, author=alice)
            ActivityFactory(lead=lead, assignee=alice)
            lead.labels.add(LabelFactory())
            lead.followers.add(UserFactory())

    with CaptureQueriesContext(
        connection,
    ) as asked:
        merge(leads, leads[0], alice)

    assert len(asked) == 30


# --- The same contact ---


def test_leads_of_one_organization_are_of_one_contact(alice):
    organization = OrganizationFactory(owner=alice)
    one, two = (LeadFactory(owner=alice, organization=organization) for _n in range(2))

    merge([two], one, alice)

    assert Lead.objects.get() == one


def test_people_with_one_address_are_one_contact(alice):
    one, two = (LeadFactory(owner=alice) for _n in range(2))
    EmailAddressFactory(person=one.person, address="Nora@client.example")
    EmailAddressFactory(person=two.person, address=" nora@client.example ")

    merge([two], one, alice)

    assert Lead.objects.get() == one


@pytest.mark.parametrize("into", [0, 1, 2])
def test_leads_without_a_contact_in_common_are_refused(alice, into):
    """Two and two share one, but nothing is shared by all three; nor is a mail domain enough."""
    person, organization = PersonFactory(owner=alice), OrganizationFactory(owner=alice)
    leads = [
        LeadFactory(owner=alice, person=person, organization=organization),
        LeadFactory(owner=alice, person=person),
        LeadFactory(owner=alice, person=PersonFactory(), organization=organization),
    ]
    for lead in leads[1:]:
        EmailAddressFactory(person=lead.person, address=f"{lead.pk}@gmail.com")

    with pytest.raises(NotOneContact) as refused:
        merge(leads, leads[into], alice)

    assert refused.value.records == leads
    assert Lead.objects.count() == 3


# --- Refused ---


def test_one_must_own_every_one(leads, anvil, alice, bob, charlie, manager, reader, admin):  # G8
    Lead.objects.update(visibility="team")
    Lead.objects.filter(pk=leads[1].pk).update(owner=bob)

    with pytest.raises(NotAllowed, match="Bolt") as refused:
        merge(leads, anvil, alice)
    assert refused.value.records == [leads[1]]
    with pytest.raises(NotAllowed):
        merge(leads, anvil, reader)
    with pytest.raises(Missing):
        merge(leads, anvil, charlie)
    assert Lead.objects.count() == 3
    assert not Operation.objects.exists()

    merge(leads[:2], anvil, manager)
    merge([anvil, leads[2]], anvil, admin)
    assert Lead.objects.get() == anvil


def test_a_hidden_lead_is_as_good_as_missing(anvil, alice, charlie, person):
    hidden = LeadFactory(owner=charlie, visibility="owner", person=person)

    with pytest.raises(Missing) as refused:
        merge([hidden], anvil, alice)
    with pytest.raises(Missing) as gone:
        merge([Lead(pk=hidden.pk + 1000)], anvil, alice)
    assert str(refused.value) == str(gone.value)


def test_it_takes_two_and_not_too_many(anvil, alice, person):
    with pytest.raises(TooFew):
        merge([anvil], anvil, alice)
    with pytest.raises(TooMany, match=str(MOST)):
        merge([Lead(pk=n) for n in range(1, MOST + 2)], anvil, alice)


def test_an_archived_lead_is_restored_first(leads, anvil, alice):
    opportunities.archive([leads[1]], by=alice)

    with pytest.raises(LeadArchived, match="Bolt"):
        merge(leads, anvil, alice)


def test_a_deleted_lead_is_missing(leads, anvil, alice):
    opportunities.delete([leads[1]], by=alice)

    with pytest.raises(Missing):
        merge(leads, anvil, alice)


def test_a_second_call_is_told_where_the_lead_is(leads, anvil, alice):  # G7
    merge(leads[:2], anvil, alice)

    with pytest.raises(AlreadyMerged, match="Bolt") as refused:
        merge(leads[1:], leads[2], alice)
    assert refused.value.records == [anvil]
    assert refused.value.status == 409


def test_a_repeat_with_the_same_token_is_one_act(leads, anvil, alice):
    token = uuid.uuid4()

    first = merge(leads, anvil, alice, token=token)
    repeat = merge(leads, anvil, alice, token=token)

    assert first == repeat
    assert Operation.objects.count() == 1
    with pytest.raises(TokenUsed):
        convert_leads([anvil], into=None, token=token, by=alice)


def test_a_converted_lead_is_no_longer_one(leads, anvil, alice, pipeline):
    convert_leads([leads[1]], into=pipeline, by=alice)

    with pytest.raises(NoLonger, match="Bolt"):
        merge(leads, anvil, alice)


def test_a_merged_lead_is_not_converted(leads, anvil, alice, pipeline):
    merge(leads, anvil, alice)

    with pytest.raises(AlreadyMerged) as refused:
        convert_leads([leads[1]], into=pipeline, by=alice)
    assert refused.value.records == [anvil]


def test_what_changed_meanwhile_is_told_with_both_values(leads, anvil, alice, bob):
    seen = as_seen(leads, facts_about(leads))
    opportunities.change(leads[1], {"campaign": "Spring"}, by=alice)

    with pytest.raises(Stale, match="campaign") as refused:
        merge(leads, anvil, alice, seen=seen)
    assert (refused.value.seen, refused.value.found) == ("", "Spring")
    assert Lead.objects.count() == 3


def test_an_owner_who_left_is_no_choice(leads, anvil, alice):
    left = UserFactory(is_active=False)

    with pytest.raises(OwnerInactive):
        merge(leads, anvil, alice, values={"owner": left})
    assert Lead.objects.count() == 3


# --- Remembered ---


def test_chains_lead_to_the_lead_there_is(leads, anvil, alice):
    merge(leads[:2], leads[1], alice)
    merge(leads[1:], leads[2], alice)

    assert set(MergedLead.objects.values_list("into_number", flat=True)) == {leads[2].pk}
    assert later_life("lead", anvil.pk, alice) == leads[2]
    assert set(lives_of(leads[2])) == {("lead", lead.pk) for lead in leads}


def test_a_merged_leads_address_goes_on_when_the_lead_that_stays_is_converted(
    leads, anvil, alice, charlie, pipeline
):
    merge(leads, anvil, alice)
    Lead.objects.update(visibility="team")
    conversion = convert_leads([anvil], into=pipeline, by=alice)
    deal = Deal.objects.get()

    assert later_life("lead", leads[1].pk, alice) == deal
    assert later_life("lead", leads[1].pk, charlie) is None
    assert set(lives_of(deal)) == {("deal", deal.pk), *(("lead", lead.pk) for lead in leads)}
    undo_conversion(conversion, by=alice)
    assert later_life("lead", leads[1].pk, alice) == anvil


def test_a_deal_that_returned_to_a_merged_lead_leads_on(leads, anvil, alice, pipeline):
    convert_leads([leads[1]], into=pipeline, by=alice)
    deal = Deal.objects.get()
    return_to_leads([deal], by=alice)

    merge(leads[:2], anvil, alice)

    assert later_life("deal", deal.pk, alice) == anvil
    assert ("deal", deal.pk) in lives_of(anvil)


def test_lives_are_one_question(leads, anvil, alice, pipeline, django_assert_num_queries):
    merge(leads, anvil, alice)
    convert_leads([anvil], into=pipeline, by=alice)

    for record in (anvil, Deal.objects.get()):
        with django_assert_num_queries(1):
            assert len(lives_of(record)) == 4


def test_the_timeline_holds_the_past_of_all_and_one_entry_of_the_merging(leads, anvil, alice):
    opportunities.change(leads[1], {"campaign": "Spring"}, by=alice)
    NoteFactory(lead=leads[2], author=alice)

    merge(leads, anvil, alice)

    shown = timeline(lives_of(anvil), alice).entries
    verbs = [each.thing.verb for each in shown if each.kind == "event"]
    assert sorted(verbs) == ["lead.changed", "lead.merged"]
    assert [each.kind for each in shown].count("note") == 1


def test_the_purge_keeps_address_and_timeline(leads, anvil, alice, pipeline):
    convert_leads([leads[1]], into=pipeline, by=alice)
    return_to_leads(list(Deal.objects.all()), by=alice)
    merge(leads, anvil, alice)

    gone = purge_all()

    assert (gone["leads"], gone["deals"]) == (2, 0)
    assert ConvertedLead.objects.get().lead is None
    assert later_life("lead", leads[1].pk, alice) == anvil
    assert Event.objects.about(lives_of(anvil)).filter(verb="lead.converted").exists()


# --- Deals that wait to come back ---


@pytest.fixture
def returned(leads, alice, pipeline):
    """A deal with all that a lead cannot have, back at Bolt."""
    convert_leads([leads[1]], into=pipeline, by=alice)
    deal = Deal.objects.get()
    LineItemFactory(deal=deal, name="Desk")
    DealFileFactory(deal=deal)
    ParticipantFactory(deal=deal)
    return_to_leads([deal], by=alice)
    return deal


def test_a_deal_that_waits_for_a_merged_lead_comes_back_with_the_one_that_stays(
    leads, anvil, alice, pipeline, returned
):
    merge(leads, anvil, alice)
    purge_all()  # Bolt is gone for good

    conversion = convert_leads([anvil], into=pipeline, by=alice)

    deal = Deal.objects.get()
    assert (deal, deal.title) == (returned, "Anvil")
    assert (deal.items.get().name, deal.attached.count()) == ("Desk", 1)
    assert deal.participants.count() == 1
    assert later_life("lead", leads[1].pk, alice) == deal
    undo_conversion(conversion, by=alice)
    assert Lead.objects.get() == anvil
    convert_leads([anvil], into=pipeline, by=alice)
    return_to_leads([deal], by=alice)
    assert Lead.objects.get() == anvil


def test_it_comes_back_after_a_chain_of_mergings(leads, anvil, alice, pipeline, returned):
    merge(leads[:2], anvil, alice)
    merge([anvil, leads[2]], leads[2], alice)

    convert_leads([leads[2]], into=pipeline, by=alice)

    assert Deal.objects.get() == returned


def test_it_stays_as_long_as_the_lead_that_stays(leads, anvil, alice, returned):
    merge(leads, anvil, alice)

    assert [purge_all()["deals"] for _time in "12"] == [0, 0]
    opportunities.delete([anvil], by=alice)
    assert purge_all()["deals"] == 1
    assert not DealFile.everything.exists()


def test_leads_for_which_two_deals_wait_are_not_merged(leads, anvil, alice, pipeline, returned):
    convert_leads([leads[2]], into=pipeline, by=alice)
    other = Deal.objects.get()
    return_to_leads([other], by=alice)
    merge(leads[:2], anvil, alice)

    with pytest.raises(SeveralWaiting) as refused:
        merge([anvil, leads[2]], anvil, alice)

    assert refused.value.records == [returned, other]
    assert set(Lead.objects.all()) == {anvil, leads[2]}
    convert_leads([anvil, leads[2]], into=pipeline, by=alice)
    merge_deals([returned, other], into=other, by=alice)  # the way that is told
    assert Deal.objects.get().items.get().name == "Desk"


def test_undoing_what_was_done_before_does_not_bring_a_merged_lead_back(leads, anvil, alice):
    deleted = opportunities.delete([leads[1]], by=alice)
    opportunities.bring_back([leads[1]], by=alice)
    merge(leads, anvil, alice)

    undo(deleted, by=alice)

    assert Lead.objects.get() == anvil


def test_an_undone_return_does_not_convert_a_merged_lead(leads, anvil, alice, pipeline):
    convert_leads([leads[1]], into=pipeline, by=alice)
    returned = return_to_leads(list(Deal.objects.all()), by=alice)
    merge(leads, anvil, alice)

    with pytest.raises(AlreadyMerged):
        undo(returned, by=alice)


def test_a_manager_merges_what_the_team_owns_only(leads, anvil, alice, manager, charlie, person):
    assert manager.role == User.Role.MANAGER
    foreign = LeadFactory(owner=charlie, person=person)

    with pytest.raises(NotAllowed):
        merge([*leads, foreign], anvil, manager)
