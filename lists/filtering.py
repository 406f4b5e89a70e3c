"""A kit for filters that live in the address: one of several, within a span, in a period, by text.

Values of one field are *or*, fields are *and*. No filter joins: a row comes once, and an index
serves.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db.models import F, Q, Value
from django.forms import BoundField, CheckboxSelectMultiple, ChoiceField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_filters import DateFilter, FilterSet, MultipleChoiceFilter, NumberFilter

from core.forms import DayField, MoneyAmountField

GONE = _("What this filter asks for is no longer there.")


def as_it_is(day):
    return day


def midnight(day):
    """Where ``day`` begins for the viewer."""
    return timezone.make_aware(datetime.combine(day, time.min))


class AnyOfFilter(MultipleChoiceFilter):
    """One of several values of a column of the row itself; DISTINCT, the default, would keep the
    database from walking along an index.
    """

    def __init__(self, **kwargs):
        kwargs.setdefault("error_messages", {"invalid_choice": GONE})
        super().__init__(distinct=False, widget=CheckboxSelectMultiple, **kwargs)


class PeriodFilter(AnyOfFilter):
    """Whether a day or a moment lies in one of several periods; ``none``: whether there is none.

    The filter set says what today is (``today``). ``kept_as`` makes of a day what the column is
    compared with: for a moment, ``midnight``.
    """

    def __init__(self, *, periods, kept_as=as_it_is, is_nullable=False, **kwargs):
        choices = [(name, period.title) for name, period in periods.items()]
        if is_nullable:
            choices.append(("none", _("None")))
        super().__init__(choices=choices, **kwargs)
        self.periods = periods
        self.kept_as = kept_as

    def filter(self, queryset, values):
        if not values:
            return queryset
        wanted = Q()
        for name in values:
            wanted |= self.within(name)
        return queryset.filter(wanted)

    def within(self, name):
        if name == "none":
            return Q(**{f"{self.field_name}__isnull": True})
        return within(self.field_name, *self.periods[name].span(self.parent.today), self.kept_as)


class DayFilter(DateFilter):
    """From a day on, or up to and with a day; ``kept_as`` as above."""

    field_class = DayField

    def __init__(self, *, kept_as=as_it_is, **kwargs):
        super().__init__(validators=[validate_day], **kwargs)
        self.kept_as = kept_as

    def filter(self, queryset, value):
        if value is None:
            return queryset
        ends = (value, None) if self.lookup_expr == "gte" else (None, value)
        return queryset.filter(within(self.field_name, *ends, self.kept_as))


class AmountFilter(NumberFilter):
    """An amount as people write it: ``12 500,50`` and ``12,500.50`` are the same."""

    field_class = MoneyAmountField

    def get_max_validator(self):
        return None  # the field knows how many digits an amount may have


@dataclass(frozen=True)
class FilterGroup:
    """Filters that belong together, as fields of a form, and how many of them are on."""

    title: str | Promise
    fields: list[BoundField]
    number_on: int


class AddressFilterSet(FilterSet):
    """Filters that an address names; ``today`` is the viewer's own day.

    ``GROUPS`` says under which titles they are offered. ``found`` is nothing when one of them makes
    no sense, and when the address asks for a field that is no longer there: whoever acts on "all
    that match" never acts on more than was meant.
    """

    GROUPS: tuple = ()
    # How the names of fields begin that a company adds and removes.
    ADDED = ""

    def __init__(self, data, queryset, *, today: date, choices=None, added=None):
        super().__init__(data, queryset)
        self.today = today
        for name, each in (added or {}).items():
            each.parent, each.model = self, queryset.model
            self.filters[name] = each
        self.unknown = [
            name
            for name in self.data or ()
            if self.ADDED and name.startswith(self.ADDED) and name not in self.filters
        ]
        for name, pairs in (choices or {}).items():
            self.filters[name].extra["choices"] = pairs

    @property
    def found(self):
        return self.qs if self.is_valid() and not self.unknown else self.queryset.none()

    def groups(self, *more) -> list[FilterGroup]:
        """The filters as people choose them: of ``GROUPS`` and ``more`` those that offer any."""
        found = []
        for title, names in (*self.GROUPS, *more):
            fields = [self.form[name] for name in names if is_offered(self.form.fields[name])]
            if fields:
                found.append(FilterGroup(title, fields, sum(is_on(field) for field in fields)))
        return found


def validate_day(day):
    """Days at the ends of the calendar have no midnight everywhere."""
    if not 1900 <= day.year <= 2200:
        raise ValidationError(_("Choose a day between the years 1900 and 2200."), code="day")


def is_offered(field):
    """Whether there is anything to choose, or something to type."""
    return not isinstance(field, ChoiceField) or bool(field.choices)


def is_on(field):
    return bool(field.data)


def within(column, first, last, kept_as):
    """That ``column`` lies between two days, both included; ``None`` is an open end."""
    wanted = Q()
    if first is not None:
        wanted &= Q(**{f"{column}__gte": kept_as(first)})
    if last is not None:
        wanted &= Q(**{f"{column}__lt": kept_as(last + timedelta(days=1))})
    return wanted


def choices_of(**lists) -> dict[str, list[tuple[str, str]]]:
    """The (id, name) pairs of several lists of named rows, by name, in one statement.

    They come by their names; a list that has an order of its own is annotated with each ``place``,
    and one whose rows go by another name with each ``title``.
    """
    parts = []
    for name, rows in lists.items():
        usual = {"title": F("name"), "place": Value(0)}
        lacking = {key: value for key, value in usual.items() if key not in rows.query.annotations}
        rows = rows.order_by().annotate(of=Value(name), **lacking)
        parts.append(rows.values_list("of", "pk", "title", "place"))
    found = {name: [] for name in lists}
    first, *rest = parts
    for of, pk, title, _place in first.union(*rest, all=True).order_by("place", "title", "pk"):
        found[of].append((str(pk), title))
    return found
