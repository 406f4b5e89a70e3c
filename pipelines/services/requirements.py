"""Fields that deals of a pipeline need, and when."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_configure, require
from core.errors import Refused
from custom_fields.models import Field
from history.services import changed
from pipelines.models import Pipeline, Requirement, Stage
from pipelines.services.holding import gone, hold_pipeline, hold_stage
from pipelines.services.rows import tell


class NotOfDeals(Refused):
    """Deals need fields that they have, in stages of their own pipeline."""


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
    refused with ``NotOfDeals``, and ``Missing`` when the pipeline or the stage is gone.
    """
    require(may_configure(by))
    pipeline = hold_pipeline(pipeline.pk)
    stage = stage and hold_stage(stage.pk)
    is_theirs = field.of == Field.Of.OPPORTUNITY and not field.is_calculated
    if not is_theirs or (stage and stage.pipeline_id != pipeline.pk):
        raise NotOfDeals(_("“%(field)s” is not a field of these deals.") % {"field": field})
    requirement = Requirement(pipeline=pipeline, stage=stage, field=field, moment=moment)
    requirement.full_clean()
    requirement.save()
    tell_requirement(requirement, by=by, is_new=True)
    return requirement


@transaction.atomic
def drop_requirement(requirement: Requirement, *, by: User) -> None:
    """Let deals do without the field; ``Missing`` when they do already."""
    require(may_configure(by))
    hold_pipeline(requirement.pipeline_id)
    standing = Requirement.objects.select_related("pipeline", "stage", "field")
    found = standing.filter(pk=requirement.pk).first()
    if found is None:
        raise gone()
    tell_requirement(found, by=by, is_new=False)
    found.delete()


def tell_requirement(requirement, *, by, is_new):
    """A change of the stage that is entered, or else of the pipeline."""
    sides = ([], [requirement.field])
    changes = {f"required_{requirement.moment}": changed(*(sides if is_new else reversed(sides)))}
    tell("changed", requirement.stage or requirement.pipeline, by=by, changes=changes)
