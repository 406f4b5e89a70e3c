"""Two who move at once: one wins and one is told; and no two cards take the same room."""

import itertools
import threading
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection

from accounts.models import User
from conversion.services import convert_leads, converting, return_to_leads, returning
from core.errors import Stale
from crm.invariants import breaches
from deals.models import Deal, StageVisit
from deals.services import copy_deal, copying, merge_deals, merging, move_deals, movement
from history.models import Operation
from history.services import undo
from tests.deals import jostling
from tests.deals.test_emptying_races import meanwhile, waits_for_a_lock
from tests.factories import (
    DealFactory,
    LeadFactory,
    OrganizationFactory,
    ParticipantFactory,
    PersonFactory,
    PipelineFactory,
    StageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stages():
    pipeline = PipelineFactory(is_default=True)
    return [StageFactory(pipeline=pipeline, name=name, position=n) for n, name in enumerate("ABC")]


@pytest.fixture
def alice():
    return UserFactory()


def at_once(*acts):
    """Run ``acts`` at the same moment, each in a thread with its own connection."""
    barrier = threading.Barrier(len(acts))
    answers = [None] * len(acts)

    def run(place, act):
        try:
            barrier.wait(timeout=10)
            answers[place] = act()
        except Exception as raised:
            answers[place] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


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
    column = list(Deal.objects.filter(stage=stages[1]).in_column_order())
    assert (column[0], column[-1]) == (upper, lower)
    places = [deal.position for deal in column]
    assert all(one < two for one, two in itertools.pairwise(places))
    assert max(map(len, places)) <= movement.LONGEST_RANK
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
    """The control arm: what the lock prevents does happen."""
    user = jostling.prepare(cards=4)
    monkeypatch.setattr(movement, "lock_changeable", look_without_locking)

    told = jostling.jostle(user, seconds=2)

    with pytest.raises(AssertionError):
        jostling.look(user, told)


def look_without_locking(records, *, by):
    return list(Deal.objects.filter(pk__in=[deal.pk for deal in records]).order_by("pk"))


# --- What begins before a move and goes on behind it ---------------------------------------------


def after(act, module, name, monkeypatch):
    """Let ``act`` happen, by somebody else, right before ``module`` calls its ``name``."""
    calls = getattr(module, name)

    def call(*arguments, **more):
        monkeypatch.setattr(module, name, calls)
        [answer] = at_once(act)
        assert not isinstance(answer, Exception), answer
        return calls(*arguments, **more)

    monkeypatch.setattr(module, name, call)


def test_a_deal_moved_while_it_waits_to_be_merged_has_left_its_stage(stages, alice, monkeypatch):
    person = PersonFactory(owner=alice)
    one, two = (DealFactory(stage=stages[0], owner=alice, person=person) for _n in range(2))
    after(move(two, alice, to=stages[1]), merging, "lock_deals", monkeypatch)

    merge_deals([one, two], into=one, by=alice)

    assert two.stage_visits.filter(left_at=None).count() == 0
    assert breaches() == []


def test_a_deal_moved_while_it_waits_to_return_has_left_its_stage(stages, alice, monkeypatch):
    deal = DealFactory(stage=stages[0], owner=alice)
    after(move(deal, alice, to=stages[1]), returning, "lock_deals", monkeypatch)

    returned = return_to_leads([deal], by=alice)
    assert deal.stage_visits.filter(left_at=None).count() == 0

    undo(returned, by=alice)
    assert Deal.objects.get(pk=deal.pk).stage == stages[1]
    assert breaches() == []


def test_a_deal_that_returned_while_its_lead_waits_comes_back_later(stages, alice, monkeypatch):
    lead = LeadFactory(owner=alice)
    first = convert_leads([lead], into=stages[0], by=alice)
    deal = Deal(pk=first.pairs.get().deal_number)
    after(lambda: return_to_leads([deal], by=alice), converting, "lock_leads", monkeypatch)

    convert_leads([lead], into=stages[1], by=alice)

    assert Deal.objects.get(pk=deal.pk).stage == stages[1]
    assert breaches() == []


def test_to_copy_a_deal_and_to_move_it_wait_for_each_other_in_one_order(stages, alice, monkeypatch):
    """Whoever moves holds the stage and then asks for the deal: whoever copies must not hold it."""
    deal, held = DealFactory(stage=stages[0], owner=alice), threading.Event()
    thread, answers = meanwhile(move(deal, alice, to=stages[0]), once=held)
    put_on_top = copying.put_on_top

    def wait_and_put(copy):
        held.set()
        while thread.is_alive() and not waits_for_a_lock():
            thread.join(timeout=0.05)
        put_on_top(copy)

    monkeypatch.setattr(copying, "put_on_top", wait_and_put)
    copy = copy_deal(deal, by=alice)
    thread.join(timeout=30)

    assert answers == [None]
    assert Deal.objects.filter(pk=copy.pk).exists()


def test_deals_with_the_same_people_are_copied_at_once(stages, alice, monkeypatch):
    """People are held in the order of ids, and before the organization that both deals name."""
    one, other = (PersonFactory(owner=alice) for _n in range(2))
    sale = {"owner": alice, "organization": OrganizationFactory(owner=alice)}
    deals = [
        DealFactory(stage=stage, person=person, **sale)
        for stage, person in zip(stages, (one, other), strict=False)
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
