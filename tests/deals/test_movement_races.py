"""Two who move at once: one wins and one is told; and no two cards take the same room."""

import itertools
import threading

import pytest

from accounts.models import User
from core.errors import Stale
from core.ordering import rank_first
from crm.invariants import breaches
from deals.models import Deal, StageVisit
from deals.services import move_deals, movement
from history.models import Operation
from lists.placing import LONGEST_RANK
from tests.deals import jostling
from tests.factories import DealFactory, PipelineFactory, StageFactory, UserFactory
from tests.racing import at_once, meanwhile, waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stages():
    pipeline = PipelineFactory(is_default=True)
    return [StageFactory(pipeline=pipeline, name=name, position=n) for n, name in enumerate("ABC")]


@pytest.fixture
def alice():
    return UserFactory()


def move(deal, by, **more):
    return lambda: move_deals([deal], by=User.objects.get(pk=by.pk), **more)


def test_of_two_moves_one_wins_and_one_is_told(stages, alice):
    a, b, c = stages
    for _round in range(5):
        deal = DealFactory(stage=a, owner=alice)
        seen = {deal.pk: a.pk}
        answers = at_once(move(deal, alice, to=b, left=seen), move(deal, alice, to=c, left=seen))
        assert {type(answer) for answer in answers} == {Operation, Stale}
        assert StageVisit.objects.filter(deal=deal).count() == 2
        now = StageVisit.objects.get(deal=deal, left_at=None)
        assert now.stage_id == Deal.objects.get(pk=deal.pk).stage_id


def both_behind_the_same(stages, alice):
    """Two deals dropped at once behind the same card; their positions."""
    a, b, _c = stages
    anchor, _below = DealFactory(stage=b, owner=alice), DealFactory(stage=b, owner=alice)
    one, two = DealFactory(stage=a, owner=alice), DealFactory(stage=a, owner=alice)
    answers = at_once(move(one, alice, to=b, after=anchor), move(two, alice, to=b, after=anchor))
    assert all(isinstance(answer, Operation) for answer in answers), answers
    found = Deal.objects.filter(pk__in=[one.pk, two.pk]).values_list("position", flat=True)
    return list(found)


def test_two_cards_dropped_at_one_spot_get_two_places(stages, alice):
    for _round in range(5):
        assert len(set(both_behind_the_same(stages, alice))) == 2


def test_without_the_lock_of_the_stage_they_share_one(stages, alice, monkeypatch):
    """The control arm: what the lock prevents does happen."""
    both_asked = threading.Barrier(2)
    rank_beside = movement.rank_beside

    def rank_when_both_asked(*arguments, **more):
        rank = rank_beside(*arguments, **more)
        both_asked.wait(timeout=10)
        return rank

    monkeypatch.setattr(movement, "lock_stage", lambda stage: None)
    monkeypatch.setattr(movement, "rank_beside", rank_when_both_asked)
    assert len(set(both_behind_the_same(stages, alice))) == 1


def between_the_same(stages, alice, number):
    """So many deals, dropped by two people in turns right behind one card and before another."""
    a, b, _c = stages
    upper, lower = DealFactory(stage=b, owner=alice), DealFactory(stage=b, owner=alice)
    deals = DealFactory.create_batch(number, stage=a, owner=alice)

    def drop(own):
        def run():
            by = User.objects.get(pk=alice.pk)
            for deal in own:
                move_deals([deal], to=b, after=upper, before=lower, by=by)

        return run

    answers = at_once(drop(deals[::2]), drop(deals[1::2]))
    assert answers == [None, None]
    return upper, lower, deals


def test_two_hundred_cards_between_the_same_two_keep_strict_order(stages, alice):
    upper, lower, deals = between_the_same(stages, alice, 200)
    column = list(Deal.objects.filter(stage=stages[1]).order_by("position", "pk"))
    assert (column[0], column[-1]) == (upper, lower)
    places = [deal.position for deal in column]
    assert all(one < two for one, two in itertools.pairwise(places))
    assert max(map(len, places)) <= LONGEST_RANK
    # Each dropped theirs on top of what they had dropped before.
    for own in (deals[::2], deals[1::2]):
        assert [deal for deal in column if deal in own] == own[::-1]


def test_eight_people_jostle_for_the_same_cards_and_nothing_is_lost():
    """Three seconds of what ``make faults`` does for thirty."""
    user = jostling.prepare()

    told = jostling.jostle(user, seconds=3)

    jostling.look(user, told)
    assert told.moves
    assert told.stale, "nobody ever was too late: the cards were too many, or the time too short"


def test_without_the_lock_of_the_deals_moves_are_lost(monkeypatch):
    """The control arm: what the lock prevents does happen, and no constraint stands in the way."""
    user = jostling.prepare(cards=4)
    monkeypatch.setattr(movement, "lock", look_without_locking)

    told = jostling.jostle(user, seconds=2)

    assert jostling.lost(told)


def look_without_locking(records, *, by):
    return list(Deal.objects.filter(pk__in=[deal.pk for deal in records]).order_by("pk"))


def squeeze_while_others_leave(stages, alice, monkeypatch):
    """Drop a deal where there is no room, and move it away together with what stands beside its
    place, once the first has locked it; what became of both.
    """
    a, b, c = stages
    upper, lower = DealFactory.create_batch(2, stage=b, owner=alice)
    deal = DealFactory(stage=a, owner=alice)
    Deal.objects.filter(pk=upper.pk).update(position="1")
    Deal.objects.filter(pk=lower.pk).update(position="1" + "0" * LONGEST_RANK + "1")
    locked = threading.Event()
    thread, answers = meanwhile(lambda: move_deals([upper, deal], to=c, by=alice), once=locked)
    rank_beside = movement.rank_beside

    def rank_once_they_wait(*arguments, **more):
        if not locked.is_set():
            locked.set()
            while thread.is_alive() and not waits_for_a_lock():
                thread.join(timeout=0.05)
        return rank_beside(*arguments, **more)

    monkeypatch.setattr(movement, "rank_beside", rank_once_they_wait)
    try:
        squeezed = move_deals([deal], to=b, after=upper, by=alice)
    except Exception as raised:
        squeezed = raised
    thread.join(timeout=30)
    return squeezed, answers[0]


def test_room_is_made_while_others_leave_the_column(stages, alice, monkeypatch):
    answers = squeeze_while_others_leave(stages, alice, monkeypatch)
    assert [type(answer) for answer in answers] == [Operation, Operation], answers
    assert breaches() == []


def test_made_by_one_who_holds_a_card_already_the_two_wait_for_each_other(
    stages, alice, monkeypatch
):
    """The control arm: what the order of the locks prevents does happen."""
    rank_beside = movement.rank_beside

    def make_room_at_once(stage, **more):
        try:
            return rank_beside(stage, **more)
        except movement.NoRoom:
            movement.spread(movement.column_of(stage), [])
            return rank_first(more["at"])

    monkeypatch.setattr(movement, "rank_beside", make_room_at_once)
    answers = squeeze_while_others_leave(stages, alice, monkeypatch)
    assert "deadlock" in repr(answers)
