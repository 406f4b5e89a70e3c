"""Several deals become one: what stays, what moves, what is refused, and what is remembered.

What leads and deals have in common is tried with leads.
"""

import uuid
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import Activity, Note
from activities.queries import timeline
from conversion.models import ConvertedLead
from conversion.purge import purge_set_aside
from conversion.queries import later_life, lives_of
from conversion.services import DealsWentOn, convert_leads, return_to_leads, undo_conversion
from core.errors import Missing, NotAllowed, Stale
from crm.invariants import breaches
from deals.models import Deal, MergedDeal, Participant, StageVisit
from deals.services import DealArchived, DealClosed, merge_deals, move_deals, win_deals
from history.models import Event, Operation
from history.services import NothingToUndo, undo
from leads.models import Lead
from opportunities import services as opportunities
from opportunities.facts import as_seen, facts_about
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
    DealFactory,
    DealFileFactory,
    EmailAddressFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    OrganizationFactory,
    ParticipantFactory,
    PersonFactory,
    UserFactory,
)
from tests.house.reading import main_form
from tests.web import assert_part_of_page, htmx, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(alice):
    return OrganizationFactory(owner=alice)


@pytest.fixture
def deals(alice, organization, stages):
    """Anvil, the oldest, Bolt and Cog: three deals of one organization, Alice's."""
    own = {"owner": alice, "organization": organization, "visibility": "team"}
    titles = ("Anvil", "Bolt", "Cog")
    return [DealFactory(title=t, stage=s, **own) for t, s in zip(titles, stages, strict=True)]


@pytest.fixture
def anvil(deals):
    return deals[0]


@pytest.fixture(autouse=True)
def sound(db):
    """Whatever a test here does, the database stays sound."""
    yield
    assert breaches() == []


def merge(deals, into, by, **more):
    return merge_deals(deals, into=into, by=by, **more)


def again(record):
    return type(record).everything.get(pk=record.pk)


# --- What becomes true ---


def test_one_deal_stays_where_it_stands_and_the_others_are_in_no_list(deals, anvil, stages, alice):
    move_deals([anvil], to=stages[1], by=alice)
    visits = list(StageVisit.objects.filter(deal=anvil).values())
    before = again(anvil)

    merge(deals, anvil, alice)

    now = Deal.objects.get()
    for name in ("stage", "position", "stage_entered_at", "status", "created_at", "origin"):
        assert getattr(now, name) == getattr(before, name), name
    assert list(StageVisit.objects.filter(deal=anvil).values()) == visits
    assert not StageVisit.objects.filter(deal__in=deals[1:], left_at=None).exists()
    assert not Deal.everything.recently_deleted().exists()
    numbers = MergedDeal.objects.order_by("deal_number").values_list("deal_number", "into_number")
    assert list(numbers) == [(deal.pk, anvil.pk) for deal in deals[1:]]


def test_what_hangs_on_them_is_united(deals, anvil, alice, bob):  # G7
    hot, cold = LabelFactory(), LabelFactory()
    anvil.labels.set([hot])
    deals[1].labels.set([hot, cold])
    deals[2].followers.set([bob])
    today = timezone.localdate()
    late = ActivityFactory(deal=deals[1], assignee=alice, due_on=today - timedelta(days=2))
    note = NoteFactory(deal=deals[2], author=alice)

    merge(deals, anvil, alice)

    assert set(anvil.labels.all()) == {hot, cold}
    assert list(anvil.followers.all()) == [bob]
    assert Activity.objects.get(pk=late.pk).deal == Note.objects.get(pk=note.pk).deal == anvil
    assert again(anvil).next_activity_on == late.due_on


