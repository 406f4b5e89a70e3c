"""What a column shows of a row, as the cells of a file: a number, a day, a moment, or a text."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lists.columns import Column, Deadline
from lists.joining import joined

MONEY = ("money", "exact-money")  # an amount and its currency, in a cell each
WORTH = ("value", "price")  # columns whose currency needs no further name

Cell = str | int | Decimal | date | datetime | time


def heads_of(columns: Iterable[Column]) -> Iterator[str]:
    """What stands above the cells of ``columns``."""
    for column in columns:
        yield str(column.title)
        if column.kind in MONEY:
            yield head_of_currency(column)


def head_of_currency(column):
    if column.name in WORTH:
        return _("Currency")
    return _("%(field)s: currency") % {"field": column.title}


def cells_of(columns: Iterable[Column], row: Model) -> Iterator[Cell]:
    """What ``row`` shows in ``columns``. Cells that this reader may not see are empty, as they are
    in the list.
    """
    for column in columns:
        hidden = column.private_to and not getattr(row, f"shows_{column.private_to}")
        value = None if hidden else column.value(row)
        if column.kind in MONEY:
            amount, currency = value or (None, "")
            yield "" if amount is None else amount
            yield currency
        else:
            yield cell(value)


def cell(value) -> Cell:
    """A value as one cell: several values of it are joined in a text."""
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case Decimal() | int() | time():
            return value
        case datetime():
            return timezone.make_naive(value)
        case date():
            return value
        case Deadline():
            return value.day
        case (date() as start, date() as end):
            return f"{start.isoformat()} – {end.isoformat()}"
        case str() | Promise() | Model():
            return str(value)
        case Iterable():
            return joined(as_text(cell(each)) for each in value)
    return str(value)


def as_text(cell: Cell, point: str = ".") -> str:
    """A cell as text: days as 2026-11-26, decimals behind ``point``."""
    match cell:
        case int() | Decimal():
            return decimals(Decimal(cell)).replace(".", point)
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
    return str(cell)


def decimals(number: Decimal) -> str:
    """A number as short as it is; three decimals are four, or it would read as thousands."""
    number = number.normalize()
    if number.as_tuple().exponent == -3:
        number = number.quantize(Decimal("0.0001"))
    return f"{number:f}"
