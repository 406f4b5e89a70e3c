"""Two merge the same deal at once, or merge and move it: one wins, and the visits stay unbroken."""

import time

import pytest
from django.db import IntegrityError

from accounts.models import User
from core.errors import Missing
from crm.invariants import breaches
from deals.models import Deal, MergedDeal
from deals.services import merge_deals, move_deals
from history.models import Operation
from opportunities.merging import AlreadyMerged, Kind
from tests.factories import (
    DealFactory,
    PersonFactory,
    PipelineFactory,
    StageFactory,
    UserFactory,
)
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return UserFactory()


@pytest.fixture
def stages():
    pipeline = PipelineFactory(is_default=True)
    return [StageFactory(pipeline=pipeline, position=place) for place in range(2)]


@pytest.fixture
def deals(alice, stages):
    own = {"owner": alice, "person": PersonFactory(owner=alice), "stage": stages[0]}
    return DealFactory.create_batch(3, **own)


def act(service, *arguments, by, **more):
    return lambda: service(*arguments, by=User.objects.get(pk=by.pk), **more)


@pytest.mark.parametrize("is_locked", [True, False])
def test_a_deal_is_merged_into_one_other(deals, alice, monkeypatch, is_locked):
    """The second run is the control arm: without the lock both go on, and only the constraint
    stands.
    """

    def look_without_locking(kind, numbers):
        found = kind.read(numbers)
        time.sleep(0.3)
        return found

    if not is_locked:
        monkeypatch.setattr(Kind, "lock", look_without_locking)
    one, two, three = deals

    answers = at_once(
        act(merge_deals, [two], into=one, by=alice), act(merge_deals, [two], into=three, by=alice)
    )

    [refused] = [each for each in answers if not isinstance(each, Operation)]
    assert isinstance(refused, AlreadyMerged if is_locked else IntegrityError)
    assert is_locked or "deals_mergeddeal_once" in str(refused)
    assert MergedDeal.objects.count() == 1
    assert breaches() == []


def test_a_deal_that_is_merged_and_moved_at_once_is_on_one_visit_or_none(deals, stages, alice):
    for two in deals[1:]:
        answers = at_once(
            act(merge_deals, [two], into=deals[0], by=alice),
            act(move_deals, [two], to=stages[1], by=alice),
        )
        assert isinstance(answers[0], Operation)
        assert isinstance(answers[1], Operation | Missing)
    assert Deal.objects.get() == deals[0]
    assert breaches() == []