def test_nobody_who_takes_part_is_lost(deals, anvil, alice):
    """The primary contacts of the merged deals take part, and everybody once."""
    buyer = ParticipantFactory(deal=deals[1], role="Buyer").person
    ParticipantFactory(deal=deals[2], person=buyer, role="Legal")
    ParticipantFactory(deal=deals[2], person=anvil.person, role="Champion")
    other = ParticipantFactory(deal=anvil, role="").person

    operation = merge(deals, anvil, alice)

    rows = dict(Participant.objects.filter(deal=anvil).values_list("person", "role"))
    assert rows == {
        other.pk: "",
        deals[1].person_id: "",
        deals[2].person_id: "",
        buyer.pk: "Buyer",
        anvil.person_id: "Champion",
    }
    assert again(anvil).person == anvil.person
    told = operation.events.get(subject_id=anvil.pk).changes["participants"]
    assert [len(side) for side in told] == [1, 4]


def test_a_chosen_primary_contact_leaves_the_former_one_a_participant(deals, anvil, alice):
    chosen, former = deals[1].person, anvil.person
    merge(deals, anvil, alice, values={"person": chosen})
    assert again(anvil).person == chosen
    people = Participant.objects.filter(deal=anvil).values_list("person", flat=True)
    assert set(people) == {former.pk, deals[2].person_id}


def test_empty_facts_are_filled_and_a_choice_wins(deals, anvil, alice):
    Deal.objects.filter(pk=deals[1].pk).update(value=7, currency="USD", probability=35)
    Deal.objects.filter(pk=deals[2].pk).update(probability=60, campaign="Spring")

    merge(deals, anvil, alice, values={"probability": 60, "title": "Cog"})

    now = again(anvil)
    assert (now.value, now.currency, now.probability) == (7, "USD", 60)
    assert (now.campaign, now.title) == ("Spring", "Cog")


def test_every_deal_tells_and_there_is_no_undo(deals, anvil, alice):
    operation = merge(deals, anvil, alice)
    events = {event.subject_id: event for event in operation.events.all()}
    assert set(events) == {deal.pk for deal in deals}
    assert events[deals[1].pk].changes["into"][1]["id"] == anvil.pk
    with pytest.raises(NothingToUndo):
        undo(operation, by=alice)


def test_one_timeline_and_the_old_addresses_lead_to_it(deals, anvil, alice, charlie, signed_in):
    NoteFactory(deal=deals[1], text="Wants ten")
    opportunities.change(deals[2], {"campaign": "Spring"}, by=alice)
    merge(deals, anvil, alice)

    assert set(lives_of(anvil)) == {("deal", deal.pk) for deal in deals}
    shown = [entry.thing for entry in timeline(lives_of(anvil), alice).entries]
    assert sum(isinstance(each, Note) for each in shown) == 1
    verbs = [each.verb for each in shown if isinstance(each, Event)]
    assert verbs.count("deal.merged") == 1
    assert "deal.changed" in verbs
    assert later_life("deal", deals[1].pk, alice) == anvil
    assert later_life("deal", deals[1].pk, charlie) is None
    response = signed_in(alice).get(f"/deals/{deals[1].pk}/")
    assert response.url == anvil.get_absolute_url()


@pytest.mark.parametrize("number", [2, 5])
def test_the_number_of_statements_depends_on_nothing(alice, organization, stages, number):  # B2
    deals = [
        DealFactory(owner=alice, organization=organization, stage=stages[0])
        for _each in range(number)
    ]
    for deal in deals:
        for _each in range(number):
            NoteFactory(deal=deal, author=alice)
            deal.labels.add(LabelFactory())
            deal.followers.add(UserFactory())
            ParticipantFactory(deal=deal)
            DealFileFactory(deal=deal)
    with CaptureQueriesContext(connection) as asked:
        merge(deals, deals[0], alice)
    assert len(asked) == 38


def test_a_repeat_is_one_act_and_a_second_call_is_told(deals, anvil, alice):  # G7
    token = uuid.uuid4()
    first = merge(deals[:2], anvil, alice, token=token)
    assert merge(deals[:2], anvil, alice, token=token) == first
    with pytest.raises(AlreadyMerged) as refused:
        merge(deals[:2], anvil, alice)
    assert refused.value.records == [anvil]


def test_what_is_merged_again_leaves_no_chain(deals, anvil, alice):
    merge([deals[1]], deals[2], alice)
    merge([deals[2]], anvil, alice)
    assert set(MergedDeal.objects.values_list("into_number", flat=True)) == {anvil.pk}
    assert set(lives_of(anvil)) == {("deal", deal.pk) for deal in deals}


