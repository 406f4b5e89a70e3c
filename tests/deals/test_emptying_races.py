"""A stage ends while somebody moves a deal into it: no deal stays in a stage that is gone."""

import random
import threading
import time
from contextlib import suppress
from functools import partial

import pytest
from django.db import transaction

from accounts.models import User
from conversion.services import NoUsableStage, convert_leads
from core.errors import Refused
from crm.invariants import breaches
from deals.models import Deal
from deals.services import (
    StageArchived,
    emptying,
    end_pipeline,
    end_stage,
    move_deals,
    open_deal,
    win_deals,
)
from history.services import undo
from pipelines import services as pipelines
from pipelines.models import Pipeline, Stage
from tests.factories import (
    DealFactory,
    LeadFactory,
    PersonFactory,
    PipelineFactory,
    StageFactory,
    UserFactory,
)
from tests.racing import at_once, meanwhile, wait_until_it_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stages():
    pipeline = PipelineFactory(is_default=True)
    return [StageFactory(pipeline=pipeline, name=name, position=n) for n, name in enumerate("ABC")]


@pytest.fixture
def admin():
    return UserFactory(role=User.Role.ADMIN)


def end_while(act, stages, admin, monkeypatch):
    """End stage A, and let ``act`` begin when all deals have left it; what ``act`` answers.

    The end goes on only once ``act`` waits for it, or is over.
    """
    emptied = threading.Event()
    thread, answers = meanwhile(act, once=emptied)
    empty = emptying.empty

    def empty_and_wait(*arguments, **more):
        empty(*arguments, **more)
        emptied.set()
        wait_until_it_waits(thread)

    monkeypatch.setattr(emptying, "empty", empty_and_wait)
    end_stage(stages[0], into=stages[1], by=admin)
    thread.join(timeout=30)
    return answers[0]


def move_in(stages, admin):
    deal = DealFactory(stage=stages[2], owner=admin)
    return lambda: move_deals([deal], to=stages[0], by=admin)


def open_in(stages, admin):
    deal = Deal(title="New", person=PersonFactory(owner=admin), stage=stages[0])
    return lambda: open_deal(deal, by=admin)


def convert_into(stages, admin):
    lead = LeadFactory(owner=admin, person=PersonFactory(owner=admin))
    return lambda: convert_leads([lead], into=stages[0], by=admin)


@pytest.mark.parametrize("make", [move_in, open_in, convert_into])
def test_who_comes_while_a_stage_ends_is_told(make, stages, admin, monkeypatch):
    DealFactory.create_batch(2, stage=stages[0], owner=admin)

    answer = end_while(make(stages, admin), stages, admin, monkeypatch)

    assert isinstance(answer, (StageArchived, NoUsableStage)), answer
    assert not Deal.everything.filter(stage=stages[0]).exists()
    assert Stage.objects.get(pk=stages[0].pk).archived_at
    assert breaches() == []


def test_without_the_lock_of_the_stage_it_comes_in(stages, admin, monkeypatch):
    """The control arm: what the lock prevents does happen, and only the last look notices."""
    DealFactory(stage=stages[0], owner=admin)
    monkeypatch.setattr(pipelines, "hold_stages", lambda leaving, into=(): None)

    with pytest.raises(pipelines.HoldsDeals):
        end_while(move_in(stages, admin), stages, admin, monkeypatch)
    assert Deal.objects.filter(stage=stages[0]).count() == 2


def test_a_deal_that_is_edited_meanwhile_goes_along(stages, admin):
    """Nothing of an edit is lost, and the edit does not keep the deal."""
    deal = DealFactory(stage=stages[0], owner=admin, title="Old")
    edited, ended = threading.Event(), []
    thread, ended = meanwhile(
        partial(end_stage, stages[0], into=stages[1], by=admin),
        once=edited,
    )
    with transaction.atomic():
        Deal.objects.filter(pk=deal.pk).update(title="New")
        edited.set()
        wait_until_it_waits(thread)
    thread.join(timeout=30)

    deal.refresh_from_db()
    assert ended == [True]
    assert (deal.title, deal.stage) == ("New", stages[1])
    assert deal.stage_visits.count() == 2


