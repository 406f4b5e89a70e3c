"""Pipelines and stages: add, change, put in order, choose the default, archive, remove, copy.

All by who configures, and all told in the history: what a stage says of its chances weighs every
deal in it. Whoever changes which stages there are holds their pipeline; whoever ends a stage locks
it against all that would enter. Locks are taken from pipelines to stages, in the order of ids.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_configure, require
from core.errors import Missing, Refused, Stale
from core.frozen import frozen
from core.ordering import move_in_line
from core.references import references
from custom_fields.models import Field
from history.models import Operation
from history.services import begin, changed, record
from pipelines.models import Pipeline, Requirement, Stage

MOST_PIPELINES = 100
MOST_STAGES = 50  # of one pipeline: a board is looked at from left to right


class PipelineIsDefault(Refused):
    """There is always a default pipeline: another one takes its place first."""


class PipelineArchived(Refused):
    """The default pipeline is one that deals may enter."""


class HoldsDeals(Refused):
    """Deals move elsewhere before their stage or pipeline goes."""


class LastStage(Refused):
    """A pipeline without a stage can hold no deal."""


class NotOfDeals(Refused):
    """Deals need fields that they have, in stages of their own pipeline."""


class TooMany(Refused):
    """There is a limit to pipelines and stages, far above what people can oversee."""


class WasVisited(Refused):
    """What deals remember of their way stays: such a stage is archived, and so is its pipeline."""


class Told(NamedTuple):
    """A pipeline or a stage as the history names it."""

    kind: str
    pk: int
    name: str

    def __str__(self):
        return self.name


def tell(verb: str, row: Pipeline | Stage, *, by: User, changes=None) -> Operation:
    operation, _new = begin(f"{row._meta.model_name}.{verb}", by=by)
    record(operation, [Told(row._meta.model_name, row.pk, row.name)], changes=changes)
    return operation


# --- Pipelines ---------------------------------------------------------------------------------


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
    copy = Pipeline(name=name[:80], lost_needs_reason=pipeline.lost_needs_reason)
    add_pipeline(copy, by=by)
    stages = {}
    for stage in pipeline.stages.filter(archived_at=None).in_order():
        number = stage.pk
        stages[number] = copied(stage, pipeline=copy)
    for each in pipeline.requirements.order_by("pk"):
        if each.stage_id is None or each.stage_id in stages:
            copied(each, pipeline=copy, stage=stages.get(each.stage_id))
    return copy


def copied(row, **changes):
    row.pk, row._state.adding = None, True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def change_pipeline(
    pipeline: Pipeline, values: dict, *, seen: dict | None = None, by: User
) -> Operation | None:
    """Set name of ``pipeline``, or whether a lost deal needs a reason. ``seen`` holds what the
    writer saw: where it is otherwise now, ``Stale`` tells both. Changing nothing records nothing.
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
    pipeline, stages = hold_to_end(pipeline)
    refuse_deals(pipeline, sum(references(stage, only="deals") for stage in stages))
    pipeline.archived_at = timezone.now()
    pipeline.save(update_fields=["archived_at"])
    tell("archived", pipeline, by=by)


@transaction.atomic
def remove_pipeline(pipeline: Pipeline, *, by: User) -> None:
    """Remove ``pipeline`` with stages that no deal ever entered; ``WasVisited`` when one did."""
    require(may_configure(by))
    pipeline, stages = hold_to_end(pipeline)
    if any(was_visited(stage) for stage in stages):
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


# --- Stages ------------------------------------------------------------------------------------


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
    locked = Stage.objects.select_for_update(no_key=True).filter(pk=stage.pk).first()
    if locked is None:
        raise gone()
    return set_values(locked, values, seen=seen, by=by)


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
    if was_visited(stage):
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
    held = pipeline.stages.filter(pk=stage.pk).first()
    if held is None:
        raise gone()
    if held.archived_at:
        require_room(pipeline)
    restore(held, by=by)


