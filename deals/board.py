"""A pipeline as columns: heads by one aggregate, cards by one short walk along each column."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from custom_fields.models import PREFIX
from deals.models import Deal
from deals.table import BoardFilter, board_filtered
from deals.weighing import STEPS, SUMS, Head
from lists.keyset import KeysetPage, Walk, paginate, rows_of, sealed
from pipelines.models import Pipeline, Stage

CARDS = 20
FURTHEST = 400  # a card that landed below is not shown: nobody looks through as many


@dataclass
class Column:
    """A stage with its head, its first cards, and the cursor that leads to the others."""

    stage: Stage
    head: Head
    cards: list[Deal]
    next: str | None


def found_by(query: QueryDict, user: User) -> QuerySet:
    """The deals that ``query`` narrows a board to for ``user``. What there is to choose from is not
    asked where it narrows nothing.
    """
    narrows = any(
        name.startswith(PREFIX) or (name in BoardFilter.base_filters and any(values))
        for name, values in query.lists()
    )
    return board_filtered(query, user).found if narrows else Deal.objects.visible_to(user)


def columns(
    pipeline: Pipeline,
    deals: QuerySet,
    walks: Sequence[Walk],
    *,
    today: date,
    load: Callable[[QuerySet], QuerySet],
    only: set[int] | None = None,
    showing: Deal | None = None,
    shown: Mapping[str, int] | None = None,
) -> list[Column]:
    """The columns of ``pipeline``, holding those of ``deals`` that are on the board, along
    ``walks``.

    Three statements, and what ``load`` fetches beside the cards. ``only`` leaves the columns of
    other stages empty: they are but summed. The column of ``showing`` shows enough cards for that
    deal to be among them, unless it is too far down; ``shown`` says of how many cards a column was
    opened already, by the key that the page has for it.
    """
    deals, shown = deals.on_board(), shown or {}
    stages = stages_of(pipeline, deals, walks, FURTHEST if showing or shown else CARDS)
    heads = heads_of(stages, deals, today)
    wanted = [
        (place["walk"], place["id"])
        for stage in stages
        if only is None or stage.pk in only
        for place in stage.places[: max(number_shown(stage, showing), shown.get(str(stage.pk), 0))]
    ]
    cards = {stage.pk: [] for stage in stages}
    for walk, card in rows_of(deals, wanted, load):
        if card.stage_id in cards:  # else it left the pipeline a moment ago
            cards[card.stage_id].append((walk, card))
    return [column_of(stage, heads[stage.pk], cards[stage.pk], walks) for stage in stages]


def column_of(stage, head, walked, walks):
    cards = in_stage(stage, [card for _walk, card in walked])
    has_more = 0 < len(cards) < head.count
    cursor = sealed(*walked[-1], Deal.objects.all(), walks) if has_more else None
    return Column(stage, head, cards, next=cursor)


def more_cards(
    stage: Stage,
    deals: QuerySet,
    walks: Sequence[Walk],
    *,
    after: str | None,
    load: Callable[[QuerySet], QuerySet],
) -> KeysetPage:
    """The cards of ``stage`` behind the cursor ``after``."""
    column = deals.on_board().filter(stage=stage)
    found = paginate(column, walks, after=after, per_page=CARDS, load=load)
    in_stage(stage, found.rows)
    return found


def in_stage(stage, cards):
    """``cards`` that know their stage without asking for it."""
    for card in cards:
        card.stage = stage
    return cards


def stages_of(pipeline, deals, walks, most):
    """The stages in their order, each with the ``places`` of its first cards: one statement.

    A place is the number of a walk and an id. For each stage the database goes along the walks one
    after the other and stops at the limit, whatever lies behind it.
    """
    parts = [
        walk.of(deals.filter(stage=OuterRef("pk")))
        .annotate(place=JSONObject(walk=Value(number), id="pk"))
        .values("place")[:most]
        for number, walk in enumerate(walks)
    ]
    first, *rest = parts
    along = first.union(*rest, all=True)[:most] if rest else first
    stages = pipeline.stages.active().in_order().annotate(places=ArraySubquery(along))
    found = list(stages)
    for stage in found:
        stage.pipeline = pipeline
        stage.places = stage.places or []  # where nothing can match, the database is not asked
    return found


def number_shown(stage, showing):
    """How many of a column's first cards are shown: in full pages, down to ``showing``."""
    ids = [place["id"] for place in stage.places]
    place = ids.index(showing.pk) if showing and showing.pk in ids else 0
    return (place // CARDS + 1) * CARDS


def total(columns: list[Column]) -> Head:
    """What the whole board adds up to."""
    whole = Head()
    for column in columns:
        whole.add(column.head)
    return whole


def heads_of(stages, deals, today):
    """A head for each stage: one aggregate over what the user may see, never kept for others."""
    heads = {stage.pk: Head() for stage in stages}
    chances = {stage.pk: stage.probability for stage in stages}
    late, planned = Q(next_activity_on__lt=today), Q(next_activity_on__gt=today)
    sums = (
        deals.filter(stage__in=list(heads))
        .order_by()
        .values("stage", "currency")
        .annotate(
            **SUMS,
            late=Count("pk", filter=late),
            today=Count("pk", filter=Q(next_activity_on=today)),
            planned=Count("pk", filter=planned),
            none=Count("pk", filter=Q(next_activity_on=None)),
        )
    )
    for row in sums.order_by("currency"):
        head = heads[row["stage"]]
        head.add_sums(row, chances[row["stage"]])
        for name in STEPS:
            head.steps[name] += row[name]
    return heads


def with_age(cards: list[Deal], today: date) -> list[Deal]:
    """Let every card say at this moment how long it idles, how far it has dried out (``age``), and
    whether it would have but for its next activity (``idles``).
    """
    now = timezone.now()
    for card in cards:
        card.days_idle = card.idle_days(now)
        card.age = card.rot(now, today)
        card.idles = bool(card.rot(now, max(today, card.next_activity_on or today)))
    return cards
