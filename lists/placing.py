"""Places of cards in a column: room beside a neighbour, and short ranks again where there is none.

Whoever puts a card somewhere holds the row that its column stands for, so that nobody else takes
the same room. Cards have a ``position``, a rank of ``core.ordering``.
"""

from datetime import datetime

from django.db import connection
from django.db.models import Model, Q, QuerySet, Subquery
from django.utils import timezone
from psycopg import sql

from core.ordering import rank_between, rank_first, rank_last

LONGEST_RANK = 150


class NoRoom(Exception):
    """One spot of a column was halved so often that a rank between the neighbours is too long."""


def room(
    seen: QuerySet, column: QuerySet, after: Model | None, before: Model | None
) -> dict[str, Subquery]:
    """Expressions for the ranks of the neighbours that the writer has ``seen``, and of what stands
    on the other side of them in the ``column``, whoever sees it.
    """
    ranks = {}
    for name, neighbour, beyond, sign in (
        ("after", after, "gt", ""),
        ("before", before, "lt", "-"),
    ):
        if neighbour is None:
            continue
        own = Subquery(seen.filter(pk=neighbour.pk).values("position"))
        # Of cards with one rank the smaller id stands first.
        others = column.filter(
            Q(position=own, **{f"pk__{beyond}": neighbour.pk}) | ~Q(position=own),
            **{f"position__{beyond}e": own},
        ).order_by(f"{sign}position", f"{sign}pk")
        ranks |= {
            f"rank_{name}": own,
            f"rank_beyond_{name}": Subquery(others.values("position")[:1]),
        }
    return ranks


def rank_beside(place: Model, *, at: datetime) -> str:
    """A rank right beside the neighbour for which there is ``room`` in a ``place``, the row of a
    column that carries it.

    The caller holds the place, so nobody else takes the same room; but a card that comes back, by
    Undo or reopened, may find it taken. What was not seen by the writer stays where it is: the
    neighbour on the other side is the database's. ``NoRoom`` where a spot is shared or too narrow.
    """
    if upper := getattr(place, "rank_after", None):
        lower = place.rank_beyond_after
    elif lower := getattr(place, "rank_before", None):
        upper = place.rank_beyond_before
    if not upper:
        return rank_first(at)
    if not lower:
        return rank_last(at)
    rank = rank_between(upper, lower) if upper != lower else ""
    if not 0 < len(rank) <= LONGEST_RANK:
        raise NoRoom
    return rank


def spread(column: QuerySet, moving) -> None:
    """Give the cards of ``column``, whose row the caller locked, short ranks again.

    Whoever moves a card holds it before they know that there is no room, and would lock the column
    in no order. So it is locked anew with those that are ``moving``, all in the order of their ids.
    """
    wanted = [card.pk for card in moving]
    cards = column.model.everything.filter(
        Q(pk__in=column.order_by().values("pk")) | Q(pk__among=wanted)
    )
    locking = cards.order_by("pk").select_for_update(of=("self",), no_key=True)
    locked = set(locking.values_list("pk", flat=True))
    # Some may have left while they were waited for.
    staying = column.filter(pk__among=sorted(locked.difference(wanted))).only("position")
    put_in_order(column.model, ranks_in_order(staying, rank_last(timezone.now())))


def ranks_in_order(cards, rank: str) -> dict[int, str]:
    """Ranks that begin with ``rank`` and keep the order that ``cards`` have."""
    ordered = sorted(cards, key=lambda card: (card.position, card.pk))
    return {card.pk: f"{rank}{place:09}i" for place, card in enumerate(ordered)}


def put_in_order(model: type[Model], ranks: dict[int, str]) -> None:
    """Give each row of ``model`` its rank, in one statement however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "UPDATE {table} AS card SET position = placed.rank"
                " FROM unnest(%s::bigint[], %s::text[]) AS placed (id, rank)"
                " WHERE card.id = placed.id"
            ).format(table=sql.Identifier(model._meta.db_table)),
            [list(ranks), list(ranks.values())],
        )