def require_room(pipeline: Pipeline) -> None:
    """Refuse one more stage in use where there are ``MOST_STAGES``."""
    if pipeline.stages.filter(archived_at=None).count() >= MOST_STAGES:
        raise TooMany(_("There are %(most)s stages already.") % {"most": MOST_STAGES})


def was_visited(stage: Stage) -> bool:
    """Whether any deal ever was in ``stage``: then it is archived, never removed."""
    return references(stage) > references(stage, only="requirements")


# --- What deals need ---------------------------------------------------------------------------


@transaction.atomic
def require_field(
    field: Field,
    *,
    pipeline: Pipeline,
    moment: Requirement.Moment,
    stage: Stage | None = None,
    by: User,
) -> Requirement:
    """Let deals of ``pipeline`` need ``field``: to enter ``stage``, or any, to be won, to be lost.

    Deals that stand there already may stay without it. ``ValidationError`` when it is so already;
    refused with ``NotOfDeals``.
    """
    require(may_configure(by))
    if field.of != Field.Of.OPPORTUNITY or (stage and stage.pipeline_id != pipeline.pk):
        raise NotOfDeals(_("“%(field)s” is not a field of these deals.") % {"field": field})
    requirement = Requirement(pipeline=pipeline, stage=stage, field=field, moment=moment)
    requirement.full_clean()
    requirement.save()
    tell_requirement(requirement, by=by, is_new=True)
    return requirement


@transaction.atomic
def drop_requirement(requirement: Requirement, *, by: User) -> None:
    """Let deals do without the field."""
    require(may_configure(by))
    tell_requirement(requirement, by=by, is_new=False)
    requirement.delete()


def tell_requirement(requirement, *, by, is_new):
    """A change of the stage that is entered, or else of the pipeline."""
    sides = ([], [requirement.field])
    changes = {f"required_{requirement.moment}": changed(*(sides if is_new else reversed(sides)))}
    tell("changed", requirement.stage or requirement.pipeline, by=by, changes=changes)


# --- Locks -------------------------------------------------------------------------------------


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


def hold_to_end(pipeline: Pipeline) -> tuple[Pipeline, list[Stage]]:
    """``pipeline`` as it is now and its stages, archived ones too, locked against deals that enter;
    ``PipelineIsDefault`` for the default one.
    """
    pipeline = hold_pipeline(pipeline.pk)
    if pipeline.is_default:
        raise PipelineIsDefault(
            _("“%(pipeline)s” is the default pipeline. Make another one the default first.")
            % {"pipeline": pipeline}
        )
    hold_stages(pipeline.stages.values_list("pk", flat=True))
    return pipeline, list(pipeline.stages.in_order())


def gone():
    return Missing(_("This is no longer there."))


def restore(row, *, by):
    if row.archived_at is None:
        return
    row.archived_at = None
    row.save(update_fields=["archived_at"])
    tell("restored", row, by=by)


def set_values(row, values, *, seen, by):
    """Set ``values`` of a locked ``row``, where they differ."""
    changes = {}
    for name, value in values.items():
        now = getattr(row, name)
        if now == value:
            continue
        if seen is not None and name in seen and frozen(seen[name]) != frozen(now):
            raise Stale(
                _("“%(field)s” was changed meanwhile.")
                % {"field": row._meta.get_field(name).verbose_name},
                seen=seen[name],
                found=now,
                records=[row],
            )
        changes[name] = changed(now, value)
        setattr(row, name, value)
    if not changes:
        return None
    row.full_clean()
    row.save(update_fields=list(changes))
    return tell("changed", row, by=by, changes=changes)


def refuse_deals(place, count):
    if count:
        raise HoldsDeals(
            ngettext(
                "%(count)d deal is in “%(place)s”, perhaps closed or deleted recently. "
                "Move it elsewhere first.",
                "%(count)d deals are in “%(place)s”, closed and recently deleted ones included. "
                "Move them elsewhere first.",
                count,
            )
            % {"count": count, "place": place}
        )
