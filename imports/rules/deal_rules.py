"""What deals need in the stage they enter, and to be won or lost."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from custom_fields.models import Field
from deals.models import Deal, LostReason
from imports.judging.preparing import problem
from imports.known import Known
from pipelines.models import Requirement
from pipelines.queries import required_fields


class DealRules:
    """What deals need, as their pipelines and the reasons are now; loaded once."""

    def __init__(self, known: Known, usual_reason: str):
        self.known = known
        self.stages = {stage.pk: stage for stage in known.stages}
        self.first = next(iter(known.stages), None)
        self.needed = {
            moment: required_fields(moment, self.stages) for moment in Requirement.Moment
        }
        self.reasons = {reason.pk: reason for reason in LostReason.objects.all()}
        self.usual_reason = next(
            (
                pk
                for pk, reason in self.reasons.items()
                if str(pk) == usual_reason and not reason.archived_at
            ),
            None,
        )
        self.has_reasons = any(reason.archived_at is None for reason in self.reasons.values())

    def lacking(self, own, column_of):
        if own.get("stage") is None and self.first is not None:
            own["stage"] = self.first.pk
        stage = self.stages.get(own.get("stage"))
        if stage is None:
            yield self.no_stage(column_of)
            return
        moments = [Requirement.Moment.ENTER]
        if own.get("status") == Deal.Status.WON:
            moments.append(Requirement.Moment.WON)
        if own.get("status") == Deal.Status.LOST:
            moments.append(Requirement.Moment.LOST)
            yield from self.lost(own, stage, column_of)
        custom = own.get("custom", {})
        for field in {field for each in moments for field in self.fields(each, stage.pk)}:
            if custom.get(str(field.pk)) is None:
                yield self.lacks(stage.pk, field, column_of)

    def fields(self, moment, stage: int) -> list[Field]:
        """What is asked at this ``moment`` in the stage with this number."""
        return self.needed[moment].get(stage, [])

    def no_stage(self, column_of) -> dict:
        reason = _("Deals cannot enter this stage any more. Choose another one.")
        return problem(column_of("deal.stage"), "", reason)

    def lacks(self, stage: int, field: Field, column_of) -> dict:
        words = {"stage": self.stages[stage], "field": field}
        reason = _("“%(stage)s” requires “%(field)s”.") % words
        return problem(column_of(f"deal.{field.key}"), "", reason)

    def lost(self, own, stage, column_of) -> Iterator[dict]:
        """A lost deal says why, where its pipeline wants to know."""
        if own.get("lost_reason") is None and self.usual_reason is not None:
            own["lost_reason"] = self.usual_reason
        reason = self.reasons.get(own.get("lost_reason"))
        if reason is None and isinstance(own.get("lost_reason"), str):
            return  # one that the run adds
        if reason is None and stage.pipeline.lost_needs_reason and self.has_reasons:
            yield problem(column_of("deal.lost_reason"), "", _("A lost deal needs a reason."))
        elif reason is not None and reason.needs_comment and not own.get("lost_comment"):
            told = _("The reason “%(reason)s” needs a comment.") % {"reason": reason}
            yield problem(column_of("deal.lost_comment", "deal.lost_reason"), "", told)
