"""The columns that a list may show, and which of them it does show, in which order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Expression, Model
from django.utils.functional import Promise

from lists.sorting import Order

MOST_SHOWN = 30


@dataclass(frozen=True)
class Tagged:
    """What a cell shows with a tag behind it, or as a tag alone; read as a text, both."""

    text: str | Promise = ""
    tag: str | Promise = ""
    tone: str = ""
    icon: str = ""

    def __str__(self):
        return ", ".join(str(each) for each in (self.text, self.tag) if each)


@dataclass(frozen=True)
class Deadline:
    """The day by which something is to be done, and whether it is missed; as a text, the day."""

    day: date
    is_missed: bool

    def __str__(self):
        return self.day.isoformat()


@dataclass(frozen=True)
class Column:
    """A column: what stands for it in addresses, its title, and the group it is chosen from.

    ``kind`` says how a cell is drawn (see ``lists.templatetags.cells``) and ``value`` what of a row
    it shows; ``edits`` names the fields that are changed in a cell, and ``asks`` tells the dialog
    in which it is changed instead, by what follows the row's own address; ``loads`` is what must be
    fetched beside the rows, ``joins`` what along with them, and ``finds`` what is looked up for
    each of them, under a name: an expression, or a function that makes one for whoever looks. Where
    it ``adds_up``, what it sorts by is summed over all that a list finds. Only who may see the
    contact in the field ``private_to`` of a row sees the cell: others know its name alone.
    """

    name: str
    title: str | Promise
    kind: str
    value: Callable[[Model], object]
    group: str | Promise = ""
    order: Order | None = None
    edits: tuple[str, ...] = ()
    asks: Callable[[Model], str] | None = None
    loads: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    finds: tuple[tuple[str, Expression | Callable[[Model], Expression]], ...] = ()
    adds_up: bool = False
    private_to: str = ""
    is_on_phones: bool = False
    # The field of the company's own behind it, for whoever knows what that is.
    custom: object = None


def orders_of(columns: Mapping[str, Column]) -> dict[str, Order]:
    """What can be sorted by, under the names of the columns."""
    return {name: column.order for name, column in columns.items() if column.order}


def shown_columns(
    columns: Mapping[str, Column], *choices: Sequence[str], first: str
) -> list[Column]:
    """The columns of the first of ``choices`` that names any, in its order, behind the column
    ``first``, which leads to the record and is always there. Names that no column has are left out:
    a field may have gone since they were chosen.
    """
    for choice in choices:
        known = [name for name in dict.fromkeys(choice) if name in columns and name != first]
        if known:
            return [columns[name] for name in (first, *known[: MOST_SHOWN - 1])]
    return [columns[first]]


def names_in(text: str) -> list[str]:
    """The names in an address's ``cols=person,value``."""
    return [name for name in text.split(",") if name]
