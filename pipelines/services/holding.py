"""Locks of pipelines and stages: from pipelines to stages, in the order of their ids.

Whoever changes which stages there are holds their pipeline; whoever ends a stage locks it against
all that would enter.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import Missing, Refused
from pipelines.models import Pipeline, Stage


class PipelineIsDefault(Refused):
    """There is always a default pipeline: another one takes its place first."""


class LastStage(Refused):
    """A pipeline without a stage can hold no deal."""


def locked_pipelines() -> list[Pipeline]:
    """All pipelines in their order, locked, so that there is one order and one default."""
    locked = Pipeline.objects.order_by("pk").select_for_update(no_key=True)
    return sorted(locked, key=lambda each: (each.position, each.pk))


def hold_pipeline(number: int) -> Pipeline:
    """The pipeline as it is now, held against others who change which stages it has."""
    held = Pipeline.objects.select_for_update(no_key=True).filter(pk=number).first()
    if held is None:
        raise gone()
    return held


def hold_stage(number: int) -> Stage:
    """The stage as it is now, locked; its pipeline is held already."""
    held = Stage.objects.select_for_update(no_key=True).filter(pk=number).first()
    if held is None:
        raise gone()
    return held


def hold_stages(leaving: Iterable[int], into: Iterable[int] = ()) -> None:
    """Lock stages in the order of their ids: those ``leaving`` against all that would enter, the
    others against deals that are moved in and against being archived. The pipeline of those that
    leave is held already.
    """
    leaving = set(leaving)
    for number in sorted(leaving | set(into)):
        rows = Stage.objects.filter(pk=number).select_for_update(no_key=number not in leaving)
        list(rows.values_list("pk"))


def hold_stage_to_end(stage: Stage) -> Stage:
    """``stage`` as it is now, locked against deals that enter; ``LastStage`` where it is that."""
    pipeline = hold_pipeline(stage.pipeline_id)
    hold_stages([stage.pk])
    held = Stage.objects.filter(pk=stage.pk).select_related("pipeline").first()
    if held is None:
        raise gone()
    others = pipeline.stages.filter(archived_at=None).exclude(pk=stage.pk)
    if not held.archived_at and not others.exists():
        raise LastStage(
            _("“%(stage)s” is the only stage. Add another one first.") % {"stage": held}
        )
    return held


def hold_to_end(pipeline: Pipeline) -> Pipeline:
    """``pipeline`` as it is now, its stages, archived ones too, locked against deals that enter;
    ``PipelineIsDefault`` for the default one.
    """
    pipeline = hold_pipeline(pipeline.pk)
    if pipeline.is_default:
        raise PipelineIsDefault(
            _("“%(pipeline)s” is the default pipeline. Make another one the default first.")
            % {"pipeline": pipeline}
        )
    hold_stages(pipeline.stages.values_list("pk", flat=True))
    return pipeline


def gone():
    return Missing(_("This is no longer there."))
