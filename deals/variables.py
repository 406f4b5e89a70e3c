"""What formulas may name of a deal: its amounts, its chance, its days. What is empty is NULL."""

import datetime

from django.db.models import BooleanField, DateField, Expression, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from custom_fields.formulas.functions import Sql, days, numeric
from custom_fields.formulas.measures import Type
from custom_fields.formulas.variables import Variable, today_is
from deals.models import LineItem
from deals.weighing import CHANCE_OF


def day_of(name: str):
    """The day of a moment, where the viewer is."""
    return lambda _today: TruncDate(name, output_field=DateField())


def own_day(name: str):
    """A day as it is kept, with its type said: a name alone does not tell what stands around it."""
    return lambda _today: Sql(F(name), gives=DateField())


def days_since(name: str):
    """How many days since, up to now or to the day it was won or lost."""

    def sql(today: datetime.date) -> Expression:
        ends = (TruncDate(each, output_field=DateField()) for each in ("won_at", "lost_at"))
        until = Coalesce(*ends, today_is(today), output_field=DateField())
        return days(day_of(name)(today), until)

    return sql


def has_status(status: str):
    def sql(_today):
        return Sql(F("status"), Value(status), between=" = ", gives=BooleanField())

    return sql


def weighted(_today):
    return Sql(F("value"), CHANCE_OF, before="(", between=" * ", after=" * 0.01)::numeric")


def quantity(_today):
    """Of all lines that count, whatever is sold; empty without any."""
    lines = LineItem.objects.enabled().filter(deal=OuterRef("pk")).order_by().values("deal")
    return numeric(Subquery(lines.annotate(total=Sum("quantity")).values("total")))


VARIABLES = (
    Variable("value", _("Value"), Type.MONEY, lambda _today: numeric(F("value"))),
    Variable("weighted_value", _("Value × probability"), Type.MONEY, weighted),
    Variable(
        "probability", _("Probability, in percent"), Type.NUMBER, lambda _today: numeric(CHANCE_OF)
    ),
    Variable("quantity", _("Quantity of its products"), Type.NUMBER, quantity),
    Variable("days_in_stage", _("Days in its stage"), Type.NUMBER, days_since("stage_entered_at")),
    Variable(
        "age",
        _("Days from being added to being closed"),
        Type.NUMBER,
        days_since("created_at"),
    ),
    Variable("expected_close", _("Expected close"), Type.DAY, own_day("expected_close_on")),
    Variable("next_step", _("Day of the next step"), Type.DAY, own_day("next_activity_on")),
    Variable("created", _("Day it was added"), Type.DAY, day_of("created_at")),
    Variable("stage_entered", _("Day it entered its stage"), Type.DAY, day_of("stage_entered_at")),
    Variable("won", _("Day it was won"), Type.DAY, day_of("won_at")),
    Variable("lost", _("Day it was lost"), Type.DAY, day_of("lost_at")),
    Variable("is_open", _("Whether it is open"), Type.TRUTH, has_status("open")),
    Variable("is_won", _("Whether it was won"), Type.TRUTH, has_status("won")),
    Variable("is_lost", _("Whether it was lost"), Type.TRUTH, has_status("lost")),
)
