"""Sort a list by a click on the head of a column: which order the address asks for, and the links.

``?sort=title`` goes up, ``?sort=-title`` goes down; rows with the same value come newest first, and
rows without a value last, both ways. An order with an index is walked at any size; any other one
sorts as many rows as ``MOST_SORTED``, or as it says itself, and above that the head asks to filter
first.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Expression, Q, QuerySet
from django.http import QueryDict

from accounts.models import User
from lists.counting import CAP, Count
from lists.keyset import Walk

MOST_SORTED = CAP


@dataclass(frozen=True)
class Order:
    """How a column sorts: ``by`` a column of the model, or by ``expression``, which rows then carry
    under that name, or which a function makes for whoever looks; whether it may be empty, whether a
    first click goes down, as people expect of amounts and moments, and whether an index over it and
    the id exists; without one it sorts at ``most`` so many rows, usually ``MOST_SORTED``.
    """

    by: str
    expression: Expression | Callable[[User], Expression] | None = None
    is_nullable: bool = False
    starts_down: bool = False
    is_indexed: bool = True
    most: int = 0

    @property
    def limit(self) -> int:
        """How many rows it sorts without an index."""
        return self.most or MOST_SORTED

    def is_too_long(self, count: Count) -> bool:
        """Whether there are too many rows to sort by it."""
        return not self.is_indexed and count.is_above(self.limit)

    def walks(self, *, is_down: bool) -> tuple[Walk, ...]:
        """The whole list up or down, ties newest first; then what has no value, newest first."""
        along = (f"-{self.by}" if is_down else self.by, "-id")
        if self.is_nullable and not self.is_indexed:
            return (Walk(Q(), along, nulls="last"),)
        filled = Q(**{f"{self.by}__isnull": False}) if self.is_nullable else Q()
        walk = Walk(filled, along)
        if not self.is_nullable:
            return (walk,)
        return (walk, Walk(Q(**{f"{self.by}__isnull": True}), ("-id",)))


@dataclass(frozen=True)
class Head:
    """The head of a column: the value of ``sort`` its link asks for, how it is sorted now
    (``ascending``, ``descending`` or nothing, as ``aria-sort`` has it), and whether there are too
    many rows to sort by it.
    """

    link: str | None
    state: str = ""
    is_too_long: bool = False


@dataclass(frozen=True)
class Sorting:
    """What the address says about the order: the walks, a head for every column, and what rows must
    carry to be sorted.
    """

    walks: tuple[Walk, ...]
    heads: dict[str, Head]
    carried: Mapping[str, Expression | Callable[[User], Expression]]

    def of(self, rows: QuerySet, user: User) -> QuerySet:
        """``rows`` with what the walks go along, as ``user`` sees it."""
        return rows.annotate(**{by: seen_by(user, given) for by, given in self.carried.items()})


def seen_by(user: User, given: Expression | Callable[[User], Expression]) -> Expression:
    """What is ``given``, or what it makes for ``user``."""
    return given(user) if callable(given) else given


def most_counted(query: QueryDict, orders: Mapping[str, Order], shown: Iterable[str]) -> int:
    """Up to how many rows must be counted to know whether they can be sorted as ``query`` asks, or
    by a column that is ``shown``.
    """
    names = {query.get("sort", "").removeprefix("-"), *shown}
    return max([MOST_SORTED, *(orders[name].limit for name in names & orders.keys())])


def sorting(query: QueryDict, orders: Mapping[str, Order], default, *, count: Count) -> Sorting:
    """Read ``sort`` in ``query``; what names none of ``orders``, or one that has too many rows to
    sort, means the ``default`` walks.

    A head's link turns the order round; the third click leads back to the default order.
    """
    asked = query.get("sort", "")
    chosen = asked.removeprefix("-")
    is_down = asked.startswith("-")
    heads = {}
    for name, order in orders.items():
        start, turn = (f"-{name}", name) if order.starts_down else (name, f"-{name}")
        if order.is_too_long(count):
            heads[name] = Head(None, is_too_long=True)
        elif name != chosen:
            heads[name] = Head(start)
        else:
            state = "descending" if is_down else "ascending"
            heads[name] = Head(turn if asked == start else None, state)
    if chosen not in orders or heads[chosen].is_too_long:
        return Sorting(tuple(default), heads, {})
    order = orders[chosen]
    carried = {} if order.expression is None else {order.by: order.expression}
    return Sorting(order.walks(is_down=is_down), heads, carried)
