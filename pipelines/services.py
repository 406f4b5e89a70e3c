"""Pipelines and stages: add, change, put in order, choose the default, archive, remove."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_configure, require
from core.errors import Missing, Refused
from core.references import lock_row, references
from custom_fields.models import Field
from pipelines.models import Pipeline, Requirement, Stage


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


class StageWasVisited(Refused):
    """What deals remember of their way stays: such a stage is archived instead."""


@transaction.atomic
def add_pipeline(pipeline: Pipeline, *, by: User) -> Pipeline:
    """Save an unsaved ``pipeline`` as the last one; the very first becomes the default."""
    require(may_configure(by))
    others = locked_pipelines()
    pipeline.position = max((other.position + 1 for other in others), default=0)
    pipeline.is_default = not any(other.is_default for other in others)
    pipeline.full_clean()
    pipeline.save()
    return pipeline


def rename_pipeline(pipeline: Pipeline, name: str, *, by: User) -> None:
    """Give ``pipeline`` another name."""
    require(may_configure(by))
    pipeline.name = name
    pipeline.full_clean()
    pipeline.save(update_fields=["name"])


@transaction.atomic
def make_default(pipeline: Pipeline, *, by: User) -> None:
    """Let leads go into ``pipeline`` unless told otherwise; refused when it is archived."""
    require(may_configure(by))
    locked = {each.pk: each for each in locked_pipelines()}
    if locked[pipeline.pk].archived_at:
        raise PipelineArchived(_("“%(pipeline)s” is archived.") % {"pipeline": pipeline})
    Pipeline.objects.filter(is_default=True).exclude(pk=pipeline.pk).update(is_default=False)
    Pipeline.objects.filter(pk=pipeline.pk).update(is_default=True)


@transaction.atomic
def archive_pipeline(pipeline: Pipeline, *, by: User) -> None:
    """Put ``pipeline`` away with its stages; refused for the default one and while it holds deals.

    Deals won, lost, archived or deleted recently hold it too.
    """
    require(may_configure(by))
    pipeline = lock_row(pipeline)
    if pipeline.is_default:
        raise PipelineIsDefault(
            _("“%(pipeline)s” is the default pipeline. Make another one the default first.")
            % {"pipeline": pipeline}
        )
    stages = list(pipeline.stages.order_by("pk").select_for_update())
    refuse_deals(pipeline, sum(references(stage, only="deals") for stage in stages))
    pipeline.archived_at = timezone.now()
    pipeline.save(update_fields=["archived_at"])


def restore_pipeline(pipeline: Pipeline, *, by: User) -> None:
    """Take ``pipeline`` into use again."""
    require(may_configure(by))
    Pipeline.objects.filter(pk=pipeline.pk).update(archived_at=None)


@transaction.atomic
def move_pipeline(pipeline: Pipeline, step: int, *, by: User) -> None:
    """Move ``pipeline`` up (-1) or down (1) among the pipelines in use."""
    require(may_configure(by))
    move(pipeline, [each for each in locked_pipelines() if not each.archived_at], step)


@transaction.atomic
def add_stage(stage: Stage, *, by: User) -> Stage:
    """Save an unsaved ``stage`` as the last one of its pipeline."""
    require(may_configure(by))
    Pipeline.objects.select_for_update(no_key=True).get(pk=stage.pipeline_id)
    last = stage.pipeline.stages.aggregate(last=Max("position"))["last"]
    stage.position = 0 if last is None else last + 1
    stage.full_clean()
    stage.save()
    return stage


def change_stage(stage: Stage, values: dict, *, by: User) -> None:
    """Set name, probability or rotting days of ``stage``; its deals follow at once."""
    require(may_configure(by))
    for name, value in values.items():
        setattr(stage, name, value)
    stage.full_clean()
    stage.save(update_fields=list(values))


@transaction.atomic
def move_stage(stage: Stage, step: int, *, by: User) -> None:
    """Move ``stage`` up (-1) or down (1) among the stages in use of its pipeline."""
    require(may_configure(by))
    move(stage, [each for each in locked_stages(stage) if not each.archived_at], step)


@transaction.atomic
def remove_stage(stage: Stage, *, by: User) -> None:
    """Remove a stage that no deal ever entered; ``StageWasVisited`` when one did."""
    require(may_configure(by))
    stage = locked_stage(stage)
    refuse_last(stage)
    if was_visited(stage):
        raise StageWasVisited(
            _("Deals have been in “%(stage)s”. It can be archived, not removed.") % {"stage": stage}
        )
    stage.delete()


@transaction.atomic
def archive_stage(stage: Stage, *, by: User) -> None:
    """Put ``stage`` out of use; refused while deals stand in it, and for a pipeline's last one."""
    require(may_configure(by))
    stage = locked_stage(stage)
    refuse_last(stage)
    refuse_deals(stage, references(stage, only="deals"))
    stage.archived_at = timezone.now()
    stage.save(update_fields=["archived_at"])


def restore_stage(stage: Stage, *, by: User) -> None:
    """Take ``stage`` into use again."""
    require(may_configure(by))
    Stage.objects.filter(pk=stage.pk).update(archived_at=None)


def was_visited(stage: Stage) -> bool:
    """Whether any deal ever was in ``stage``: then it is archived, never removed."""
    return references(stage) > references(stage, only="requirements")


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
    return requirement


def drop_requirement(requirement: Requirement, *, by: User) -> None:
    """Let deals do without the field."""
    require(may_configure(by))
    requirement.delete()


def locked_pipelines():
    """All pipelines in their order, locked, so that there is one order and one default."""
    locked = Pipeline.objects.order_by("pk").select_for_update(no_key=True)
    return sorted(locked, key=lambda each: (each.position, each.pk))


def locked_stage(stage):
    """``stage`` as it is now, locked with its siblings; ``Missing`` when it was just removed."""
    for each in locked_stages(stage):
        if each.pk == stage.pk:
            return each
    raise Missing(_("This is no longer there."))


def locked_stages(stage):
    """The stages of ``stage``'s pipeline in their order, locked against deals that move in."""
    locked = Stage.objects.filter(pipeline=stage.pipeline_id).order_by("pk").select_for_update()
    return sorted(locked, key=lambda each: (each.position, each.pk))


def move(row, siblings, step):
    place = next((place for place, each in enumerate(siblings) if each.pk == row.pk), None)
    if place is None or not 0 <= place + step < len(siblings):
        return
    siblings.insert(place + step, siblings.pop(place))
    for position, each in enumerate(siblings):
        each.position = position
    type(row).objects.bulk_update(siblings, ["position"])


def refuse_last(stage):
    others = Stage.objects.filter(pipeline=stage.pipeline_id, archived_at=None)
    if not stage.archived_at and not others.exclude(pk=stage.pk).exists():
        raise LastStage(
            _("“%(stage)s” is the only stage. Add another one first.") % {"stage": stage}
        )


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
