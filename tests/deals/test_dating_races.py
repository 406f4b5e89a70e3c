"""An act that waited for another one is dated after it: no visit ends before it began, nor begins
before the last one ended.

Each test runs once more as its control arm: without ``hold_begins`` what it prevents does happen.
"""

import itertools
import threading
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from conversion.services import convert_leads, converting, return_to_leads, returning
from crm.invariants import breaches
from deals.models import Deal
from deals.services import merge_deals, move_deals, movement
from history.models import Operation
from leads.models import Lead
from opportunities.merging import act as merging_act
from pipelines.services import hold_stages
from tests.conversion.test_races import at_once
from tests.factories import DealFactory, PersonFactory, PipelineFactory, StageFactory, UserFactory
from tests.racing import meanwhile, waits_for_a_lock

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
    return DealFactory.create_batch(2, **own)


def wait_for(thread):
    while thread.is_alive() and not waits_for_a_lock():
        thread.join(timeout=0.05)


ACTS = {
    "merge": (merging_act, lambda deals, by: merge_deals(deals, into=deals[0], by=by)),
    "return": (returning, lambda deals, by: return_to_leads(deals[1:], by=by)),
}


@pytest.mark.parametrize("is_dated_anew", [True, False])
@pytest.mark.parametrize("name", ACTS)
def test_what_waits_for_a_move_ends_the_visit_that_began(
    deals, stages, alice, monkeypatch, name, is_dated_anew
):
    service, act = ACTS[name]
    if not is_dated_anew:
        monkeypatch.setattr(service, "hold_begins", lambda operation: None)
    locked = threading.Event()
    thread, answers = meanwhile(partial(act, deals, alice), once=locked)
    lock = movement.lock

    def lock_and_wait(*arguments, **more):
        found = lock(*arguments, **more)
        locked.set()
        wait_for(thread)
        return found

    monkeypatch.setattr(movement, "lock", lock_and_wait)
    move_deals(deals[1:], to=stages[1], by=alice)
    thread.join(timeout=30)

    assert isinstance(answers[0], Operation if is_dated_anew else IntegrityError), answers
    assert is_dated_anew or "leaves_after_entering" in str(answers[0])
    assert breaches() == []


@pytest.mark.parametrize("is_dated_anew", [True, False])
def test_what_returned_while_a_conversion_waited_begins_a_visit_after_the_last(
    deals, stages, alice, monkeypatch, is_dated_anew
):
    """It waits for somebody who would have ended the stage, and then did not."""
    if not is_dated_anew:
        monkeypatch.setattr(converting, "hold_begins", lambda operation: None)
    return_to_leads(deals[1:], by=alice)
    lead = Lead.objects.get()
    convert_leads([lead], into=stages[0], by=alice)
    begun = threading.Event()
    thread, answers = meanwhile(lambda: convert_leads([lead], into=stages[0], by=alice), once=begun)
    with transaction.atomic():
        hold_stages([stages[0].pk])
        begun.set()
        wait_for(thread)
        [returned] = at_once(lambda: return_to_leads(deals[1:], by=alice))
    thread.join(timeout=30)

    assert isinstance(returned, Operation), returned
    assert not isinstance(answers[0], Exception), answers
    visits = Deal.objects.get(pk=deals[1].pk).stage_visits.order_by("pk")
    follow = [one.left_at <= next_.entered_at for one, next_ in itertools.pairwise(visits)]
    assert follow == [True, is_dated_anew]
