"""Pipelines and stages: order, the one default, and what keeps a stage or a pipeline in place."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Missing, NotAllowed
from deals.models import Deal
from history.models import Event
from pipelines import services
from pipelines.models import Pipeline, Requirement, Stage
from tests.factories import DealFactory, FieldFactory, PipelineFactory, StageFactory


def names(rows):
    return [row.name for row in rows]


def test_the_first_pipeline_is_the_default(manager):
    first = services.add_pipeline(Pipeline(name="Sales"), by=manager)
    second = services.add_pipeline(Pipeline(name="Partners"), by=manager)
    assert (first.is_default, second.is_default) == (True, False)
    assert names(Pipeline.objects.in_order()) == ["Sales", "Partners"]


@pytest.mark.parametrize("who", ["alice", "charlie", "reader"])
def test_only_managers_and_admins_configure(who, pipeline, stages, request):
    user = request.getfixturevalue(who)
    acts = [
        lambda: services.add_pipeline(Pipeline(name="X"), by=user),
        lambda: services.change_pipeline(pipeline, {"name": "X"}, by=user),
        lambda: services.make_default(PipelineFactory(), by=user),
        lambda: services.archive_pipeline(PipelineFactory(), by=user),
        lambda: services.restore_pipeline(pipeline, by=user),
        lambda: services.move_pipeline(pipeline, step=1, by=user),
        lambda: services.add_stage(Stage(pipeline=pipeline, name="X"), by=user),
        lambda: services.change_stage(stages[0], {"name": "X"}, by=user),
        lambda: services.move_stage(stages[0], step=1, by=user),
        lambda: services.remove_stage(stages[0], by=user),
        lambda: services.archive_stage(stages[0], by=user),
        lambda: services.restore_stage(stages[0], by=user),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert names(pipeline.stages.in_order()) == ["Qualified", "Offer", "Negotiation"]


def test_another_pipeline_becomes_the_default(manager, pipeline):
    other = PipelineFactory()
    services.make_default(other, by=manager)
    assert Pipeline.objects.get(is_default=True) == other


def test_an_archived_pipeline_cannot_be_the_default(manager, pipeline):
    archived = PipelineFactory(archived_at=timezone.now())
    with pytest.raises(services.PipelineArchived):
        services.make_default(archived, by=manager)
    assert Pipeline.objects.get(is_default=True) == pipeline


def test_the_default_pipeline_is_not_archived(manager, pipeline):
    with pytest.raises(services.PipelineIsDefault):
        services.archive_pipeline(pipeline, by=manager)


@pytest.mark.parametrize("state", ["open", "won", "archived", "deleted"])
def test_a_pipeline_with_deals_is_not_archived(manager, alice, state):
    other = StageFactory()
    deal = DealFactory(stage=other, owner=alice, won=state == "won")
    now = timezone.now()
    if state == "archived":
        Deal.objects.filter(pk=deal.pk).update(archived_at=now, archived_by=alice)
    if state == "deleted":
        Deal.objects.filter(pk=deal.pk).update(deleted_at=now)
    with pytest.raises(services.HoldsDeals, match="1 deal"):
        services.archive_pipeline(other.pipeline, by=manager)
    with pytest.raises(services.LastStage):
        services.archive_stage(other, by=manager)
    StageFactory(pipeline=other.pipeline)
    with pytest.raises(services.HoldsDeals, match="1 deal"):
        services.archive_stage(other, by=manager)
    assert not Pipeline.objects.get(pk=other.pipeline_id).archived_at


def test_an_empty_pipeline_is_archived_and_restored(manager, pipeline):
    other = PipelineFactory()
    services.archive_pipeline(other, by=manager)
    assert other not in Pipeline.objects.active()
    services.restore_pipeline(other, by=manager)
    assert other in Pipeline.objects.active()


def test_stages_are_put_in_order(manager, pipeline, stages):
    services.move_stage(stages[2], step=-1, by=manager)
    assert names(pipeline.stages.in_order()) == ["Qualified", "Negotiation", "Offer"]
    services.move_stage(stages[0], step=-1, by=manager)
    assert names(pipeline.stages.in_order()) == ["Qualified", "Negotiation", "Offer"]
    services.move_stage(stages[0], step=1, by=manager)
    assert names(pipeline.stages.in_order()) == ["Negotiation", "Qualified", "Offer"]


def test_archived_stages_do_not_stand_in_the_way_of_order(manager, pipeline, stages):
    services.archive_stage(stages[1], by=manager)
    services.move_stage(stages[2], step=-1, by=manager)
    assert names(pipeline.stages.active().in_order()) == ["Negotiation", "Qualified"]


def test_reordering_and_renaming_leave_deals_alone(manager, pipeline, stages, alice):
    deal = DealFactory(stage=stages[0], owner=alice)
    services.change_stage(stages[0], {"name": "New", "probability": 5}, by=manager)
    services.move_stage(stages[0], step=1, by=manager)
    services.change_pipeline(pipeline, {"name": "Big sales"}, by=manager)
    deal.refresh_from_db()
    assert deal.stage == stages[0]
    assert deal.chance == 5


@pytest.mark.parametrize("values", [{"probability": 101}, {"rotting_days": 0}, {"name": ""}])
def test_a_stage_says_no_to_nonsense(manager, stages, values):
    with pytest.raises(ValidationError):
        services.change_stage(stages[0], values, by=manager)


def test_a_new_stage_comes_last(manager, pipeline, stages):
    services.add_stage(Stage(pipeline=pipeline, name="Signature"), by=manager)
    assert names(pipeline.stages.in_order())[-1] == "Signature"


def test_a_stage_nobody_entered_is_removed(manager, pipeline, stages):
    services.remove_stage(stages[1], by=manager)
    assert names(pipeline.stages.in_order()) == ["Qualified", "Negotiation"]


def test_a_stage_that_was_visited_is_archived_not_removed(manager, pipeline, stages, alice):
    deal = DealFactory(stage=stages[1], owner=alice)
    Deal.objects.filter(pk=deal.pk).update(stage=stages[0])  # its visit remains
    with pytest.raises(services.WasVisited):
        services.remove_stage(stages[1], by=manager)
    services.archive_stage(stages[1], by=manager)
    assert names(pipeline.stages.active().in_order()) == ["Qualified", "Negotiation"]
    services.restore_stage(stages[1], by=manager)
    assert names(pipeline.stages.active().in_order()) == ["Qualified", "Offer", "Negotiation"]


def test_a_pipeline_keeps_a_stage(manager):
    stage = StageFactory()
    for act in (services.remove_stage, services.archive_stage):
        with pytest.raises(services.LastStage):
            act(stage, by=manager)


def test_a_stage_that_was_removed_a_moment_ago_is_missing(admin, pipeline):
    stage = StageFactory(pipeline=pipeline)
    services.remove_stage(stage, by=admin)
    for act in (
        services.remove_stage,
        services.restore_stage,
        partial(services.change_stage, values={"name": "New"}),
    ):
        with pytest.raises(Missing):
            act(stage, by=admin)


def test_a_field_that_is_dropped_twice_is_told_once(manager, pipeline):
    required = services.require_field(
        FieldFactory(), pipeline=pipeline, moment=Requirement.Moment.WON, by=manager
    )
    number = required.pk
    services.drop_requirement(required, by=manager)
    with pytest.raises(Missing):
        services.drop_requirement(Requirement(pk=number, pipeline=pipeline), by=manager)
    assert Event.objects.filter(subject_kind="pipeline").count() == 2


def test_nothing_is_required_for_a_stage_that_is_gone(manager, pipeline, stages):
    gone = Stage(pk=stages[1].pk, pipeline=pipeline)
    services.remove_stage(stages[1], by=manager)
    with pytest.raises(Missing):
        services.require_field(
            FieldFactory(),
            pipeline=pipeline,
            stage=gone,
            moment=Requirement.Moment.ENTER,
            by=manager,
        )


def test_a_stage_comes_back_only_where_there_is_room(manager, monkeypatch):
    monkeypatch.setattr(services.stages, "MOST_STAGES", 2)
    pipeline = PipelineFactory()
    first, _second = (
        services.add_stage(Stage(pipeline=pipeline, name=name), by=manager) for name in "AB"
    )
    services.archive_stage(first, by=manager)
    third = services.add_stage(Stage(pipeline=pipeline, name="C"), by=manager)
    with pytest.raises(services.TooMany):
        services.restore_stage(first, by=manager)

    services.remove_stage(third, by=manager)
    services.restore_stage(first, by=manager)

    assert pipeline.stages.filter(archived_at=None).count() == 2
    services.restore_stage(first, by=manager)
