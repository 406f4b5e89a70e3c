"""Open deals by the month in which they should close, beside what each month has brought so far."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
)
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custom_fields.filtering import PARAMETERS
from deals import cards
from deals.models import Deal
from deals.table import BoardFilter
from deals.weighing import SUMS, Head, estimate
from lists.boards import CARDS, FURTHEST
from lists.filtering import midnight
from lists.keyset import KeysetPage, Walk, paginate, sealed
from lists.periods import months
from pipelines.models import Stage

MONTHS = 6
OVERDUE, UNDATED = "overdue", "none"
KEY = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
YEARS = range(1900, 2201)  # as the filters by a day have them
BY_DAY = ("expected_close_on", "id")
LIST = "forecast"
FORECAST = replace(
    cards.BOARD,
    name=LIST,
    title=_("Forecast"),
    home="deals:forecast",
    parameters=(*BoardFilter.base_filters, PARAMETERS, "pipeline"),
)


@dataclass(frozen=True)
class Bucket:
    """What a column holds: the days of a month, those before the months, or no day at all."""

    key: str
    first: date | None = None
    last: date | None = None

    @property
    def is_month(self) -> bool:
        return self.first is not None

    @property
    def walks(self) -> tuple[Walk, ...]:
        """Open deals by the day they should close, then those that were won in the month."""
        is_open = Q(status=Deal.Status.OPEN)
        if self.key == UNDATED:
            return (Walk(is_open & Q(expected_close_on=None), ("id",), led_by=BY_DAY[:1]),)
        expected = Q(expected_close_on__lte=self.last)
        if not self.is_month:
            return (Walk(is_open & expected, BY_DAY),)
        return (
            Walk(is_open & expected & Q(expected_close_on__gte=self.first), BY_DAY),
            Walk(Q(status=Deal.Status.WON) & during(self.first, self.last), ("won_at", "id")),
        )


@dataclass(frozen=True)
class Amounts:
    """What a column adds up to in one currency."""

    currency: str
    won: Decimal
    open: Decimal
    weighted: Decimal

    @property
    def total(self) -> Decimal:
        """What was won, and what the chances of the rest are worth."""
        return self.won + self.weighted


@dataclass
class Outlook:
    """The open deals of a column, or of the whole page, and those that were won."""

    open: Head = field(default_factory=Head)
    won: Head = field(default_factory=Head)

    @property
    def count(self) -> int:
        return self.open.count + self.won.count

    @property
    def amounts(self) -> list[Amounts]:
        """Currency by currency: they are never mixed."""
        found = []
        for currency in sorted(self.open.sums.keys() | self.won.sums.keys()):
            weighted = self.open.weighted.get(currency, Decimal(0))
            found.append(
                Amounts(
                    currency,
                    won=self.won.sums.get(currency, Decimal(0)),
                    open=self.open.sums.get(currency, Decimal(0)),
                    weighted=estimate(weighted),
                )
            )
        return found

    @property
    def lines(self) -> list[tuple[str, list[tuple[Decimal, str]]]]:
        """What the head of a column says: won, open, weighted and total, each with its amounts, by
        currency; a currency of which there is nothing has none.
        """
        amounts = self.amounts
        return [
            (
                name,
                [(getattr(each, name), each.currency) for each in amounts if getattr(each, name)],
            )
            for name in ("won", "open", "weighted", "total")
        ]

    def add(self, other: "Outlook") -> None:
        self.open.add(other.open)
        self.won.add(other.won)


@dataclass
class Column:
    """A bucket with its outlook, its first cards, and the cursor that leads to the others."""

    bucket: Bucket
    outlook: Outlook
    cards: list[Deal]
    next: str | None


# --- Months ------------------------------------------------------------------------------------


def month_in(text: str) -> date | None:
    """The first day of the month that ``text`` names as ``2026-11``."""
    found = KEY.fullmatch(text)
    if not found:
        return None
    year, month = map(int, found.groups())
    return date(year, month, 1) if year in YEARS and 1 <= month <= 12 else None


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_after(day: date, number: int = 1) -> date:
    """The first day of the ``number``-th month after that of ``day``."""
    return months(1, number)(day)[0]


def last_day(day: date) -> date:
    """The last day of the month of ``day``."""
    return months(1, 0)(day)[1]


def bucket_of_month(first: date) -> Bucket:
    return Bucket(f"{first:%Y-%m}", first, last_day(first))


def buckets(start: date, today: date) -> list[Bucket]:
    """The columns of a forecast from the month of ``start`` on: what is overdue, the months, and
    what has no day.

    Overdue is what should have closed before this month. Of the months that are shown each has its
    own.
    """
    first = month_of(start)
    overdue = Bucket(OVERDUE, last=min(first, month_of(today)) - timedelta(days=1))
    shown = [bucket_of_month(month_after(first, number)) for number in range(MONTHS)]
    return [overdue, *shown, Bucket(UNDATED)]


def bucket_of(deal: Deal, columns: list[Bucket]) -> Bucket | None:
    """Where ``deal`` stands; nowhere when it is in none of the ``columns``."""
    day = deal.expected_close_on if deal.is_open else timezone.localdate(deal.won_at)
    for each in columns:
        if day is None or each.last is None:
            is_here = day is None and each.last is None
        else:
            is_here = day <= each.last and (each.first is None or day >= each.first)
        if is_here:
            return each
    return None


# --- Columns -----------------------------------------------------------------------------------


def columns(
    shown: list[Bucket],
    deals: QuerySet,
    stages: list[Stage],
    *,
    load: Callable[[QuerySet], QuerySet],
    only: set[str] | None = None,
    limits: Mapping[str, int] | None = None,
) -> list[Column]:
    """The ``shown`` columns of ``deals``, which stand in ``stages``.

    ``only`` keeps the cards of the columns with these keys; ``limits`` says how many cards one of
    them shows, when it is not ``CARDS``. Two statements, and what ``load`` fetches beside the
    cards.
    """
    outlooks = outlooks_of(shown, deals, stages)
    wanted = [each for each in shown if only is None or each.key in only]
    cards = cards_of(wanted, deals, limits or {}, load)
    return [
        Column(
            each,
            outlooks[each.key],
            cards.get(each.key, []),
            next=cursor_behind(each, cards.get(each.key), outlooks[each.key].count),
        )
        for each in shown
    ]


def more_cards(
    bucket: Bucket,
    deals: QuerySet,
    *,
    after: str | None,
    load: Callable[[QuerySet], QuerySet],
) -> KeysetPage:
    """The cards of a column behind the cursor ``after``."""
    return paginate(deals.not_archived(), bucket.walks, after=after, per_page=CARDS, load=load)


def cards_down_to(deal: Deal, bucket: Bucket, deals: QuerySet) -> int:
    """How many cards a column has to show for an open ``deal`` to be among them, in full pages;
    the first ones, if it is too far down.
    """
    day = deal.expected_close_on
    above = Q(expected_close_on=day, pk__lte=deal.pk)
    if day:
        above |= Q(expected_close_on__lt=day)
    number = deals.on_board().filter(bucket.walks[0].where & above).count()
    return max(1, -(-number // CARDS)) * CARDS if number <= FURTHEST else CARDS


def total(shown: list[Column]) -> Outlook:
    """What all columns together add up to."""
    whole = Outlook()
    for column in shown:
        whole.add(column.outlook)
    return whole


def outlooks_of(shown, deals, stages):
    """An outlook for each column: one statement over what the user may see, never kept for others.

    Two indexes are read from their first entry to their last, and nothing else.
    """
    overdue, *in_months, _undated = shown
    edges = [overdue.last + timedelta(days=1), *(each.first for each in in_months)]
    edges.append(in_months[-1].last + timedelta(days=1))
    opened = summed(deals.on_board(), "expected_close_on", edges, DateField())
    edges = [midnight(day) for day in edges[1:]]
    won = deals.not_archived().filter(
        status=Deal.Status.WON, won_at__gte=edges[0], won_at__lt=edges[-1]
    )
    # The same numbers of months: before the first of them lies what is overdue, and a gap.
    won = summed(won, "won_at", [edges[0], *edges], DateTimeField(), is_won=True)
    places = {None: UNDATED, 0: OVERDUE}
    places |= {number: each.key for number, each in enumerate(in_months, 2)}
    chances = {stage.pk: stage.probability for stage in stages}
    found = {each.key: Outlook() for each in shown}
    for row in opened.union(won, all=True):
        place, stage = row["place"], row["stage"]
        if place not in places or stage not in chances:  # a gap, or a stage added a moment ago
            continue
        outlook = found[places[place]]
        (outlook.won if row["is_won"] else outlook.open).add_sums(row, chances[stage])
    return found


def summed(deals, day, edges, kind, *, is_won=False):
    """Counts and sums of ``deals`` by the place of a ``day`` among the ``edges``."""
    place = Func(
        F(day),
        Value(edges, ArrayField(kind)),
        function="width_bucket",
        output_field=IntegerField(),
    )
    return (
        deals.order_by()
        .annotate(is_won=Value(is_won, BooleanField()), place=place)
        .values("is_won", "place", "stage", "currency")
        .annotate(**SUMS)
    )


def cards_of(shown, deals, limits, load):
    """The first cards of each column: every one is a short walk along an index, or two of them."""
    if not shown:
        return {}
    walks = [
        walk.of(deals.not_archived()).values("pk")[: limits.get(each.key, CARDS)]
        for each in shown
        for walk in each.walks
    ]
    first, *rest = walks
    wanted = first.union(*rest, all=True) if rest else first
    found = {each.key: [] for each in shown}
    for card in sorted(load(Deal.objects.filter(pk__in=wanted)), key=place_of):
        bucket = bucket_of(card, shown)
        if bucket and len(found[bucket.key]) < limits.get(bucket.key, CARDS):
            found[bucket.key].append(card)
    return found


def place_of(card):
    """As the walks go: open deals by their day, then won ones by their moment."""
    if card.is_open:
        return 0, str(card.expected_close_on or ""), card.pk
    return 1, card.won_at, card.pk


def cursor_behind(bucket, cards, count):
    if not cards or count <= len(cards):
        return None
    return sealed(0 if cards[-1].is_open else 1, cards[-1], Deal.objects.all(), bucket.walks)


def during(first, last):
    """That a deal was won on one of the days from ``first`` to ``last``, where the viewer is."""
    return Q(won_at__gte=midnight(first), won_at__lt=midnight(last + timedelta(days=1)))
