"""Export: what a list says of itself to be written into a file; a registry that the apps which have
lists fill in ``ready()``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from accounts.models import User
from lists.columns import Column

AT_A_TIME = 500  # records that are in memory together


def nothing_more(_rows: list[Model], _columns: list[Column]) -> None:
    """Rows that carry all that their columns show."""


@dataclass(frozen=True)
class Export:
    """How a list becomes a file.

    ``everything`` is all that a user may see, ``chosen`` finds what an address selects of it, and
    ``filters`` are those of its parameters that do; ``every`` are all columns at an address, by
    their names, and ``shown`` those of them that the list shows there; ``carrying`` lets records
    carry what columns show, and ``completed`` brings what is looked up for many at a time. ``asks``
    is the question of the dialog and ``done`` what is said in the end, both about a number of
    records; ``home`` is the name of the list's address.
    """

    name: str
    title: str | Promise
    home: str
    filters: tuple[str, ...]
    everything: Callable[[User], QuerySet]
    chosen: Callable[[QueryDict, User], QuerySet]
    every: Callable[[QueryDict, User], Mapping[str, Column]]
    shown: Callable[[QueryDict, User, Mapping[str, Column]], list[Column]]
    carrying: Callable[[QuerySet, list[Column], User], QuerySet]
    asks: Callable[[int], str]
    done: Callable[[int], str]
    completed: Callable[[list[Model], list[Column]], None] = nothing_more

    def all_columns(self, user: User) -> list[Column]:
        """Every column there is, whatever an address would ask for."""
        return list(self.every(QueryDict(), user).values())

    def columns(self, page: QueryDict, user: User, *, names: Iterable[str]) -> list[Column]:
        """The columns called ``names``, as they are on ``page``; some may have gone since."""
        every = self.every(page, user)
        return [every[name] for name in names if name in every]

    def rows(self, records: QuerySet, columns: list[Column], user: User) -> Iterator[Model]:
        """``records`` with all that ``columns`` show of them, in constant memory."""
        batch = []
        for row in self.carrying(records, columns, user).iterator(AT_A_TIME):
            batch.append(row)
            if len(batch) == AT_A_TIME:
                self.completed(batch, columns)
                yield from batch
                batch.clear()
        self.completed(batch, columns)
        yield from batch


EXPORTS: dict[str, Export] = {}


def register(export: Export) -> None:
    EXPORTS[export.name] = export
