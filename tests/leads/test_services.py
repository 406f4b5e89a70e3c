"""What becomes of leads: added, seen, archived, assigned, labelled, deleted; and taken back."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.policies import OwnerInactive
from contacts.models import Organization, Person
from core.errors import Missing, NotAllowed, Stale
from history.models import Event, Operation
from history.services import undo
from leads import services
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import LabelFactory, LeadFactory, OrganizationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice, title="Anvil")


@pytest.fixture
def hidden(charlie):
    return LeadFactory(owner=charlie, visibility="owner")


def unsaved(**fields):
    return Lead(title="Anvil", **fields)


# --- Added ---


def test_a_lead_needs_a_person_or_an_organization(alice):  # H1
    with pytest.raises(ValidationError, match="Choose a person, an organization or both"):
        services.open_lead(unsaved(), by=alice)
    assert not Operation.objects.exists()


def test_a_lead_belongs_to_whoever_adds_it_and_is_seen(alice):
    lead = services.open_lead(unsaved(person=PersonFactory(owner=alice)), by=alice)

    assert (lead.owner, lead.created_by, lead.is_unseen) == (alice, alice, False)
    assert Event.objects.get().verb == "lead.created"


def test_a_lead_from_elsewhere_is_unseen(alice):
    lead = unsaved(organization=OrganizationFactory(), origin="web_form")

    assert services.open_lead(lead, by=alice).is_unseen


def test_new_contacts_are_created_along_with_their_lead(alice):
    lead = unsaved(person=Person(name="Zoé"), organization=Organization(name="Lumen"))

    services.open_lead(lead, by=alice)

    found = Lead.objects.get()
    assert (found.person.name, found.organization.name) == ("Zoé", "Lumen")
    assert found.person.organization == found.organization
    assert {found.person.owner, found.organization.owner} == {alice}


def test_the_same_submission_twice_adds_one_lead_and_one_person(alice):
    token = uuid.uuid4()
    first, second = (
        services.open_lead(unsaved(person=Person(name="Zoé")), token=token, by=alice)
        for _n in range(2)
    )

    assert first == second
    assert (Lead.objects.count(), Person.objects.count()) == (1, 1)


def test_a_reader_adds_nothing(reader):
    with pytest.raises(NotAllowed):
        services.open_lead(unsaved(person=Person(name="Zoé")), by=reader)
    assert not Person.objects.exists()


# --- Seen ---


def test_seeing_is_no_act_and_can_be_taken_back(lead, bob):
    services.mark_seen([lead], by=bob)
    assert not Lead.objects.get().is_unseen
    assert services.mark_unseen([lead], by=bob) == 1
    assert Lead.objects.get().is_unseen
    assert services.mark_unseen([lead], by=bob) == 0
    assert not Event.objects.exists()


# --- Archived, assigned, labelled, deleted; each taken back ---


def test_an_archived_lead_is_neither_lost_nor_deleted(lead, bob):  # H3
    operation = opportunities.archive([lead], by=bob)

    lead.refresh_from_db()
    assert (lead.is_archived, lead.archived_by, lead.deleted_at) == (True, bob, None)
    undo(operation, by=bob)
    lead.refresh_from_db()
    assert (lead.is_archived, lead.archived_by) == (False, None)


def test_restoring_is_recorded_and_can_be_taken_back(lead, alice):
    opportunities.archive([lead], by=alice)
    operation = opportunities.restore([lead], by=alice)

    assert not Lead.objects.get().is_archived
    undo(operation, by=alice)
    assert Lead.objects.get().is_archived
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "lead.archived",
        "lead.restored",
        "lead.archived",
    ]


def test_archiving_twice_records_once(lead, alice):
    assert opportunities.archive([lead], by=alice)
    assert opportunities.archive([lead], by=alice) is None


def test_an_assigned_lead_can_be_edited_by_its_new_owner(alice, charlie):
    lead = LeadFactory(owner=alice, visibility="owner")
    operation = opportunities.assign([lead], to=charlie, by=alice)

    opportunities.change(lead, {"title": "Bolt"}, by=charlie)

    assert operation.events.get().changes["owner"][1]["name"] == "Charlie Roux"
    assert Lead.objects.get().title == "Bolt"


@pytest.mark.parametrize("role", ["reader", ""])
def test_nothing_is_assigned_to_who_cannot_own(lead, alice, bob, role):
    User.objects.filter(pk=bob.pk).update(role=role)
    bob.refresh_from_db()
    with pytest.raises(OwnerInactive):
        opportunities.assign([lead], to=bob, by=alice)
    assert not Event.objects.exists()


def test_a_label_counts_only_those_that_did_not_have_it(lead, alice):
    hot = LabelFactory(name="Hot")
    other = LeadFactory(owner=alice, labels=[hot])

    operation = opportunities.add_label([lead, other], hot, by=alice)

    assert operation.events.count() == 1
    undo(operation, by=alice)
    assert list(Lead.objects.filter(labels=hot)) == [other]


def test_a_label_is_taken_off_and_put_back(lead, alice):
    hot = LabelFactory(name="Hot")
    lead.labels.add(hot)

    operation = opportunities.remove_label([lead], hot, by=alice)

    assert not lead.labels.exists()
    undo(operation, by=alice)
    assert list(lead.labels.all()) == [hot]


def test_a_deleted_lead_is_out_of_sight_and_comes_back_whole(lead, alice):
    hot = LabelFactory()
    lead.labels.add(hot)
    operation = opportunities.delete([lead], by=alice)

    assert not Lead.objects.exists()
    assert list(Lead.everything.recently_deleted()) == [lead]
    undo(operation, by=alice)
    assert list(Lead.objects.get().labels.all()) == [hot]


def test_deleting_needs_ownership(lead, alice, bob, manager, admin):
    with pytest.raises(NotAllowed, match="Anvil"):
        opportunities.delete([lead], by=bob)
    for user in (manager, admin, alice):
        undo(opportunities.delete([lead], by=user), by=user)


def test_what_was_converted_is_not_among_the_deleted(lead):
    Lead.objects.filter(pk=lead.pk).update(deleted_at=timezone.now(), is_replaced=True)

    assert not Lead.everything.recently_deleted().exists()


# --- Changed ---


def test_a_stale_change_is_refused_with_both_values(lead, alice, bob):
    opportunities.change(lead, {"title": "Bolt"}, seen={"title": "Anvil"}, by=bob)

    with pytest.raises(Stale) as refused:
        opportunities.change(lead, {"title": "Chisel"}, seen={"title": "Anvil"}, by=alice)

    assert (refused.value.seen, refused.value.found) == ("Anvil", "Bolt")
    assert Lead.objects.get().title == "Bolt"


def test_undo_of_a_change_stops_before_a_later_one(lead, alice, bob):
    operation = opportunities.change(lead, {"title": "Bolt"}, by=alice)
    opportunities.change(lead, {"title": "Chisel"}, by=bob)

    with pytest.raises(Stale):
        undo(operation, by=alice)
    assert Lead.objects.get().title == "Chisel"


# --- Who may ---

ACTS = {
    "mark_seen": lambda leads, by: services.mark_seen(leads, by=by),
    "mark_unseen": lambda leads, by: services.mark_unseen(leads, by=by),
    "archive": lambda leads, by: opportunities.archive(leads, by=by),
    "restore": lambda leads, by: opportunities.restore(leads, by=by),
    "assign": lambda leads, by: opportunities.assign(leads, to=leads[0].owner, by=by),
    "label": lambda leads, by: opportunities.add_label(leads, LabelFactory(), by=by),
    "unlabel": lambda leads, by: opportunities.remove_label(leads, LabelFactory(), by=by),
    "delete": lambda leads, by: opportunities.delete(leads, by=by),
    "change": lambda leads, by: opportunities.change(leads[-1], {"title": "Mine"}, by=by),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_hidden_lead_is_as_missing_and_spoils_the_whole(act, lead, hidden, alice):
    with pytest.raises(Missing):
        ACTS[act]([lead, hidden], by=alice)
    assert not Event.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_a_reader_sees_and_changes_nothing(act, lead, reader):
    with pytest.raises(NotAllowed):
        ACTS[act]([lead], by=reader)
    assert not Event.objects.exists()
