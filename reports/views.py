"""Insights: one page for each question, drawn and as a table."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.days import today_of
from core.web import page
from lists.filtering import midnight, within
from lists.periods import BEHIND, Period, days
from reports import queries
from reports.charts import bars

PERIODS = {name: BEHIND[name] for name in ("last-30-days", "last-90-days", "this-year")}
PERIODS["all"] = Period(_("All time"), days(None, None))
WAYS = {"origin": _("By source"), "channel": _("By channel")}


@dataclass(frozen=True)
class Choice:
    """A link that asks the same of something else."""

    name: str
    title: str
    url: str
    is_current: bool


@require_GET
def sources(request):
    by, period = asked(request.GET, "by", WAYS), asked(request.GET, "period", PERIODS)
    found = queries.sources(by, span_of(period, request.user), request.user)
    context = {
        "by": by,
        "period": PERIODS[period],
        "bars": bars(found, lambda source: inbox_of(by, source.key, period)),
        "total": queries.total(found),
        "ways": choices(WAYS.items(), by, period=period),
        "periods": choices([(n, p.title) for n, p in PERIODS.items()], period, by=by),
        "is_all": period == "all",
    }
    return page(request, "reports/sources.html", context, parts=["sources"])


def asked(query, name, offered):
    """What the address asks for; the first that is offered when it asks for something else."""
    value = query.get(name)
    return value if value in offered else next(iter(offered))


def span_of(period, user):
    """That something came in within ``period``, by the days of ``user``."""
    return within("created_at", *PERIODS[period].span(today_of(user)), midnight)


def choices(offered, current, **kept):
    """The offered names as links; ``kept`` is what stays as it is, and tells which name changes."""
    changing = "by" if "period" in kept else "period"
    return [
        Choice(name, title, f"?{urlencode({**kept, changing: name})}", name == current)
        for name, title in offered
    ]


def inbox_of(by, key, period):
    """The address of the leads in the inbox that have this source; none where no filter asks so."""
    if key is None:
        return ""
    asked_for = {by: key} if period == "all" else {by: key, "created": period}
    return f"{reverse('leads:inbox')}?{urlencode(asked_for)}"
