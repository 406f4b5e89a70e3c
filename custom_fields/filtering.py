"""Filters over what records say in custom fields, for the addresses of lists.

What one chooses is found through the index over ``custom``; texts, numbers and days by the
expression that their kind sorts by, which a sortable field has an index for.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, Filter

from core.models import Plain
from core.validators import validate_line
from core.words import words_in
from custom_fields.calculated import name_of
from custom_fields.formulas import calculation
from custom_fields.kinds import PointingKind
from custom_fields.kinds.base import json_text
from custom_fields.models import PREFIX, Field
from lists.filtering import AmountFilter, AnyOfFilter, DayFilter, PeriodFilter
from lists.periods import AHEAD, BEHIND

# What an address may ask for: the name of a field, perhaps with the end of a span.
PARAMETERS = f"{PREFIX}*"
CHOSEN = {"option", "options", "yes_no"}
MEASURED = {"number", "money"}
DATED = {"date", "date_range"}
PERIODS = BEHIND | AHEAD
MOST_NAMED = 1_000  # people or organizations of one name that are looked for


class HeldFilter(AnyOfFilter):
    """One of several answers: an option, yes or no, a colleague."""

    def __init__(self, field, **kwargs):
        super().__init__(label=field.name, **kwargs)
        self.custom = field

    def filter(self, rows, values):
        if not values:
            return rows
        wanted = Q()
        for value in values:
            wanted |= Q(custom__contains={str(self.custom.pk): self.held(value)})
        return rows.filter(wanted)

    def held(self, value):
        match self.custom.kind:
            case "yes_no":
                return value == "yes"
            case "options":
                return [int(value)]
            case _:
                return int(value)


class Sorted(Filter):
    """Looks at the expression that the kind sorts by."""

    custom: Field

    def of(self, rows):
        """``rows`` with the expression, under the name that ``field_name`` gives; a text that is
        too long to sort by is looked at as a whole.
        """
        expression = self.custom.behaviour.sort_expression(self.custom)
        return rows.alias(**{self.field_name: expression or Plain(json_text(self.custom))})

    def filter(self, rows, value):
        return super().filter(self.of(rows), value) if value not in ([], None, "") else rows


class WordsFilter(Sorted, CharFilter):
    """Every word of a text, each at least begun, in any order."""

    def filter(self, rows, value):
        if not value:
            return rows
        return with_every_word(self.of(rows), self.field_name, value)


class NamesFilter(CharFilter):
    """A person or an organization whose name has every word, each at least begun."""

    custom: Field

    def filter(self, rows, value):
        if not value:
            return rows
        named = with_every_word(self.custom.behaviour.model._base_manager.all(), "plain", value)
        found = named.values_list("pk", flat=True)[:MOST_NAMED]
        rows = rows.alias(**{self.field_name: json_text(self.custom)})
        return rows.filter(**{f"{self.field_name}__in": [str(number) for number in found]})


class SortedAmountFilter(Sorted, AmountFilter):
    """A number or an amount from, or up to, one."""


class SortedDayFilter(Sorted, DayFilter):
    """A day from, or up to, one; what is kept are days as text, which sorts alike."""


class SortedPeriodFilter(Sorted, PeriodFilter):
    """A day in one of several periods, or none."""


class Calculated(Filter):
    """Looks at what a formula gives on the viewer's day."""

    custom: Field

    def filter(self, rows, value):
        if value in ([], None, ""):
            return rows
        given = calculation(self.custom, today=self.parent.today)
        return super().filter(rows.alias(**{self.field_name: given}), value)


class CalculatedAmountFilter(Calculated, AmountFilter):
    """What is calculated, from or up to a number or an amount."""


class NotCalculatedFilter(Calculated, AnyOfFilter):
    """What has an input that is empty, or no result for another reason."""

    def get_filter_predicate(self, _value):
        return {f"{self.field_name}__isnull": True}


def with_every_word(rows, column, text):
    """Keep the rows whose ``column`` has every word of ``text``, each at least begun; none for a
    text of signs alone, which says nothing and must not mean everything.
    """
    words = words_in(text)
    for word in words:
        rows = rows.filter(**{f"{column}__regex": rf"\m{word}"})
    return rows if words else rows.none()


def filters_for(field: Field, colleagues: list[tuple[str, str]]) -> dict[str, Filter]:
    """The filters of ``field`` by their names in an address.

    ``colleagues`` are the users to choose from, as pairs of id and name.
    """
    name = field.key
    if field.is_calculated:
        return calculated_filters(field)
    if field.kind in CHOSEN or field.kind == "user":
        return {name: HeldFilter(field, choices=choices(field, colleagues))}
    given = {"field_name": f"{name}_sorted"}
    if field.kind in MEASURED:
        found = spans(field, SortedAmountFilter, given | {"min_value": None})
    elif field.kind in DATED:
        periods = SortedPeriodFilter(
            label=field.name, periods=PERIODS, is_nullable=True, kept_as=date.isoformat, **given
        )
        found = {name: periods} | spans(field, SortedDayFilter, given | {"kept_as": date.isoformat})
    else:
        kind = NamesFilter if isinstance(field.behaviour, PointingKind) else WordsFilter
        found = {name: kind(label=field.name, max_length=200, validators=[validate_line], **given)}
    for each in found.values():
        each.custom = field
    return found


def calculated_filters(field):
    given = {"field_name": name_of(field)}
    span = {"min_value": None, "max_digits": 24, "decimal_places": 6}  # whatever can come out
    nothing = NotCalculatedFilter(
        label=field.name, choices=[("none", _("Not calculated"))], **given
    )
    found = spans(field, CalculatedAmountFilter, given | span) | {field.key: nothing}
    for each in found.values():
        each.custom = field
    return found


def spans(field, kind, given):
    ends = (
        ("from", "gte", _("%(field)s from")),
        ("to", "lte", _("%(field)s up to")),
    )
    return {
        f"{field.key}_{end}": kind(label=text % {"field": field.name}, lookup_expr=lookup, **given)
        for end, lookup, text in ends
    }


def choices(field, colleagues):
    match field.kind:
        case "yes_no":
            return [("yes", _("Yes")), ("no", _("No"))]
        case "user":
            return colleagues
        case _:
            return [(str(each.pk), each.name) for each in field.choices]


def filter_groups(fields: Iterable[Field], known: Iterable[str]) -> list[tuple]:
    """The titles under which the filters in ``known`` are offered, field by field."""
    known = list(known)
    groups = []
    for field in fields:
        names = [n for n in known if n == field.key or n.startswith(f"{field.key}_")]
        if names:
            groups.append((field.name, tuple(names)))
    return groups
