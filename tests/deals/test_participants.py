"""People take part in a deal: they join, leave, have a role, and one of them is primary."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from contacts import services as contacts
from contacts.models import Person
from contacts.services import StillLinked
from conversion.purge import purge_set_aside
from conversion.services import DealsWentOn, convert_leads, return_to_leads, undo_conversion
from core.errors import Missing, NotAllowed, Stale
from deals.models import Deal, Participant
from deals.services import (
    AlreadyTakesPart,
    add_participant,
    change_deal,
    make_primary,
    remove_participant,
    set_role,
)
from history.models import Event, Operation
from history.services import undo
from leads.models import Lead
from opportunities.setting import Unlinked
from tests.factories import (
    DealFactory,
    LeadFactory,
    OrganizationFactory,
    ParticipantFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora(alice):
    return PersonFactory(owner=alice, name="Nora Weber")


@pytest.fixture
def otto(alice):
    return PersonFactory(owner=alice, name="Otto Lang")


@pytest.fixture
def deal(alice, stages, nora):
    """A deal of Nora and her company."""
    return DealFactory(
        owner=alice,
        person=nora,
        organization=OrganizationFactory(owner=alice),
        stage=stages[0],
        title="Pilot",
        visibility="team",
    )


def on(deal):
    """Who takes part besides the primary contact, and in which role."""
    rows = Participant.objects.filter(deal=deal).exclude(person=again(deal).person)
    return dict(rows.values_list("person__name", "role"))


def again(deal):
    return Deal.everything.get(pk=deal.pk)


def last():
    return Operation.objects.latest("pk")


# --- Joining, leaving, roles --------------------------------------------------------------------


def test_a_person_takes_part_in_a_role_and_history_tells(deal, otto, bob):
    idle = deal.idle_since
    add_participant(deal, otto, role=" Buyer ", by=bob)

    assert on(deal) == {"Otto Lang": "Buyer"}
    event = Event.objects.get()
    assert (event.verb, event.subject_id) == ("deal.participant_added", deal.pk)
    assert event.changes["participant"] == [None, {"id": otto.pk, "name": "Otto Lang"}]
    assert event.changes["role"] == ["", "Buyer"]
    assert again(deal).idle_since > idle


def test_nobody_takes_part_twice_and_the_primary_contact_is_not_doubled(deal, nora, otto, alice):
    add_participant(deal, otto, by=alice)
    for person in (otto, nora):
        with pytest.raises(AlreadyTakesPart, match=person.name):
            add_participant(deal, person, by=alice)

    with pytest.raises(IntegrityError, match="deals_participant_once"), transaction.atomic():
        ParticipantFactory(deal=deal, person=otto)


def test_a_repeat_of_the_submission_is_one_act(deal, otto, alice):
    token = uuid.uuid4()
    first = add_participant(deal, otto, token=token, by=alice)

    assert add_participant(deal, otto, token=token, by=alice) == first
    assert Participant.objects.count() == 1


@pytest.mark.parametrize("role", ["x" * 61, "a\0b", "a\u202eb"])
def test_a_role_that_makes_no_sense_is_refused(deal, otto, alice, role):
    with pytest.raises(ValidationError):
        add_participant(deal, otto, role=role, by=alice)
    ParticipantFactory(deal=deal, person=otto)
    with pytest.raises(ValidationError):
        set_role(deal, otto, role, by=alice)


def test_a_role_changes_and_a_stale_one_is_told(deal, otto, alice):
    add_participant(deal, otto, role="Buyer", by=alice)
    set_role(deal, otto, "Legal", seen="Buyer", by=alice)

    assert on(deal) == {"Otto Lang": "Legal"}
    assert last().events.get().changes["role"] == ["Buyer", "Legal"]
    with pytest.raises(Stale) as stale:
        set_role(deal, otto, "Champion", seen="Buyer", by=alice)
    assert (stale.value.seen, stale.value.found) == ("Buyer", "Legal")
    assert set_role(deal, otto, "Legal", seen="Buyer", by=alice) is None


def test_the_primary_contact_has_a_role_too(deal, nora, alice):
    set_role(deal, nora, "Decision maker", by=alice)

    assert on(deal) == {}
    assert Participant.objects.get().role == "Decision maker"


def test_a_person_leaves(deal, otto, alice):
    add_participant(deal, otto, role="Buyer", by=alice)
    remove_participant(deal, otto, by=alice)

    assert on(deal) == {}
    with pytest.raises(Missing):
        remove_participant(deal, otto, by=alice)


# --- The primary contact ------------------------------------------------------------------------


def test_whoever_becomes_primary_trades_places_with_the_former_one(deal, nora, otto, alice):  # M4
    add_participant(deal, otto, role="Buyer", by=alice)
    make_primary(deal, otto, seen=nora.pk, by=alice)

    assert again(deal).person == otto
    assert on(deal) == {"Nora Weber": ""}
    make_primary(deal, nora, seen=otto.pk, by=alice)
    assert on(deal) == {"Otto Lang": "Buyer"}
    assert make_primary(deal, nora, by=alice) is None


def test_only_one_is_primary_whatever_another_tab_shows(deal, nora, otto, alice):  # M4
    third = PersonFactory(owner=alice)
    for person in (otto, third):
        add_participant(deal, person, by=alice)
    make_primary(deal, otto, seen=nora.pk, by=alice)

    with pytest.raises(Stale) as stale:
        make_primary(deal, third, seen=nora.pk, by=alice)

    assert (stale.value.seen, stale.value.found) == (nora, otto)
    assert again(deal).person == otto


def test_removing_the_primary_contact_promotes_nobody(deal, nora, otto, alice):  # M4
    add_participant(deal, otto, by=alice)
    remove_participant(deal, nora, by=alice)

    assert again(deal).person is None
    assert on(deal) == {"Otto Lang": ""}
    make_primary(deal, otto, seen=0, by=alice)
    assert again(deal).person == otto


def test_the_last_link_of_a_deal_stays(deal, nora, otto, alice):
    Deal.objects.update(organization=None)
    add_participant(deal, otto, by=alice)

    with pytest.raises(Unlinked, match="Nora Weber"):
        remove_participant(deal, nora, by=alice)

    assert again(deal).person == nora


def test_a_stranger_becomes_nothing(deal, otto, alice):
    for act in (make_primary, remove_participant):
        with pytest.raises(Missing):
            act(deal, otto, by=alice)
    with pytest.raises(Missing):
        set_role(deal, otto, "Buyer", by=alice)


def test_a_changed_person_of_the_deal_needs_no_word_here(deal, nora, otto, alice):
    """By the form of the deal, in bulk, or by conversion: nobody stands twice on it."""
    add_participant(deal, otto, role="Buyer", by=alice)
    change_deal(deal, {"person": otto}, by=alice)
    assert on(deal) == {}
    change_deal(deal, {"person": nora}, by=alice)
    assert on(deal) == {"Otto Lang": "Buyer"}


# --- Rights -------------------------------------------------------------------------------------


def test_who_may_change_a_deal_may_change_its_people(deal, nora, otto, charlie, reader):  # F2
    ParticipantFactory(deal=deal, person=otto, role="Buyer")
    acts = [
        lambda by: add_participant(deal, PersonFactory(), by=by),
        lambda by: remove_participant(deal, otto, by=by),
        lambda by: set_role(deal, otto, "Legal", by=by),
        lambda by: make_primary(deal, otto, by=by),
    ]
    for act in acts:
        with pytest.raises(Missing):
            act(charlie)
        with pytest.raises(NotAllowed):
            act(reader)

    assert on(deal) == {"Otto Lang": "Buyer"}
    assert again(deal).person == nora
    assert not Operation.objects.exists()


def test_whom_one_cannot_see_one_cannot_add(deal, alice, bob):
    hidden = PersonFactory(owner=alice, visibility="owner")
    with pytest.raises(Missing):
        add_participant(deal, hidden, by=bob)
    ParticipantFactory(deal=deal, person=hidden)
    remove_participant(deal, hidden, by=bob)  # but sees the name, and may take it off
    assert on(deal) == {}


# --- Undo ---------------------------------------------------------------------------------------


def test_every_act_is_undone(deal, nora, otto, alice):
    before = on(deal)
    add_participant(deal, otto, role="Buyer", by=alice)
    added = last()
    for act in (
        lambda: set_role(deal, otto, "Legal", by=alice),
        lambda: make_primary(deal, otto, by=alice),
        lambda: remove_participant(deal, otto, by=alice),
    ):
        was = (again(deal).person, on(deal))
        operation = act()
        assert (again(deal).person, on(deal)) != was
        undo(operation, by=alice)
        assert (again(deal).person, on(deal)) == was
    undo(added, by=alice)
    assert on(deal) == before


def test_an_undo_is_undone(deal, nora, otto, alice):
    add_participant(deal, otto, role="Buyer", by=alice)
    make_primary(deal, otto, by=alice)
    undo(last(), by=alice)
    undo(last(), by=alice)
    assert again(deal).person == otto
    assert on(deal) == {"Nora Weber": ""}


def test_the_primary_contact_comes_back_as_such(deal, nora, alice):
    remove_participant(deal, nora, by=alice)
    undo(last(), by=alice)
    assert again(deal).person == nora

    set_role(deal, nora, "Buyer", by=alice)
    remove_participant(deal, nora, by=alice)
    undo(last(), by=alice)
    assert again(deal).person == nora
    assert Participant.objects.get().role == "Buyer"


def test_what_changed_since_is_not_undone(deal, nora, otto, alice):
    third = PersonFactory(owner=alice)
    add_participant(deal, otto, by=alice)
    added = last()
    set_role(deal, otto, "Legal", by=alice)
    with pytest.raises(Stale):
        undo(added, by=alice)
    changed = last()
    set_role(deal, otto, "Buyer", by=alice)
    with pytest.raises(Stale):
        undo(changed, by=alice)
    remove_participant(deal, nora, by=alice)
    removed = last()
    make_primary(deal, otto, by=alice)
    with pytest.raises(Stale):
        undo(removed, by=alice)
    chosen = last()
    add_participant(deal, third, by=alice)
    make_primary(deal, third, by=alice)
    with pytest.raises(Stale):
        undo(chosen, by=alice)


# --- Contacts and conversion --------------------------------------------------------------------


def test_a_person_who_takes_part_is_not_deleted(deal, nora, otto, alice, charlie):
    ParticipantFactory(deal=deal, person=otto)
    with pytest.raises(StillLinked, match="Pilot") as refused:
        contacts.delete([otto], by=alice)
    assert refused.value.records == [deal]

    ParticipantFactory(deal=deal, person=nora, role="Buyer")  # primary, and counted once
    with pytest.raises(StillLinked) as refused:
        contacts.delete([nora], by=alice)
    assert refused.value.records == [deal]

    theirs = PersonFactory(owner=charlie)
    ParticipantFactory(deal=deal, person=theirs)
    with pytest.raises(StillLinked, match="1 record that you cannot see"):
        contacts.delete([theirs], by=charlie)


def test_a_conversion_with_participants_since_is_not_undone(deal, otto, alice):  # E2
    conversion = convert_leads([LeadFactory(owner=alice)], into=deal.stage, by=alice)
    new = Deal.objects.latest("pk")
    add_participant(new, otto, by=alice)

    with pytest.raises(DealsWentOn, match="has gained participants"):
        undo_conversion(conversion, by=alice)

    remove_participant(new, otto, by=alice)
    undo_conversion(conversion, by=alice)
    assert not Deal.objects.filter(pk=new.pk).exists()


def test_participants_wait_with_a_deal_that_returned_to_the_leads(deal, otto, alice):
    add_participant(deal, otto, role="Buyer", by=alice)
    return_to_leads([deal], by=alice)
    lead = Lead.objects.get()
    assert on(deal) == {"Otto Lang": "Buyer"}

    conversion = convert_leads([lead], into=deal.stage, by=alice)
    assert Deal.objects.get() == deal
    assert on(deal) == {"Otto Lang": "Buyer"}

    undo_conversion(conversion, by=alice)  # they were there before: nothing is lost again
    convert_leads([lead], into=deal.stage, by=alice)
    assert on(deal) == {"Otto Lang": "Buyer"}


def test_a_person_is_kept_as_long_as_a_deal_names_them(deal, otto, alice):
    ParticipantFactory(deal=deal, person=otto)
    return_to_leads([deal], by=alice)
    contacts.delete([otto], by=alice)
    purge_set_aside(before=timezone.now() + timedelta(days=1))
    assert Person.everything.filter(pk=otto.pk).exists()


def test_a_lead_has_no_participants():  # M2
    assert not hasattr(Lead, "participants")
    names = {field.name for field in Participant._meta.fields}
    assert names == {"id", "deal", "person", "role", "created_at"}
