"""Two change the people of a deal at once: nobody stands twice on it, and one is primary."""

import threading
from contextlib import suppress

import pytest
from django.db import IntegrityError

from accounts.models import User
from accounts.policies import refuse_some
from core.errors import Refused, Stale
from deals.models import Deal, Participant
from deals.services import AlreadyTakesPart, add_participant, make_primary, people
from history.models import Operation
from tests.factories import DealFactory, ParticipantFactory, PersonFactory, UserFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return UserFactory()


def without_lock(monkeypatch):
    """Both look before either writes, as if nobody had locked the deal."""
    both_looked = threading.Barrier(2)

    def look(records, *, by):
        asked = Deal.everything.filter(pk__among=[record.pk for record in records])
        refuse_some(asked, {record.pk for record in records}, by=by, may="changeable_by")
        found = list(asked)
        both_looked.wait(timeout=10)
        return found

    monkeypatch.setattr(people, "lock", look)


def act(service, *arguments, by, **more):
    return lambda: service(*arguments, by=User.objects.get(pk=by.pk), **more)


@pytest.mark.parametrize("is_locked", [True, False])
def test_a_person_joins_once(alice, monkeypatch, is_locked):
    """The second run is the control arm: without the lock only the constraint stands."""
    if not is_locked:
        monkeypatch.setattr(people, "refuse_second", lambda deal, person: None)
        without_lock(monkeypatch)
    deal, person = DealFactory(owner=alice), PersonFactory(owner=alice)

    answers = at_once(*[act(add_participant, deal, person, by=alice)] * 2)

    assert [type(each) for each in answers].count(Operation) == 1
    [refused] = [each for each in answers if not isinstance(each, Operation)]
    assert isinstance(refused, AlreadyTakesPart if is_locked else IntegrityError)
    assert is_locked or "deals_participant_once" in str(refused)
    assert Participant.objects.count() == 1


def both_chosen(alice):
    """Two people become the primary contact at once; the deal, and what became of both acts."""
    deal = DealFactory(owner=alice)
    ParticipantFactory(deal=deal, person=deal.person)
    one, two = (ParticipantFactory(deal=deal).person for _n in range(2))
    answers = at_once(
        act(make_primary, deal, one, seen=deal.person_id, by=alice),
        act(make_primary, deal, two, seen=deal.person_id, by=alice),
    )
    return answers


def test_of_two_who_choose_a_primary_contact_one_is_told(alice):  # M4
    for _round in range(5):
        answers = both_chosen(alice)
        assert {type(each) for each in answers} == {Operation, Stale}


def test_without_the_lock_both_believe_to_have_chosen(alice, monkeypatch):
    """The control arm: the second overwrites the first, and nobody is told."""
    without_lock(monkeypatch)
    answers = both_chosen(alice)
    assert not any(isinstance(each, Refused) for each in answers)
    assert {type(each) for each in answers} == {Operation}


def test_two_contacts_that_swap_on_two_deals_wait_in_one_order(alice, monkeypatch):
    """Both are held in the order of ids, whoever was the primary one."""
    one, other = PersonFactory(), PersonFactory()
    deals = [DealFactory(owner=alice, person=person) for person in (one, other)]
    for deal, person in zip(deals, (other, one), strict=True):
        ParticipantFactory(deal=deal, person=person)
    hold, slow = people.hold, threading.Barrier(2)

    def hold_and_wait(**more):
        hold(**more)
        with suppress(
            threading.BrokenBarrierError
        ):  # the other one waits for the lock, as it should
            slow.wait(timeout=1)

    monkeypatch.setattr(people, "hold", hold_and_wait)
    answers = at_once(
        act(make_primary, deals[0], other, by=alice), act(make_primary, deals[1], one, by=alice)
    )
    assert [type(each) for each in answers] == [Operation, Operation], answers
