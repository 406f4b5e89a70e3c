"""The forecast: open deals in columns by the month in which they should close."""

from functools import cached_property

from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from core.web import aimed_at, page
from custom_fields.calculated import fields_shown_by
from custom_fields.filtering import filter_groups
from custom_fields.queries import fields_by_of
from deals.board import found_by
from deals.cards import SPEAK_FOR_THEMSELVES
from deals.charts import charts
from deals.forecast import (
    LIST,
    OVERDUE,
    UNDATED,
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
from deals.views.board import chosen, is_gone
from deals.views.cards import Cards
from lists.boarding import kept, shown_on, without
from lists.cards import lines_of
from lists.narrowing import chips
from lists.queries import saved_views
from pipelines.models import Pipeline

ALL = "all"
STEP = 3  # months that one goes on at a time
KEPT = ("pipeline", "from", "cols", "saved")  # what stays in the address while one filters


class Horizon:
    """What the forecast at an address shows to a user: of which pipeline (``None``: of all), from
    which month on, and what is on its cards.
    """

    def __init__(self, request, query, fields=None):
        self.query = query
        self.cards = Cards(query, request.user, fields, of=LIST)
        self.today = self.cards.today
        self.start = month_in(query.get("from", "")) or month_of(self.today)
        self.pipelines = list(Pipeline.objects.in_order().prefetch_related("stages"))
        asked = query.get("pipeline")
        self.pipeline = None if asked == ALL else chosen(self.pipelines, None, asked)

    @property
    def buckets(self):
        return buckets(self.start, self.today)

    @cached_property
    def stages(self):
        """The stages of what is shown by their ids; archived ones too: what was won there was."""
        shown = [self.pipeline] if self.pipeline else self.pipelines
        return {stage.pk: stage for each in shown for stage in each.stages.all()}

    def within(self, deals):
        """Those of ``deals`` that are in the pipeline."""
        return deals.filter(stage__in=list(self.stages)) if self.pipeline else deals

    def columns(self, deals, **which):
        """The columns, whose cards know all that they show."""
        stages = list(self.stages.values())
        found = columns(self.buckets, self.within(deals), stages, load=self.cards.load, **which)
        self.finish([card for each in found for card in each.cards])
        return found

    def more(self, bucket, deals, after):
        """Further cards of a column, alike."""
        found = more_cards(bucket, self.within(deals), after=after, load=self.cards.load)
        self.finish(found.rows)
        return found

    def finish(self, cards):
        for card in cards:
            if card.stage_id in self.stages:  # else it is asked for: it moved a moment ago
                card.stage = self.stages[card.stage_id]
        self.cards.finish(cards)

    @property
    def context(self):
        """What cards take. What is next is no question about a deal that was won."""
        won = [field for field in self.cards.fields if field.kind != "step"]
        return {
            **self.cards.context,
            "won_lines": lines_of(won, plain=SPEAK_FOR_THEMSELVES),
            "pipeline": self.pipeline,
            "here": address(self.query),
        }

    def drawn(self, shown):
        """What the bars and the sums are drawn from."""
        return {"every": shown, "charts": charts(shown), "total": total(shown)}


@require_GET
def forecast(request):
    """The default pipeline, another one, or all of them, for some months."""
    fields = fields_by_of()
    horizon = Horizon(request, request.GET, fields)
    asked = fields_shown_by(Deal, fields)
    filters = board_filtered(request.GET, request.user, asked)
    shown = horizon.columns(filters.found)
    query = request.GET.copy()  # a view that is kept shows this pipeline, whatever the default is
    query["pipeline"] = str(horizon.pipeline.pk) if horizon.pipeline else ALL
    context = {
        "pipelines": switches(horizon),
        "all_url": address(request.GET, pipeline=ALL),
        "is_gone": is_gone(horizon.pipeline, request.GET),
        "months": other_months(horizon),
        "saved": saved_views(LIST, query, request.user),
        "filters": filters.form,
        "groups": filters.groups(*filter_groups(asked, filters.filters)),
        "chips": chips(request, filters.form, unknown=filters.unknown),
        "kept": kept(request.GET, *KEPT),
        "cleared": f"{request.path}?{urlencode(kept(request.GET, *KEPT))}".removesuffix("?"),
        "columns": shown,
        **horizon.context,
        **horizon.drawn(shown),
    }
    response = page(request, "deals/forecast.html", context, parts=["forecast"])
    if aimed_at(request) == "forecast":  # these stand in the bar, outside of the part
        beside = context | {"out_of_band": True}
        for name in ("deals/_forecast_total.html", "deals/_pipelines.html"):
            response.content += render_to_string(name, beside, request).encode()
    return response


@require_GET
def forecast_column(request, month):
    """Further cards of one column; without htmx the list of its open deals."""
    query = without(request.GET, "after")
    horizon = Horizon(request, query)
    bucket = bucket_named(month, horizon)
    if not request.htmx:
        left = without(query, *KEPT)
        left.update(days_of(bucket))
        if horizon.pipeline:
            left["pipeline"] = str(horizon.pipeline.pk)
        return redirect(f"{reverse('deals:list')}?{left.urlencode()}")
    more = horizon.more(bucket, found_by(query, request.user), request.GET.get("after"))
    context = horizon.context | {"cards": more.rows, "next": more.next, "bucket": bucket}
    return render(request, "deals/_forecast_cards.html", context)


def redrawn_forecast(request, deal, query, *, touched):
    """The columns with the keys ``touched`` and that of ``deal``, with the sums and the bars, to be
    swapped in out of band. The column of ``deal`` shows enough cards for it to be among them.
    """
    horizon = Horizon(request, query)
    deals = found_by(query, request.user)
    limits, here = shown_on(request), bucket_of(deal, horizon.buckets)
    if here:
        touched = {*touched, here.key}
        down_to = cards_down_to(deal, here, horizon.within(deals))
        limits[here.key] = max(down_to, limits.get(here.key, 0))
    every = horizon.columns(deals, only=touched, limits=limits)
    context = {
        "columns": [each for each in every if each.bucket.key in touched],
        "out_of_band": True,
        **horizon.context,
        **horizon.drawn(every),
    }
    return render_to_string("deals/_forecast_redrawn.html", context, request)


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


def other_months(horizon):
    """Where the same is shown from an earlier or a later month on, and from this one."""
    start, now = horizon.start, month_of(horizon.today)
    months = {"earlier": month_after(start, -STEP), "later": month_after(start, STEP)}
    if start != now:
        months["now"] = now
    return {
        name: address(horizon.query, **{"from": None if month == now else f"{month:%Y-%m}"})
        for name, month in months.items()
    }


def switches(horizon):
    """The pipelines in use, each with the address of its forecast, narrowed alike."""
    return [
        (each, address(horizon.query, pipeline=None if each.is_default else each.pk))
        for each in horizon.pipelines
        if not each.archived_at
    ]


def address(query, **other):
    """The address of the forecast that ``query`` asks for, with ``other`` parameters."""
    left = without(query, *other)
    for name, value in other.items():
        if value is not None:
            left[name] = value
    url = reverse("deals:forecast")
    return f"{url}?{left.urlencode()}" if left else url
