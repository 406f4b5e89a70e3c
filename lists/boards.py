"""Records in columns, as a board shows them: heads by one aggregate, cards by one short walk along
each column.

A column stands for a row, its *place*, that the records point at: deals at a stage.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet, Value
from django.db.models.functions import JSONObject

from lists.keyset import KeysetPage, Walk, paginate, rows_of, sealed

CARDS = 20
FURTHEST = 400  # a card that landed below is not shown: nobody looks through as many


@dataclass
class Column:
    """A place with its head, its first cards, and the cursor that leads to the others."""

    place: Model
    head: Any
    cards: list
    next: str | None


def columns(
    places: QuerySet,
    cards: QuerySet,
    walks: Sequence[Walk],
    *,
    key: str,
    heads: Callable[[list], Mapping[int, Any]],
    load: Callable[[QuerySet], QuerySet],
    only: set[int] | None = None,
    showing: Model | None = None,
    shown: Mapping[str, int] | None = None,
) -> list[Column]:
    """The columns of ``places``, in their order, holding those of ``cards`` whose foreign key
    ``key`` points there, along ``walks``; ``heads`` says what each adds up to, and has a ``count``.

    Three statements, and what ``load`` fetches beside the cards. ``only`` leaves the columns of
    other places empty: they are but summed. The column of ``showing`` shows enough cards for that
    record to be among them, unless it is too far down; ``shown`` says of how many cards a column
    was opened already, by the key that the page has for it.
    """
    shown = shown or {}
    found = with_spots(places, cards, walks, FURTHEST if showing or shown else CARDS, key=key)
    heads = heads(found)
    wanted = [
        (each["walk"], each["id"])
        for place in found
        if only is None or place.pk in only
        for each in place.spots[: max(number_shown(place, showing), shown.get(str(place.pk), 0))]
    ]
    walked = {place.pk: [] for place in found}
    for walk, card in rows_of(cards, wanted, load):
        stands_in = getattr(card, f"{key}_id")
        if stands_in in walked:  # else it left the board a moment ago
            walked[stands_in].append((walk, card))
    return [column_of(place, heads[place.pk], walked[place.pk], walks, key=key) for place in found]


def column_of(place, head, walked, walks, *, key):
    cards = standing_in(place, [card for _walk, card in walked], key=key)
    has_more = 0 < len(cards) < head.count
    cursor = sealed(*walked[-1], type(cards[-1]).objects.all(), walks) if has_more else None
    return Column(place, head, cards, next=cursor)


def more_cards(
    place: Model,
    cards: QuerySet,
    walks: Sequence[Walk],
    *,
    key: str,
    after: str | None,
    load: Callable[[QuerySet], QuerySet],
) -> KeysetPage:
    """Those of ``cards`` in the column of ``place`` that stand behind the cursor ``after``."""
    column = cards.filter(**{key: place})
    found = paginate(column, walks, after=after, per_page=CARDS, load=load)
    standing_in(place, found.rows, key=key)
    return found


def standing_in(place, cards, *, key):
    """``cards`` that know their place without asking for it."""
    for card in cards:
        setattr(card, key, place)
    return cards


def with_spots(
    places: QuerySet, cards: QuerySet, walks: Sequence[Walk], most: int, *, key: str
) -> list:
    """The ``places``, each with the ``spots`` of its first ``cards``: one statement.

    A spot is the number of a walk and an id. For each column the database goes along the walks one
    after the other and stops at the limit, whatever lies behind it.
    """
    parts = [
        walk.of(cards.filter(**{key: OuterRef("pk")}))
        .annotate(spot=JSONObject(walk=Value(number), id="pk"))
        .values("spot")[:most]
        for number, walk in enumerate(walks)
    ]
    first, *rest = parts
    along = first.union(*rest, all=True)[:most] if rest else first
    found = list(places.annotate(spots=ArraySubquery(along)))
    for place in found:
        place.spots = place.spots or []  # where nothing can match, the database is not asked
    return found


def number_shown(place, showing):
    """How many of a column's first cards are shown: in full pages, down to ``showing``."""
    ids = [each["id"] for each in place.spots]
    row = ids.index(showing.pk) if showing and showing.pk in ids else 0
    return (row // CARDS + 1) * CARDS
