"""A deal is copied while somebody moves it: neither waits for the other forever."""

import threading
from contextlib import suppress
from functools import partial

import pytest

from deals.models import Deal
from deals.services import copy_deal, copying, move_deals
from deals.services.opening import lock_stage
from tests.factories import (
    DealFactory,
    OrganizationFactory,
    ParticipantFactory,
    PersonFactory,
    StageFactory,
    UserFactory,
)
from tests.racing import at_once, meanwhile, wait_until_it_waits

pytestmark = pytest.mark.django_db(transaction=True)


def copy_while_it_is_moved(monkeypatch):
    """Copy a deal, and put it elsewhere in its column once the copy has locked it; what became of
    both. The copy goes on only once the move waits for it.
    """
    alice = UserFactory()
    deal = DealFactory(owner=alice)
    other = DealFactory(owner=alice, stage=deal.stage)
    locked = threading.Event()
    thread, answers = meanwhile(
        lambda: move_deals([Deal(pk=deal.pk)], to=deal.stage, after=other, by=alice), once=locked
    )
    lock = copying.lock

    def lock_and_wait(*arguments, **more):
        found = lock(*arguments, **more)
        locked.set()
        wait_until_it_waits(thread)
        return found

    monkeypatch.setattr(copying, "lock", lock_and_wait)
    try:
        copied = copy_deal(deal, by=alice)
    except Exception as raised:
        copied = raised
    thread.join(timeout=30)
    return copied, answers


def test_a_deal_is_copied_and_moved_at_once(monkeypatch):
    copied, answers = copy_while_it_is_moved(monkeypatch)
    assert isinstance(copied, Deal), copied
    assert answers == [None]


def test_locked_before_its_stage_the_two_wait_for_each_other(monkeypatch):
    """The control arm: what the order of the locks prevents does happen."""
    monkeypatch.setattr(copying, "lock_stage", lambda stage: None)
    monkeypatch.setattr(copying, "put_on_top", put_on_top_of_what_is_locked_now)
    copied, answers = copy_while_it_is_moved(monkeypatch)
    assert "deadlock" in f"{copied!r} {answers!r}"


def put_on_top_of_what_is_locked_now(deal, put_on_top=copying.put_on_top):
    lock_stage(deal.stage)
    put_on_top(deal)


def test_deals_with_the_same_people_are_copied_at_once(alice, monkeypatch):
    """People are held in the order of ids, and before the organization that both deals name."""
    stages = StageFactory.create_batch(2)
    one, other = (PersonFactory(owner=alice) for _n in range(2))
    sale = {"owner": alice, "organization": OrganizationFactory(owner=alice)}
    deals = [
        DealFactory(stage=stage, person=person, **sale)
        for stage, person in zip(stages, (one, other), strict=True)
    ]
    for deal, person in zip(deals, (other, one), strict=True):
        ParticipantFactory(deal=deal, person=person)
    put_on_top, slow = copying.put_on_top, threading.Barrier(2)

    def wait_and_put(copy):
        with suppress(threading.BrokenBarrierError):  # the other one waits for a lock, as it should
            slow.wait(timeout=1)
        put_on_top(copy)

    monkeypatch.setattr(copying, "put_on_top", wait_and_put)
    answers = at_once(*(partial(copy_deal, deal, by=alice) for deal in deals))

    assert [type(each) for each in answers] == [Deal, Deal], answers
