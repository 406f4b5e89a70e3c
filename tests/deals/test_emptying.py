"""Stages and pipelines end only once all of their deals went elsewhere, in one transaction."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import Missing, NotAllowed
from crm.invariants import breaches
from deals.models import Deal, StageVisit
from deals.queries import Held, held_by
from deals.services import StageArchived, end_pipeline, end_stage, move_deals
from history.models import Event, Operation
from opportunities import services as opportunities
from pipelines.models import Pipeline, Requirement, Stage
from pipelines.services import HoldsDeals, LastStage, PipelineIsDefault, restore_stage
from tests.factories import DealFactory, FieldFactory, PipelineFactory, StageFactory


@pytest.fixture
def renewals(pipeline):
    return PipelineFactory(name="Renewals", position=1)


@pytest.fixture
def others(renewals):
    """The stages of another pipeline: Due, Asked."""
    return [
        StageFactory(pipeline=renewals, name=name, position=place)
        for place, name in enumerate(["Due", "Asked"])
    ]


def deals_in(stage, owner, *titles, **more):
    return [DealFactory(stage=stage, owner=owner, title=title, **more) for title in titles]


def column(stage):
    return [
        deal.title
        for deal in Deal.objects.on_board().filter(stage=stage).order_by("position", "pk")
    ]


@pytest.fixture
def everything(alice, charlie, stages):
    """Deals of all sorts in the first stage, by what they are."""
    now = timezone.now()
    a, b, archived, deleted = deals_in(stages[0], alice, "a", "b", "archived", "deleted")
    found = {
        "a": a,
        "b": b,
        "hidden": DealFactory(stage=stages[0], owner=charlie, visibility="owner", title="hidden"),
        "won": DealFactory(won=True, owner=alice, stage=stages[0]),
        "lost": DealFactory(lost=True, owner=alice, stage=stages[0]),
        "archived": archived,
        "deleted": deleted,
        "replaced": DealFactory(stage=stages[0], deleted_at=now, is_replaced=True),
    }
    opportunities.archive([archived], by=alice)
    opportunities.delete([deleted], by=alice)
    StageVisit.objects.filter(deal=found["replaced"]).update(left_at=timezone.now())
    Deal.everything.update(idle_since=now - timedelta(days=9))
    return found


def test_all_deals_of_a_stage_go_to_the_end_of_another(alice, manager, stages, everything):
    deals_in(stages[1], alice, "last")
    before = {each.pk: each for each in Deal.everything.all()}

    assert end_stage(stages[0], into=stages[1], by=manager)

    assert Stage.objects.get(pk=stages[0].pk).archived_at
    assert not Deal.everything.filter(stage=stages[0]).exists()
    assert column(stages[1]) == ["last", "a", "b", "hidden"]
    for name, deal in everything.items():
        now, was = Deal.everything.get(pk=deal.pk), before[deal.pk]
        for kept in ("idle_since", "status", "won_at", "lost_at", "deleted_at", "archived_at"):
            assert getattr(now, kept) == getattr(was, kept), (name, kept)
        open_visits = now.stage_visits.filter(left_at=None)
        if name == "replaced":
            assert not open_visits.exists()
        else:
            left, entered = now.stage_visits.order_by("pk")
            assert (left.stage, entered.stage) == (stages[0], stages[1])
            assert left.left_at == entered.entered_at == now.stage_entered_at
        [event] = Event.objects.filter(verb="deal.moved", subject_id=deal.pk)
        assert event.changes == {
            "stage": [
                {"id": stages[0].pk, "name": "Qualified"},
                {"id": stages[1].pk, "name": "Offer"},
            ],
            "position": [was.position, now.position],
        }
        assert event.title == deal.title


def test_what_a_stage_holds_is_counted_by_sorts(stages, everything, django_assert_num_queries):
    with django_assert_num_queries(1):
        held = held_by(stages)

    assert held == {stages[0].pk: Held(open=3, closed=2, archived=1, set_aside=2)}
    assert held[stages[0].pk].all == 8


def test_a_stage_that_no_deal_ever_entered_is_removed(manager, stages):
    assert not end_stage(stages[2], by=manager)
    assert not Stage.objects.filter(pk=stages[2].pk).exists()


def test_one_that_some_have_left_is_archived(alice, manager, stages):
    [deal] = deals_in(stages[0], alice, "a")
    move_deals([deal], to=stages[1], by=alice)

    assert end_stage(stages[0], by=manager)

    assert Stage.objects.get(pk=stages[0].pk).archived_at


def test_deals_go_to_a_stage_of_another_pipeline_too(alice, manager, stages, others):
    deals_in(stages[0], alice, "a")

    end_stage(stages[0], into=others[1], by=manager)

    assert column(others[1]) == ["a"]


def test_a_stage_does_not_end_where_that_would_lose_something(alice, manager, stages, others):
    deals_in(stages[0], alice, "a")
    only = StageFactory(pipeline=PipelineFactory())
    archived = StageFactory(pipeline=stages[0].pipeline, archived_at=timezone.now())
    away = StageFactory(pipeline=PipelineFactory(archived_at=timezone.now()))
    gone = StageFactory(pipeline=stages[0].pipeline)
    gone.delete()
    for stage, into, by, refusal in [
        (stages[0], stages[1], alice, NotAllowed),
        (stages[0], None, manager, HoldsDeals),
        (stages[0], stages[0], manager, StageArchived),
        (stages[0], archived, manager, StageArchived),
        (stages[0], away, manager, StageArchived),
        (stages[0], Stage(pk=999_999), manager, StageArchived),
        (only, None, manager, LastStage),
        (Stage(pk=999_999, pipeline=stages[0].pipeline), stages[0], manager, Missing),
    ]:
        with pytest.raises(refusal):
            end_stage(stage, into=into, by=by)
    assert column(stages[0]) == ["a"]
    assert not Operation.objects.exists()
    assert StageVisit.objects.filter(left_at=None).count() == 1


def test_what_is_required_does_not_stand_in_the_way(alice, manager, stages, others):
    deals_in(stages[0], alice, "a")
    for pipeline in (stages[0].pipeline, others[0].pipeline):
        Requirement.objects.create(pipeline=pipeline, field=FieldFactory(), moment="enter")

    end_stage(stages[0], into=stages[1], by=manager)
    Pipeline.objects.update(is_default=False)
    end_pipeline(stages[0].pipeline, into={stages[1].pk: others[0]}, by=manager)

    assert column(others[0]) == ["a"]


def test_a_pipeline_sends_the_deals_of_each_stage_on(alice, manager, stages, others):
    deals_in(others[0], alice, "due 1", "due 2")
    deals_in(others[1], alice, "asked")
    deals_in(stages[0], alice, "first")
    DealFactory(owner=alice, stage=others[1], won=True)

    goes = {others[0].pk: stages[0], others[1].pk: stages[2]}
    assert end_pipeline(others[0].pipeline, into=goes, by=manager)

    assert column(stages[0]) == ["first", "due 1", "due 2"]
    assert column(stages[2]) == ["asked"]
    assert not Deal.everything.filter(stage__pipeline=others[0].pipeline).exists()
    assert Pipeline.objects.get(pk=others[0].pipeline_id).archived_at
    assert breaches() == []


def test_or_all_to_one_and_the_order_of_the_stages_stays(alice, manager, stages, others):
    deals_in(others[1], alice, "asked")
    deals_in(others[0], alice, "due")

    end_pipeline(
        others[0].pipeline, into=dict.fromkeys([others[0].pk, others[1].pk], stages[0]), by=manager
    )

    assert column(stages[0]) == ["due", "asked"]


def test_a_pipeline_that_no_deal_ever_entered_is_removed(manager, others):
    Requirement.objects.create(pipeline=others[0].pipeline, field=FieldFactory(), moment="won")

    assert not end_pipeline(others[0].pipeline, into={}, by=manager)
    assert not Pipeline.objects.filter(pk=others[0].pipeline_id).exists()


def test_a_pipeline_does_not_end_by_halves(alice, manager, stages, others):
    renewals = others[0].pipeline
    deals_in(others[0], alice, "due")
    deals_in(others[1], alice, "asked")
    for pipeline, into, by, refusal in [
        (renewals, {others[0].pk: stages[0], others[1].pk: stages[0]}, alice, NotAllowed),
        (renewals, {others[0].pk: stages[0]}, manager, HoldsDeals),
        (renewals, {}, manager, HoldsDeals),
        (renewals, {others[0].pk: others[1], others[1].pk: stages[0]}, manager, StageArchived),
        (stages[0].pipeline, {stages[0].pk: others[0]}, manager, PipelineIsDefault),
        (Pipeline(pk=999_999), {}, manager, Missing),
    ]:
        with pytest.raises(refusal):
            end_pipeline(pipeline, into=into, by=by)
    assert (column(others[0]), column(others[1])) == (["due"], ["asked"])
    assert not Operation.objects.exists()


def test_it_costs_the_same_for_many(alice, manager, stages, django_assert_num_queries):
    deals_in(stages[0], alice, "a")
    deals_in(stages[1], alice, *"bcdef")

    for stage in stages[:2]:
        with django_assert_num_queries(22):
            end_stage(stage, into=stages[2], by=manager)


def test_an_archived_stage_is_restored_where_it_stood(alice, manager, stages):
    deals_in(stages[1], alice, "a")
    end_stage(stages[1], into=stages[0], by=manager)

    restore_stage(stages[1], by=manager)

    active = stages[0].pipeline.stages.active().in_order()
    assert [each.name for each in active] == ["Qualified", "Offer", "Negotiation"]
    assert column(stages[0]) == ["a"]