def test_of_the_last_two_stages_one_stays(admin):
    for _round in range(5):
        pipeline = PipelineFactory()
        a, b = StageFactory(pipeline=pipeline), StageFactory(pipeline=pipeline)
        answers = at_once(
            partial(end_stage, a, by=admin),
            partial(end_stage, b, by=admin),
        )
        assert {type(answer) for answer in answers} == {bool, pipelines.LastStage}
        assert pipeline.stages.active().count() == 1


def test_two_stages_that_end_into_each_other_do_not_wait_for_ever(stages, admin):
    a, b, _c = stages
    for stage in stages:
        DealFactory(stage=stage, owner=admin)

    answers = at_once(
        partial(end_stage, a, into=b, by=admin),
        partial(end_stage, b, into=a, by=admin),
    )

    assert {type(answer) for answer in answers} == {bool, StageArchived}
    assert Deal.objects.count() == 3
    assert not Deal.objects.filter(stage__archived_at__isnull=False).exists()


def test_two_who_reorder_at_once_leave_one_order(stages, admin):
    a, b, c = stages
    for _round in range(5):
        answers = at_once(
            partial(pipelines.move_stage, c, before=a.pk, by=admin),
            partial(pipelines.move_stage, b, step=-1, by=admin),
        )
        assert answers == [None, None]
        positions = list(a.pipeline.stages.in_order().values_list("position", flat=True))
        assert positions == [0, 1, 2]


def test_there_is_one_default_whoever_chooses_and_archives(admin):
    for _round in range(5):
        Pipeline.objects.all().delete()
        _first, second, third = (
            PipelineFactory(is_default=place == 0, position=place) for place in range(3)
        )
        at_once(
            partial(pipelines.make_default, second, by=admin),
            partial(pipelines.make_default, third, by=admin),
            partial(end_pipeline, second, into={}, by=admin),
            partial(pipelines.archive_pipeline, third, by=admin),
        )
        assert Pipeline.objects.active().filter(is_default=True).count() == 1


def test_people_move_deals_while_stages_come_and_go(stages, admin):
    """Nobody waits for ever, no deal is left in a stage that is gone, and no visit is lost."""
    deals = DealFactory.create_batch(12, stage=stages[0], owner=admin)
    for stage in stages:  # what nobody visited would be removed, and could not be restored
        move_deals(deals, to=stage, by=admin)
    until = time.monotonic() + 3

    def mover(number):
        dice, done = random.Random(number), 0
        while time.monotonic() < until:
            with suppress(Refused):
                move_deals(dice.sample(deals, 3), to=dice.choice(stages), by=admin)
                done += 1
        return done

    def ender(number):
        dice, done = random.Random(number), 0
        while time.monotonic() < until:
            stage, into = dice.sample(stages, 2)
            with suppress(Refused):
                end_stage(stage, into=into, by=admin)
                done += 1
            pipelines.restore_stage(stage, by=admin)
            pipelines.move_stage(stage, before=into.pk, by=admin)
        return done

    answers = at_once(
        *(partial(mover, n) for n in range(4)), *(partial(ender, n) for n in range(2))
    )

    assert all(isinstance(answer, int) and answer for answer in answers), answers
    assert not Deal.objects.filter(stage__archived_at__isnull=False).exists()
    assert breaches() == []
    for deal in Deal.objects.all():
        visits = list(deal.stage_visits.order_by("pk"))
        assert visits[-1].stage_id == deal.stage_id
        assert [each.left_at for each in visits[:-1]] == [each.entered_at for each in visits[1:]]
        assert visits[-1].left_at is None


def test_a_stage_that_ends_waits_for_whoever_wrote_its_deals_twice(stages, admin):
    """The database looks for the stage once more when such a transaction ends: it must be there to
    be looked at.
    """
    deal, other = DealFactory(stage=stages[0], owner=admin), DealFactory(stage=stages[0])
    won, written = win_deals([deal], by=admin), threading.Event()
    end = partial(end_stage, stages[0], into=stages[1], by=admin)
    thread, answers = meanwhile(end, once=written)

    with transaction.atomic():
        undo(won, by=admin)
        written.set()
        wait_until_it_waits(thread)
    thread.join(timeout=30)

    assert answers == [True]
    assert set(Deal.objects.values_list("pk", "stage", "status")) == {
        (each.pk, stages[1].pk, "open") for each in (deal, other)
    }
    assert breaches() == []
