"""A pipeline as columns: heads by one aggregate, cards by one statement whatever their number."""

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import User
from deals.models import Deal
from lists.keyset import KeysetPage, Walk, paginate, sealed
from pipelines.models import Pipeline, Stage

CARDS = 20
COLUMN_ORDER = (Walk(Q(), ("position", "id")),)
STEPS = ("late", "today", "planned", "none")


@dataclass
class Head:
    """What a column, or a whole board, adds up to. Currencies are never mixed."""

    count: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    weighted: dict[str, Decimal] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STEPS, 0))

    @property
    def amounts(self) -> list[tuple[str, Decimal, Decimal]]:
        """Currency, sum and weighted sum, which as an estimate has no decimals."""
        return [
            (currency, amount, self.weighted[currency].quantize(Decimal(1), ROUND_HALF_UP))
            for currency, amount in self.sums.items()
        ]

    def add(self, other: "Head") -> None:
        self.count += other.count
        for mine, theirs in (
            (self.sums, other.sums),
            (self.weighted, other.weighted),
            (self.steps, other.steps),
        ):
            for key, amount in theirs.items():
                mine[key] = mine.get(key, 0) + amount


@dataclass
class Column:
    """A stage with its head, its first cards, and the cursor that leads to the others."""

    stage: Stage
    head: Head
    cards: list[Deal]
    next: str | None


def columns(
    pipeline: Pipeline,
    deals: QuerySet,
    *,
    today: date,
    only: set[int] | None = None,
    shown: Mapping[int, int] | None = None,
) -> list[Column]:
    """The columns of ``pipeline``, holding those of ``deals`` that are on the board.

    ``only`` keeps the stages with these ids; ``shown`` says how many cards a stage shows, when it
    is not ``CARDS``. Three statements.
    """
    stages = pipeline.stages.active().in_order().select_related("pipeline")
    stages = [stage for stage in stages if only is None or stage.pk in only]
    heads = heads_of(stages, deals, today)
    limits = {stage.pk: (shown or {}).get(stage.pk, CARDS) for stage in stages}
    cards = cards_of(deals, limits)
    return [
        Column(
            stage,
            heads[stage.pk],
            cards[stage.pk],
            next=cursor_behind(cards[stage.pk], heads[stage.pk].count),
        )
        for stage in stages
    ]


def more_cards(stage: Stage, deals: QuerySet, after: str | None) -> KeysetPage:
    """The cards of ``stage`` behind the cursor ``after``."""
    return paginate(
        deals.on_board().filter(stage=stage),
        COLUMN_ORDER,
        after=after,
        per_page=CARDS,
        load=lambda rows: rows.for_cards(),
    )


def cards_down_to(deal: Deal, deals: QuerySet) -> int:
    """How many cards a column has to show for ``deal`` to be among them, in full pages."""
    above = deals.on_board().filter(stage=deal.stage_id, position__lte=deal.position).count()
    return max(1, -(-above // CARDS)) * CARDS


def total(columns: list[Column]) -> Head:
    """What the whole board adds up to."""
    whole = Head()
    for column in columns:
        whole.add(column.head)
    return whole


def heads_of(stages, deals, today):
    """A head for each stage: one aggregate over what the user may see, never kept for others."""
    heads = {stage.pk: Head() for stage in stages}
    chances = {stage.pk: Decimal(stage.probability) / 100 for stage in stages}
    late, planned = Q(next_activity_on__lt=today), Q(next_activity_on__gt=today)
    sums = (
        deals.on_board()
        .filter(stage__in=list(heads))
        .order_by()
        .values("stage", "currency")
        .annotate(
            number=Count("pk"),
            sum=Sum("value"),
            # A deal without a chance of its own takes the stage's, which we know already.
            unweighted=Sum("value", filter=Q(probability=None)),
            weighted=Sum(F("value") * F("probability") / 100, filter=Q(probability__isnull=False)),
            late=Count("pk", filter=late),
            today=Count("pk", filter=Q(next_activity_on=today)),
            planned=Count("pk", filter=planned),
            none=Count("pk", filter=Q(next_activity_on=None)),
        )
    )
    for row in sums.order_by("currency"):
        part = Head(row["number"], steps={name: row[name] for name in STEPS})
        if row["currency"]:
            part.sums[row["currency"]] = row["sum"]
            own = row["weighted"] or Decimal(0)
            part.weighted[row["currency"]] = (
                own + (row["unweighted"] or Decimal(0)) * chances[row["stage"]]
            )
        heads[row["stage"]].add(part)
    return heads


def cards_of(deals, limits):
    """The first cards of each stage: every column is a short walk along the board's index."""
    found = {pk: [] for pk in limits}
    walks = [
        deals.on_board().filter(stage=pk).in_column_order().values("pk")[:limit]
        for pk, limit in limits.items()
    ]
    if not walks:
        return found
    first, *rest = walks
    wanted = first.union(*rest, all=True) if rest else first
    for card in Deal.objects.filter(pk__in=wanted).for_cards().in_column_order():
        found[card.stage_id].append(card)
    return found


def cursor_behind(cards, count):
    if not cards or count <= len(cards):
        return None
    return sealed(0, cards[-1], Deal.objects.all(), COLUMN_ORDER)


def with_age(cards: list[Deal], today: date) -> list[Deal]:
    """Let every card say how long it idles and how far it has dried out, at this moment."""
    now = timezone.now()
    for card in cards:
        card.age = card.rot(now, today)
        card.days_idle = card.idle_days(now)
    return cards


def today_of(user: User) -> date:
    """The day it is where ``user`` is."""
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(user.time_zone))
