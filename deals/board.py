"""A pipeline as columns: heads by one aggregate, cards by one short walk along each column."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from custom_fields.models import PREFIX
from deals.models import Deal
from deals.table import BoardFilter, board_filtered
from deals.weighing import SUMS, Head
from lists import boards
from lists.boards import Column
from lists.keyset import KeysetPage, Walk
from opportunities.stepping import STEPS, step_counts
from pipelines.models import Pipeline, Stage


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
    pipeline: Pipeline, deals: QuerySet, walks: Sequence[Walk], *, today: date, **which
) -> list[Column]:
    """The columns of ``pipeline``, holding those of ``deals`` that are on the board, along
    ``walks``; see ``lists.boards.columns``.
    """
    deals = deals.on_board()
    heads = partial(heads_of, deals=deals, today=today)
    found = boards.columns(stages_of(pipeline), deals, walks, key="stage", heads=heads, **which)
    for column in found:
        column.place.pipeline = pipeline
    return found


def more_cards(stage: Stage, deals: QuerySet, walks: Sequence[Walk], **which) -> KeysetPage:
    """The cards of ``stage`` behind a cursor."""
    return boards.more_cards(stage, deals.on_board(), walks, key="stage", **which)


def stages_of(pipeline: Pipeline) -> QuerySet:
    """The stages that have a column, from the left."""
    return pipeline.stages.active().in_order()


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
    sums = (
        deals.filter(stage__in=list(heads))
        .order_by()
        .values("stage", "currency")
        .annotate(**SUMS, **step_counts(today))
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