# --- What forbids it ---


def test_rights_on_every_one_are_needed(deals, anvil, alice, bob, charlie, reader):  # G8
    Deal.objects.filter(pk=deals[2].pk).update(owner=bob)
    before = list(Deal.everything.order_by("pk").values())
    for user, refusal in (
        (alice, NotAllowed),
        (bob, NotAllowed),
        (charlie, Missing),
        (reader, NotAllowed),
    ):
        with pytest.raises(refusal):
            merge(deals, anvil, user)
    assert list(Deal.everything.order_by("pk").values()) == before
    assert not Operation.objects.exists()


def test_only_open_deals_in_use_are_merged(deals, anvil, alice):
    with pytest.raises(TooFew):
        merge([], anvil, alice)
    with pytest.raises(TooMany, match=str(MOST)):
        merge([Deal(pk=number) for number in range(1, MOST + 3)], anvil, alice)
    opportunities.archive([deals[1]], by=alice)
    with pytest.raises(DealArchived, match="Bolt"):
        merge(deals, anvil, alice)
    win_deals([deals[2]], by=alice)
    with pytest.raises(DealClosed, match="Cog"):
        merge([deals[2]], anvil, alice)
    opportunities.delete([deals[2]], by=alice)
    with pytest.raises(Missing):
        merge([deals[2]], anvil, alice)
    assert not MergedDeal.objects.exists()


def test_deals_of_different_contacts_stay_apart(anvil, alice, stages):
    other = DealFactory(owner=alice, stage=stages[0])
    with pytest.raises(NotOneContact):
        merge([other], anvil, alice)


def test_a_change_that_the_writer_did_not_see_is_told(deals, anvil, alice):
    seen = as_seen(deals, facts_about(deals))
    opportunities.change(deals[1], {"campaign": "Spring"}, by=alice)
    with pytest.raises(Stale, match="“campaign” of “Bolt” was changed meanwhile"):
        merge(deals, anvil, alice, seen=seen)


# --- Deals that were leads ---


def converted(organization, alice, stage, *titles):
    own = {"owner": alice, "organization": organization}
    leads = [LeadFactory(title=title, **own) for title in titles]
    conversion = convert_leads(leads, into=stage, by=alice)
    found = [pair.deal for pair in conversion.pairs.order_by("lead_number")]
    return conversion, leads, found


def test_the_leads_of_merged_deals_lead_to_the_one_that_stays(alice, organization, stages):
    _conversion, leads, [one, two] = converted(organization, alice, stages[0], "One", "Two")
    merge([two], one, alice)

    assert not ConvertedLead.objects.standing().filter(deal_number=two.pk).exists()
    assert later_life("lead", leads[1].pk, alice) == one
    assert later_life("lead", leads[0].pk, alice) == one
    everything = {("lead", leads[0].pk), ("lead", leads[1].pk), ("deal", one.pk), ("deal", two.pk)}
    assert set(lives_of(one)) == everything


def test_a_merged_deal_returns_to_the_leads_with_all_it_has(alice, organization, stages):
    _conversion, leads, [one, two] = converted(organization, alice, stages[0], "One", "Two")
    NoteFactory(deal=two)
    merge([two], one, alice)
    return_to_leads([one], by=alice)

    lead = Lead.objects.get()
    assert lead == leads[0]
    assert Note.objects.get().lead == lead
    for kind, record in (("deal", two), ("deal", one), ("lead", leads[1])):
        assert later_life(kind, record.pk, alice) == lead
    assert ("deal", two.pk) in lives_of(lead)
    convert_leads([lead], into=stages[0], by=alice)
    assert Deal.objects.get() == one


@pytest.mark.parametrize("into", [0, 1])
def test_a_conversion_whose_deal_was_merged_is_not_undone(alice, organization, stages, into):  # E2
    conversion, _leads, both = converted(organization, alice, stages[0], "One", "Two")
    outside = DealFactory(owner=alice, organization=organization, stage=stages[0])
    merge([both[0]] if into else [outside], outside if into else both[0], alice)
    with pytest.raises(DealsWentOn, match="One” \\(merged with another deal\\)"):
        undo_conversion(conversion, by=alice)


