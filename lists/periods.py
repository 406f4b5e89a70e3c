"""Spans of days that move along with today: what “last 30 days” means when it is asked."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Period:
    """A span of days around ``today``, both ends included; ``None`` is an open end."""

    title: str | Promise
    span: Callable[[date], tuple[date | None, date | None]]


def days(first: int | None, last: int | None):
    """From ``first`` to ``last`` days after today; negative ones lie before it."""

    def span(today):
        return tuple(None if n is None else today + timedelta(days=n) for n in (first, last))

    return span


def week(number: int):
    """The week, from Monday, ``number`` weeks from this one."""

    def span(today):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=number)
        return monday, monday + timedelta(days=6)

    return span


def months(count: int, number: int):
    """The ``number``-th span of ``count`` months from the one that holds today: a month, a quarter,
    a year.
    """

    def span(today):
        first = (today.year * 12 + today.month - 1) // count * count + number * count
        last = first + count - 1
        end = monthrange(last // 12, last % 12 + 1)[1]
        return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, end)

    return span


TODAY = {"today": Period(_("Today"), days(0, 0))}
PAST = {
    "yesterday": Period(_("Yesterday"), days(-1, -1)),
    "last-7-days": Period(_("Last 7 days"), days(-6, 0)),
    "last-30-days": Period(_("Last 30 days"), days(-29, 0)),
    "last-90-days": Period(_("Last 90 days"), days(-89, 0)),
    "last-week": Period(_("Last week"), week(-1)),
    "last-month": Period(_("Last month"), months(1, -1)),
    "last-quarter": Period(_("Last quarter"), months(3, -1)),
}
NOW = {
    "this-week": Period(_("This week"), week(0)),
    "this-month": Period(_("This month"), months(1, 0)),
    "this-quarter": Period(_("This quarter"), months(3, 0)),
    "this-year": Period(_("This year"), months(12, 0)),
}
FUTURE = {
    "overdue": Period(_("Overdue"), days(None, -1)),
    "tomorrow": Period(_("Tomorrow"), days(1, 1)),
    "next-7-days": Period(_("Next 7 days"), days(0, 6)),
    "next-30-days": Period(_("Next 30 days"), days(0, 29)),
    "next-month": Period(_("Next month"), months(1, 1)),
    "next-quarter": Period(_("Next quarter"), months(3, 1)),
    "later": Period(_("After today"), days(1, None)),
}
# For moments that lie behind us, and for days that are planned.
BEHIND = TODAY | PAST | NOW
AHEAD = {"overdue": FUTURE["overdue"]} | TODAY | FUTURE | NOW
