"""Stages of a pipeline: add, change, put in order, remove, archive, restore."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_configure, require
from core.ordering import move_in_line
from core.references import references
from history.models import Operation
from history.services import changed
from pipelines.models import Pipeline, Stage
from pipelines.services.holding import hold_pipeline, hold_stage, hold_stage_to_end
from pipelines.services.rows import TooMany, WasVisited, refuse_deals, restore, set_values, tell

MOST_STAGES = 50  # of one pipeline: a board is looked at from left to right


@transaction.atomic
def add_stage(stage: Stage, *, by: User) -> Stage:
    """Save an unsaved ``stage`` as the last one of its pipeline."""
    require(may_configure(by))
    pipeline = hold_pipeline(stage.pipeline_id)
    require_room(pipeline)
    last = pipeline.stages.aggregate(last=Max("position"))["last"]
    stage.position = 0 if last is None else last + 1
    stage.full_clean()
    stage.save()
    tell("changed", pipeline, by=by, changes={"stages": changed([], [stage])})
    return stage


@transaction.atomic
def change_stage(
    stage: Stage, values: dict, *, seen: dict | None = None, by: User
) -> Operation | None:
    """Set name, probability or rotting days of ``stage``. ``seen`` holds what the writer saw: where
    it is otherwise now, ``Stale`` tells both. Changing nothing records nothing.
    """
    require(may_configure(by))
    hold_pipeline(stage.pipeline_id)
    return set_values(hold_stage(stage.pk), values, seen=seen, by=by)


@transaction.atomic
def move_stage(stage: Stage, *, step: int = 0, before: int | None = None, by: User) -> None:
    """Move ``stage`` up (-1) or down (1) among the stages in use of its pipeline, or right before
    the one with the id ``before``, without one to the end.
    """
    require(may_configure(by))
    pipeline = hold_pipeline(stage.pipeline_id)
    locked = pipeline.stages.order_by("pk").select_for_update(no_key=True)
    line = [each for each in locked if not each.archived_at]
    line.sort(key=lambda each: (each.position, each.pk))
    if move_in_line(stage, line, step=step, before=before):
        order = sorted(line, key=lambda each: each.position)
        tell("changed", pipeline, by=by, changes={"stages": changed(line, order)})


@transaction.atomic
def remove_stage(stage: Stage, *, by: User) -> None:
    """Remove a stage that no deal ever entered; ``WasVisited`` when one did."""
    require(may_configure(by))
    stage = hold_stage_to_end(stage)
    if Stage.objects.filter(pk=stage.pk).visited().exists():
        raise WasVisited(
            _("Deals have been in “%(place)s”. It can be archived, not removed.") % {"place": stage}
        )
    tell("changed", stage.pipeline, by=by, changes={"stages": changed([stage], [])})
    stage.delete()


@transaction.atomic
def archive_stage(stage: Stage, *, by: User) -> None:
    """Put ``stage`` out of use; refused while deals stand in it, and for a pipeline's last one."""
    require(may_configure(by))
    stage = hold_stage_to_end(stage)
    refuse_deals(stage, references(stage, only="deals"))
    stage.archived_at = timezone.now()
    stage.save(update_fields=["archived_at"])
    tell("archived", stage, by=by)


@transaction.atomic
def restore_stage(stage: Stage, *, by: User) -> None:
    """Take ``stage`` into use again; ``TooMany`` where its pipeline has no room for it."""
    require(may_configure(by))
    pipeline = hold_pipeline(stage.pipeline_id)
    held = hold_stage(stage.pk)
    if held.archived_at:
        require_room(pipeline)
    restore(held, by=by)


def require_room(pipeline: Pipeline) -> None:
    """Refuse one more stage in use where there are ``MOST_STAGES``."""
    if pipeline.stages.filter(archived_at=None).count() >= MOST_STAGES:
        raise TooMany(_("There are %(most)s stages already.") % {"most": MOST_STAGES})
