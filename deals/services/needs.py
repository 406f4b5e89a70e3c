"""What deals need before they move on, are won or lost: the fields that their pipeline requires."""

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.policies import named
from core.errors import Refused
from custom_fields.values import is_custom
from deals.models import Deal
from history.models import Operation
from pipelines.models import Requirement, Stage
from pipelines.queries import required_fields


class FieldsMissing(Refused):
    """Deals say nothing in ``fields`` that are required here."""

    def __init__(self, message, *, fields, **more):
        super().__init__(message, **more)
        self.fields = fields


def refuse_incomplete(
    deals: list[Deal], moment: Requirement.Moment, *, to: Stage | None = None
) -> None:
    """Raise ``FieldsMissing`` when one of ``deals`` lacks what it needs: to enter the stage ``to``,
    or to be won or lost where it stands. One statement.
    """
    if not deals:
        return
    needed = required_fields(moment, [to.pk] if to else {deal.stage_id for deal in deals})
    incomplete, fields = [], []
    for deal in deals:
        asked = needed.get(to.pk if to else deal.stage_id, ())
        if missing := deal.lacks(asked):
            incomplete.append(deal)
            fields += [field for field in missing if field not in fields]
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
    if not emptied:
        return
    stage = Stage.objects.get(deals=deal.pk)
    needed = required_fields(Requirement.Moment.ENTER, [stage.pk]).get(stage.pk, ())
    words = _("“%(stage)s” requires this.") % {"stage": stage}
    if missing := {field.key: words for field in needed if field.key in emptied}:
        raise ValidationError(missing)
