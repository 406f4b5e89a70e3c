"""The forecast: open deals in columns by the month in which they should close."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.policies import may_write
from activities.queries import next_activities
from core.lookups import number_in
from core.web import aimed_at, page
from custom_fields.filtering import filter_groups
from custom_fields.queries import fields_of
from deals.board import today_of, with_age
from deals.charts import charts
from deals.forecast import (
    OVERDUE,
    UNDATED,
    Bucket,
    bucket_of,
    bucket_of_month,
    buckets,
    cards_down_to,
    columns,
    month_after,
    month_in,
    month_of,
    more_cards,
    total,
)
from deals.models import Deal
from deals.table import board_filtered
from lists.narrowing import chips
from lists.queries import saved_views
from pipelines.models import Pipeline, Stage

ALL = "all"
STEP = 3  # months that one goes on at a time


@dataclass
class Horizon:
    """What an address asks for: the deals of which pipeline (``None``: of all), from which month
    on.
    """

    pipelines: list[Pipeline]
    pipeline: Pipeline | None
    start: date
    today: date

    @classmethod
    def of(cls, query, user):
        today = today_of(user)
        pipelines = list(Pipeline.objects.in_order().prefetch_related("stages"))
        start = month_in(query.get("from", "")) or month_of(today)
        return cls(pipelines, chosen(pipelines, query.get("pipeline", "")), start, today)

    @property
    def buckets(self) -> list[Bucket]:
        return buckets(self.start, self.today)

    @property
    def stages(self) -> list[Stage]:
        """Those of the pipeline, archived ones too: what was won there is there still."""
        of = [self.pipeline] if self.pipeline else self.pipelines
        return [stage for each in of for stage in each.stages.all()]

    def within(self, deals):
        """Those of ``deals`` that are in the pipeline."""
        if self.pipeline is None:
            return deals
        return deals.filter(stage__in=[stage.pk for stage in self.stages])

    def columns(self, deals, **how):
        return columns(self.buckets, self.within(deals), self.stages, **how)


@require_GET
def forecast(request):
    """The default pipeline, another one, or all of them, for some months."""
    query, user = request.GET, request.user
    horizon = Horizon.of(query, user)
    fields = fields_of(Deal.custom_of)
    filters = board_filtered(query, user, fields)
    shown = horizon.columns(filters.found)
    finish([card for each in shown for card in each.cards], horizon.today)
    saved = saved_views("forecast", query, user)
    context = {
        "horizon": horizon,
        "addresses": addresses(request, horizon),
        "saved": saved,
        "filters": filters.form,
        "groups": filters.groups(*filter_groups(fields, filters.filters)),
        "chips": chips(request, filters.form, unknown=filters.unknown),
        "kept": kept(query),
        "cleared": cleared(query),
        "here": request.get_full_path(),
        **drawn(request, shown, horizon, query),
    }
    response = page(request, "deals/forecast.html", context, parts=["forecast"])
    if aimed_at(request) == "forecast":  # the sum stands in the bar, outside of the part
        sums = context | {"out_of_band": True}
        response.content += render_to_string("deals/_forecast_total.html", sums, request).encode()
    return response


@require_GET
def forecast_column(request, month):
    """Further cards of one column; without htmx the list of its open deals."""
    horizon = Horizon.of(request.GET, request.user)
    bucket = bucket_named(month, horizon)
    if not request.htmx:
        return redirect(f"{reverse('deals:list')}?{urlencode(days_of(bucket))}")
    found = horizon.within(board_filtered(request.GET, request.user).found)
    more = more_cards(bucket, found, request.GET.get("after"))
    finish(more.rows, horizon.today)
    context = {
        "cards": more.rows,
        "next": more.next,
        "bucket": bucket,
        "today": horizon.today,
        "may_write": may_write(request.user),
        "query": query_of(request.GET),
    }
    return render(request, "deals/_forecast_cards.html", context)


def redrawn_forecast(request, deal, query, *, touched):
    """The columns with the keys ``touched`` and that of ``deal``, with the sums and the bars, to be
    swapped in out of band. The column of ``deal`` shows enough cards for it to be among them.
    """
    horizon = Horizon.of(query, request.user)
    deals = board_filtered(query, request.user).found
    limits, here = {}, bucket_of(deal, horizon.buckets)
    if here:
        touched = {*touched, here.key}
        limits[here.key] = cards_down_to(deal, here, horizon.within(deals))
    every = horizon.columns(deals, only=touched, limits=limits)
    finish([card for each in every for card in each.cards], horizon.today)
    context = drawn(request, every, horizon, query) | {
        "columns": [each for each in every if each.bucket.key in touched],
        "out_of_band": True,
    }
    return render_to_string("deals/_forecast_redrawn.html", context, request)


def finish(cards, today):
    """Let each card know its age and its next activity."""
    due = next_activities("deal", [card.pk for card in cards])
    for card in with_age(cards, today):
        card.next_activity = due.get(card.pk)


def drawn(request, shown, horizon, query):
    """What the columns, the bars and the sums are drawn from."""
    return {
        "columns": shown,
        "every": shown,
        "charts": charts(shown),
        "total": total(shown),
        "today": horizon.today,
        "may_write": may_write(request.user),
        "query": query_of(query),
    }


def chosen(pipelines, asked):
    """The pipeline that the address asks for, ``None`` for all of them; else the default one."""
    if asked == ALL:
        return None
    if not asked:
        return next((each for each in pipelines if each.is_default), None)
    found = next((each for each in pipelines if each.pk == number_in(asked)), None)
    if found is None or found.archived_at:
        raise Http404
    return found


def bucket_named(key, horizon):
    """The column with this key: a month, or one of the two at the ends."""
    if key in (OVERDUE, UNDATED):
        return next(each for each in horizon.buckets if each.key == key)
    first = month_in(key)
    if first is None:
        raise Http404
    return bucket_of_month(first)


def days_of(bucket):
    """The filters of the list that find the open deals of a column."""
    if bucket.key == UNDATED:
        return {"close": "none"}
    days = {"close_from": bucket.first, "close_to": bucket.last}
    return {name: day.isoformat() for name, day in days.items() if day}


def addresses(request, horizon):
    """Where the same deals are shown for other months, and the same months for other deals."""
    start, now = horizon.start, month_of(horizon.today)
    months = {
        "earlier": month_after(start, -STEP),
        "now": now if start != now else None,
        "later": month_after(start, STEP),
    }
    found = {
        name: with_(request, "from", f"{month:%Y-%m}" if month != now else None)
        for name, month in months.items()
        if month
    }
    found["all"] = with_(request, "pipeline", ALL)
    found["pipelines"] = [
        (each, with_(request, "pipeline", None if each.is_default else each.pk))
        for each in horizon.pipelines
        if not each.archived_at
    ]
    return found


def with_(request, name, value):
    """The address of this page with another ``value`` of a parameter, or without it."""
    query = request.GET.copy()
    query.pop(name, None)
    if value is not None:
        query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def kept(query):
    """What stays in the address when one filters."""
    return [(name, query[name]) for name in ("pipeline", "from", "saved") if query.get(name)]


def cleared(query):
    """The address of the same months without filters."""
    pairs = kept(query)
    url = reverse("deals:forecast")
    return f"{url}?{urlencode(pairs)}" if pairs else url


def query_of(query):
    """The address of the page, for the cards that come later."""
    left = query.copy()
    left.pop("after", None)
    return left.urlencode()
