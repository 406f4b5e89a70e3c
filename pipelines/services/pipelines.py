"""Pipelines: add, copy, change, choose the default, archive, remove, restore, put in order."""

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_configure, require
from core.errors import Refused
from core.ordering import move_in_line
from history.models import Operation
from pipelines.models import Pipeline, Requirement, Stage
from pipelines.services.holding import gone, hold_pipeline, hold_to_end, locked_pipelines
from pipelines.services.rows import TooMany, WasVisited, refuse_deals, restore, set_values, tell

MOST_PIPELINES = 100


class PipelineArchived(Refused):
    """The default pipeline is one that deals may enter."""


@transaction.atomic
def add_pipeline(pipeline: Pipeline, *, by: User) -> Pipeline:
    """Save an unsaved ``pipeline`` as the last one; the very first becomes the default."""
    require(may_configure(by))
    others = locked_pipelines()
    if len(others) >= MOST_PIPELINES:
        raise TooMany(_("There are %(most)s pipelines already.") % {"most": MOST_PIPELINES})
    pipeline.position = max((other.position + 1 for other in others), default=0)
    pipeline.is_default = not any(other.is_default for other in others)
    pipeline.full_clean()
    pipeline.save()
    tell("created", pipeline, by=by)
    return pipeline


@transaction.atomic
def copy_pipeline(pipeline: Pipeline, *, by: User) -> Pipeline:
    """Another pipeline with the stages in use of ``pipeline`` and all that these require."""
    require(may_configure(by))
    hold_pipeline(pipeline.pk)
    name = _("%(pipeline)s (copy)") % {"pipeline": pipeline}
    copy = Pipeline(
        name=name[:80],
        lost_needs_reason=pipeline.lost_needs_reason,
        won_starts_project=pipeline.won_starts_project,
    )
    add_pipeline(copy, by=by)
    in_use = pipeline.stages.filter(archived_at=None).in_order()
    stages = {stage.pk: copied(stage, pipeline=copy) for stage in in_use}
    Stage.objects.bulk_create(stages.values())
    Requirement.objects.bulk_create(
        copied(each, pipeline=copy, stage=stages.get(each.stage_id))
        for each in pipeline.requirements.order_by("pk")
        if each.stage_id is None or each.stage_id in stages
    )
    return copy


def copied(row, **changes):
    """``row`` as another one, not saved yet."""
    row.pk, row._state.adding = None, True
    for name, value in changes.items():
        setattr(row, name, value)
    return row


@transaction.atomic
def change_pipeline(
    pipeline: Pipeline, values: dict, *, seen: dict | None = None, by: User
) -> Operation | None:
    """Set name of ``pipeline``, whether a lost deal needs a reason, or whether a won one starts a
    project. ``seen`` holds what the writer saw: where it is otherwise now, ``Stale`` tells both.
    Changing nothing records nothing.
    """
    require(may_configure(by))
    return set_values(hold_pipeline(pipeline.pk), values, seen=seen, by=by)


@transaction.atomic
def make_default(pipeline: Pipeline, *, by: User) -> None:
    """Let leads go into ``pipeline`` unless told otherwise; refused when it is archived."""
    require(may_configure(by))
    locked = {each.pk: each for each in locked_pipelines()}
    chosen = locked.get(pipeline.pk)
    if chosen is None:
        raise gone()
    if chosen.archived_at:
        raise PipelineArchived(_("“%(pipeline)s” is archived.") % {"pipeline": pipeline})
    if chosen.is_default:
        return
    Pipeline.objects.filter(is_default=True).update(is_default=False)
    Pipeline.objects.filter(pk=pipeline.pk).update(is_default=True)
    tell("changed", chosen, by=by, changes={"is_default": [False, True]})


@transaction.atomic
def archive_pipeline(pipeline: Pipeline, *, by: User) -> None:
    """Put ``pipeline`` away with its stages; refused for the default one and while it holds deals.

    Deals won, lost, archived or deleted recently hold it too.
    """
    require(may_configure(by))
    pipeline = hold_to_end(pipeline)
    refuse_deals(pipeline, pipeline.stages.aggregate(held=Count("deals"))["held"])
    pipeline.archived_at = timezone.now()
    pipeline.save(update_fields=["archived_at"])
    tell("archived", pipeline, by=by)


@transaction.atomic
def remove_pipeline(pipeline: Pipeline, *, by: User) -> None:
    """Remove ``pipeline`` with stages that no deal ever entered; ``WasVisited`` when one did."""
    require(may_configure(by))
    pipeline = hold_to_end(pipeline)
    if pipeline.stages.visited().exists():
        raise WasVisited(
            _("Deals have been in “%(place)s”. It can be archived, not removed.")
            % {"place": pipeline}
        )
    tell("removed", pipeline, by=by)
    pipeline.delete()


@transaction.atomic
def restore_pipeline(pipeline: Pipeline, *, by: User) -> None:
    """Take ``pipeline`` into use again."""
    require(may_configure(by))
    restore(hold_pipeline(pipeline.pk), by=by)


@transaction.atomic
def move_pipeline(
    pipeline: Pipeline, *, step: int = 0, before: int | None = None, by: User
) -> None:
    """Move ``pipeline`` up (-1) or down (1) among the pipelines in use, or right before the one
    with the id ``before``, without one to the end.
    """
    require(may_configure(by))
    line = [each for each in locked_pipelines() if not each.archived_at]
    move_in_line(pipeline, line, step=step, before=before)
