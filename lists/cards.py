"""What a card shows: the fields that its reader chose, line by line."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lists.columns import Column

MOST = 7  # fields beside the title: a card with more is no longer taken in at a glance


@dataclass(frozen=True)
class CardField:
    """A field on a card, and whether its title stands before it."""

    column: Column
    is_titled: bool


def lines_of(shown: Iterable[Column], *, plain: Collection[str]) -> list[tuple[CardField, ...]]:
    """How fields stand on a card: each on a line of its own, in their order. Those in ``plain``
    speak for themselves; any other one stands behind its title.

    Only labels that come first stand above the title, and who owns a record at the end of the line
    before.
    """
    lines = []
    for column in shown:
        field = CardField(column, column.name not in plain)
        if column.kind == "user" and lines[1:] and lines[-1][0].column.kind != "labels":
            lines[-1] = (*lines[-1], field)
        else:
            lines.append((field,))
    if lines[1:] and lines[1][0].column.kind == "labels":
        lines[:2] = lines[1::-1]
    return lines
