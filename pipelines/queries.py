"""What deals need, by their stage and the moment."""

from collections.abc import Iterable

from django.db.models import F, Q

from custom_fields.models import Field
from pipelines.models import Requirement


def required_fields(moment: Requirement.Moment, stages: Iterable[int]) -> dict[int, list[Field]]:
    """The fields that a deal needs at ``moment``, by the ids of ``stages``: the one it enters, or
    the one in which it is won or lost. One statement.
    """
    standing = Requirement.objects.standing().annotate(at=F("pipeline__stages"))
    asked = standing.filter(
        Q(stage=None) | Q(stage=F("at")), moment=moment, at__in=set(stages)
    ).select_related("field")
    found = {}
    for each in asked.order_by("field__position", "field"):
        fields = found.setdefault(each.at, [])
        if each.field not in fields:  # of every stage, and of this one as well
            fields.append(each.field)
    return found
