"""Days, ranges of days and times of day."""

import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from custom_fields.kinds.base import Kind, json_text


class DateRange(NamedTuple):
    """From a day to a day, both included."""

    start: datetime.date
    end: datetime.date


def day_from(value, refusal):
    match value:
        case datetime.datetime():
            raise refusal
        case datetime.date():
            return value
        case str():
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                raise refusal from None
    raise refusal


class Date(Kind):
    name, title, icon = "date", _("Date"), "calendar"
    wrong = _("Write a day that is in the calendar, like 2026-11-26.")

    def stored(self, value, field):
        return day_from(value, self.refusal()).isoformat()

    def value(self, stored, field, names):
        return datetime.date.fromisoformat(stored)

    def sort_expression(self, field):
        return json_text(field)


class DateRangeKind(Kind):
    name, title, icon = "date_range", _("Date range"), "calendar-clock"
    wrong = _("Write two days that are in the calendar, the earlier one first.")

    def stored(self, value, field):
        match value:
            case {"from": start, "to": end, **rest} if not rest:
                pass
            case (start, end):
                pass
            case _:
                raise self.refusal()
        start, end = (day_from(each, self.refusal()) for each in (start, end))
        if end < start:
            raise self.refusal()
        return {"from": start.isoformat(), "to": end.isoformat()}

    def value(self, stored, field, names):
        return DateRange(*(datetime.date.fromisoformat(stored[end]) for end in ("from", "to")))

    def sort_expression(self, field):
        return json_text(field, "from")


class Time(Kind):
    name, title, icon = "time", _("Time"), "clock"
    wrong = _("Write a time of day, like 15:30.")

    def stored(self, value, field):
        if isinstance(value, str):
            try:
                value = datetime.time.fromisoformat(value)
            except ValueError:
                raise self.refusal() from None
        if not isinstance(value, datetime.time) or value.tzinfo:
            raise self.refusal()
        return value.isoformat("minutes")

    def value(self, stored, field, names):
        return datetime.time.fromisoformat(stored)

    def sort_expression(self, field):
        return json_text(field)
