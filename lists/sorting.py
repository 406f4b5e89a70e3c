"""Sort a list by a click on the head of a column: which order the address asks for, and the links.

``?sort=title`` goes up, ``?sort=-title`` goes down. Only columns with an index can be sorted, and
each order is a tuple of walks along it: rows without a value come last in both directions.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict

from lists.keyset import Walk


@dataclass(frozen=True)
class Column:
    """A column that can be sorted: the columns of its index (the last unique), whether the first
    may be empty, and whether a first click goes down, as people expect of amounts and moments.
    """

    index: tuple[str, ...]
    is_nullable: bool = False
    starts_down: bool = False

    def walks(self, *, is_down: bool) -> tuple[Walk, ...]:
        """The whole list in the order of the index, or against it; then what has no value, newest
        first.
        """
        first, *_rest = self.index
        filled = Walk(Q(**{f"{first}__isnull": False}) if self.is_nullable else Q(), self.index)
        filled = filled.turned() if is_down else filled
        if not self.is_nullable:
            return (filled,)
        return (filled, Walk(Q(**{first: None}), ("-id",)))


@dataclass(frozen=True)
class Head:
    """The head of a column: the value of ``sort`` its link asks for, and how it is sorted now
    (``ascending``, ``descending`` or nothing, as ``aria-sort`` has it).
    """

    link: str | None
    state: str = ""


@dataclass(frozen=True)
class Sorting:
    """What the address says about the order: the walks, and a head for every column."""

    walks: tuple[Walk, ...]
    heads: dict[str, Head]


def sorting(query: QueryDict, columns: Mapping[str, Column], default) -> Sorting:
    """Read ``sort`` in ``query``; what names none of ``columns`` means the ``default`` walks.

    A head's link turns the order round; the third click leads back to the default order.
    """
    asked = query.get("sort", "")
    chosen = asked.removeprefix("-")
    is_down = asked.startswith("-")
    heads = {}
    for name, column in columns.items():
        start, turn = (f"-{name}", name) if column.starts_down else (name, f"-{name}")
        if name != chosen:
            heads[name] = Head(start)
        else:
            state = "descending" if is_down else "ascending"
            heads[name] = Head(turn if asked == start else None, state)
    if chosen not in columns:
        return Sorting(tuple(default), heads)
    return Sorting(columns[chosen].walks(is_down=is_down), heads)
