"""An import is taken back while somebody is at the same records."""

import threading

import pytest
from django.db import transaction

from accounts.models import User
from crm.invariants import breaches
from deals.models import Deal
from deals.services import move_deals, win_deals
from imports.models import Trace
from imports.reverting import run, start
from opportunities import services as opportunities
from tests.factories import (
    DealFactory,
    ExternalIdFactory,
    PipelineFactory,
    StageFactory,
    UserFactory,
)
from tests.imports.runs import checked, choosing
from tests.imports.runs import ran as run_of
from tests.racing import at_once, meanwhile, wait_until_it_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stages():
    pipeline = PipelineFactory(is_default=True)
    return [StageFactory(pipeline=pipeline, name=name, position=n) for n, name in enumerate("ABC")]


@pytest.fixture
def alice():
    return UserFactory()


def imported(alice, deals, to):
    """An import that named these deals anew and moved them, and that is to be taken back."""
    rows = []
    for deal in deals:
        ExternalIdFactory(kind="deal", record_id=deal.pk, external_id=f"{deal.pk}", of=None)
        said = {"external_id": f"{deal.pk}", "title": "Imported", "stage": to.pk}
        rows.append({"deal": said})
    how = choosing("deal.external_id", "deal.title", deal="update")
    return start(run_of(checked(alice, *rows, kind="deal", **how)), by=alice)


ACTS = {
    "named": lambda deal, to, by: opportunities.change(deal, {"title": "Warm"}, by=by),
    "moved": lambda deal, to, by: move_deals([deal], to=to, by=by),
    "won": lambda deal, to, by: win_deals([deal], by=by),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_somebody_is_just_changing_is_left(alice, stages, act):
    deal = DealFactory(owner=alice, stage=stages[0], title="Known")
    one = imported(alice, [deal], stages[1])
    deal = Deal.objects.get(pk=deal.pk)
    begins = threading.Event()
    thread, answers = meanwhile(lambda: run(one.job, one.pk), once=begins)
    with transaction.atomic():
        ACTS[act](deal, stages[2], alice)
        begins.set()
        wait_until_it_waits(thread)
    thread.join(timeout=30)

    assert answers == [None]
    deal.refresh_from_db()
    titles = {"named": "Warm", "moved": "Imported", "won": "Imported"}
    assert (deal.title, deal.stage == stages[0]) == (titles[act], False)
    assert Trace.objects.get(of=one, kind="deal").left == "changed"
    assert breaches() == []


def test_moves_and_wins_meanwhile_end_as_if_one_came_after_the_other(alice, stages):
    for _round in range(3):
        first, second = (DealFactory(owner=alice, stage=stages[0], title="Known") for _n in "ab")
        one = imported(alice, [first, second], stages[1])

        def move(deal=first):
            move_deals([deal], to=stages[2], by=User.objects.get(pk=alice.pk))

        def win(deal=second):
            win_deals([deal], by=User.objects.get(pk=alice.pk))

        answers = at_once(lambda one=one: run(one.job, one.pk), move, win)
        assert answers == [None, None, None]
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.stage == stages[2]
        assert (second.status, second.title) in {("won", "Known"), ("won", "Imported")}
        assert (second.stage == stages[0]) is (second.title == "Known")
        assert breaches() == []
