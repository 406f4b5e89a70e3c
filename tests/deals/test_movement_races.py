"""Two who move at once: one wins and one is told; and no two cards take the same room."""

import threading

import pytest
from django.db import connection

from accounts.models import User
from core.errors import Stale
from deals.models import Deal, StageVisit
from deals.services import move_deals, movement
from history.models import Operation
from tests.factories import DealFactory, PipelineFactory, StageFactory, UserFactory

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
