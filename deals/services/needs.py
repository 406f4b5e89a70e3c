"""What deals need before they move on, are won or lost: the fields that their pipeline requires.

What is still empty may be said along with the act: one answer for all deals that say nothing there.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import named
from core.errors import Refused
from custom_fields.models import Field
from custom_fields.queries import with_choices
from custom_fields.values import is_custom, write
from deals.models import Deal
from history.models import Operation
from opportunities.services import rows
from opportunities.setting import fill_in
from pipelines.models import Requirement, Stage
from pipelines.queries import required_fields


class FieldsMissing(Refused):
    """Deals say nothing in ``fields`` that are required here."""

    def __init__(self, message, *, fields, **more):
        super().__init__(message, **more)
        self.fields = fields


def missing_fields(
    deals: QuerySet[Deal], moment: Requirement.Moment, *, to: Stage | None = None
) -> list[Field]:
    """The fields, with their options, that some of ``deals`` lack: to enter the stage ``to``, or to
    be won or lost where they stand. Two statements where nothing is required, else four, however
    many deals there are.
    """
    entering = deals.order_by() if to is None else deals.order_by().exclude(stage=to)
    stages = entering.values_list("stage", flat=True).distinct()
    needed = required_fields(moment, [to.pk] if to else stages)
    asked = [
        (entering if to else entering.filter(stage=stage))
        .lacking([field])
        .values_list(Value(field.pk))[:1]
        for stage, fields in needed.items()
        for field in fields
    ]
    if not asked:
        return []
    first, *others = asked
    numbers = [number for (number,) in first.union(*others)]
    return with_choices(Field.objects.filter(pk__in=numbers)) if numbers else []


def complete(
    deals: list[Deal],
    moment: Requirement.Moment,
    values: Mapping[str, Any] | None = None,
    *,
    to: Stage | None = None,
    by: User,
) -> None:
    """Let the locked ``deals`` say ``values``, by the keys of their fields, where they say nothing
    yet. An act of its own: whoever takes back the other one keeps what was typed.

    ``FieldsMissing`` when one lacks what it needs all the same; ``UnknownField``, ``Missing`` and
    ``ValidationError`` for values that cannot be. One statement without any.
    """
    if not deals:
        return
    answers = Deal()
    if values:
        write(answers, values)
    refuse_incomplete(deals, moment, to=to, answers=answers)
    if answers.custom:
        fill_in(rows(deals), answers, by=by)
        for deal in deals:
            deal.custom = answers.custom | deal.custom


def lacking(deals, moment, to, answers=None):
    """Those of ``deals`` that lack something, and the fields in which some of them do."""
    needed = required_fields(moment, [to.pk] if to else {deal.stage_id for deal in deals})
    incomplete, fields = [], []
    for deal in deals:
        asked = needed.get(to.pk if to else deal.stage_id, ())
        missing = deal.lacks(answers.lacks(asked) if answers else asked)
        if missing:
            incomplete.append(deal)
            fields += [field for field in missing if field not in fields]
    return incomplete, fields


def refuse_incomplete(
    deals: list[Deal],
    moment: Requirement.Moment,
    *,
    to: Stage | None = None,
    answers: Deal | None = None,
) -> None:
    """Raise ``FieldsMissing`` when one of ``deals`` lacks what it needs and ``answers`` do not say:
    to enter the stage ``to``, or to be won or lost where it stands. One statement.
    """
    incomplete, fields = lacking(deals, moment, to, answers)
    if not incomplete:
        return
    link = None
    if len(incomplete) == 1:
        link = reverse("deals:edit", args=[incomplete[0].pk]), _("Fill in")
    words = {"titles": named(incomplete), "fields": ", ".join(f"“{field}”" for field in fields)}
    raise FieldsMissing(
        _("Still empty: %(fields)s. Deals: %(titles)s.") % words,
        fields=fields,
        records=incomplete,
        link=link,
    )


def refuse_emptied(deal: Deal, operation: Operation) -> None:
    """Raise ``ValidationError``, at its key, for a field that ``operation`` emptied although
    ``deal`` needs it where it stands. One that was empty may stay so.
    """
    changes = operation.events.get().changes
    emptied = {key for key, (_before, after) in changes.items() if after is None and is_custom(key)}
    refuse_needed(Stage.objects.filter(deals=deal.pk), emptied)


def refuse_needed(stages: QuerySet, emptied: set[str]) -> None:
    """Raise ``ValidationError``, at its key, for a field in ``emptied`` that one of ``stages``
    requires.
    """
    if not emptied:
        return
    names = dict(stages.values_list("pk", "name"))
    for number, fields in required_fields(Requirement.Moment.ENTER, names).items():
        words = _("“%(stage)s” requires this.") % {"stage": names[number]}
        if missing := {field.key: words for field in fields if field.key in emptied}:
            raise ValidationError(missing)