def test_returned_or_merged_deals_are_told_apart(deals, anvil, alice):
    merge([deals[1]], anvil, alice)
    with pytest.raises(AlreadyMerged):
        return_to_leads([deals[1]], by=alice)
    return_to_leads([deals[2]], by=alice)
    with pytest.raises(NoLonger):
        merge([deals[2]], anvil, alice)


def test_what_was_merged_is_purged_in_its_time(deals, anvil, alice):
    people = [deal.person for deal in deals]
    merge(deals, anvil, alice)
    purge_set_aside(before=timezone.now() + timedelta(days=1))
    assert list(Deal.everything.all()) == [anvil]
    assert [again(person) for person in people] == people
    assert later_life("deal", deals[1].pk, alice) == anvil


# --- Its page ---


MERGE = "/deals/merge/"


def address(deals):
    return MERGE + "?" + "&".join(f"ids={deal.pk}" for deal in deals)


def test_the_page_asks_and_merges(deals, anvil, alice, signed_in):
    Deal.objects.filter(pk=anvil.pk).update(probability=10)
    Deal.objects.filter(pk=deals[1].pk).update(probability=20)
    client = signed_in(alice)
    shown = text(client.get(address(deals)))
    for words in ("Merge 3 deals into one", "Anvil", "Bolt", "20%", "This cannot be undone."):
        assert words in shown, words
    assert_part_of_page(client, MERGE, "merge", ids=[deal.pk for deal in deals])
    fields = main_form(client.get(address(deals)), MERGE).fields

    response = client.post(MERGE, {**fields, "into": anvil.pk, "take_probability": deals[1].pk})

    assert response.url == anvil.get_absolute_url()
    told = [str(each) for each in get_messages(response.wsgi_request)]
    assert told == ["3 deals merged into “Anvil”."]
    assert again(anvil).probability == 20


def test_what_cannot_be_merged_is_said(deals, anvil, alice, bob, charlie, reader, signed_in):
    win_deals([deals[2]], by=alice)
    assert signed_in(alice).get(address(deals)).status_code == 422
    assert signed_in(alice).get(address(deals[:1])).status_code == 422
    assert signed_in(bob).get(address(deals[:2])).status_code == 403
    assert signed_in(charlie).get(address(deals[:2])).status_code == 404
    assert signed_in(reader).get(address(deals[:2])).status_code == 403


def test_the_other_deal_is_found_from_the_page(deals, anvil, alice, bob, signed_in):
    """Those of the same contact, open, one's own, and not itself."""
    win_deals([deals[2]], by=alice)
    DealFactory(owner=bob, organization=anvil.organization, title="Bolt of Bob")
    DealFactory(owner=alice, title="Bolt of a stranger", stage=anvil.stage)
    twin = PersonFactory(owner=alice)
    for person in (twin, anvil.person):
        EmailAddressFactory(person=person, address="Nora@lac.example")
    alike = DealFactory(owner=alice, person=twin, title="Alike", stage=anvil.stage)
    client, url = signed_in(alice), f"/deals/{anvil.pk}/merge/"
    assert_part_of_page(client, url, "merge-with")

    assert client.get(url).context["deals"] == [alike, deals[1]]
    for words, found in (("bol", [deals[1]]), ("nothing", []), ("\0", []), ("x" * 999, [])):
        assert client.get(url, {"q": words}).context["deals"] == found
    part = client.get(url, {"q": "bol"}, headers=htmx("merge-with-found"))
    assert f"ids={anvil.pk}&amp;ids={deals[1].pk}" in part.text
    assert "<h2" not in part.text


def test_of_two_at_once_the_page_knows(deals, anvil, alice, signed_in):
    client = signed_in(alice)
    fields = main_form(client.get(address(deals)), MERGE).fields
    merge(deals, anvil, alice)
    response = client.post(MERGE, {**fields, "into": anvil.pk})
    assert response.status_code == 409
    assert "Already merged" in response.text
