"""What a list shows, as a table for a spreadsheet: CSV in UTF-8 that opens with a double click.

A spreadsheet takes the separator from the decimal sign of its country: French ones, which write
12,50, part columns by semicolons. A text that a spreadsheet would take for a formula is written
behind an apostrophe.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lists.columns import Column
from lists.guarding import guarded
from lists.joining import joined

BYTE_ORDER_MARK = "\ufeff"
MONEY = ("money", "exact-money")  # an amount and its currency, in a cell each


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text):
        return text


def csv_lines(columns: list[Column], rows: Iterable[Model]) -> Iterator[str]:
    """The file, line by line: the heads of ``columns``, then what each of ``rows`` shows in them.

    Cells that this reader may not see are empty, as they are in the list.
    """
    is_french = (get_language() or "").startswith("fr")
    writer = csv.writer(Echo(), delimiter=";" if is_french else ",")
    point = "," if is_french else "."
    heads = (head for column in columns for head in heads_of(column))
    yield BYTE_ORDER_MARK + writer.writerow([guarded(str(head)) for head in heads])
    for row in rows:
        yield writer.writerow([text for column in columns for text in cells(column, row, point)])


def heads_of(column):
    return [column.title, _("Currency")] if column.kind in MONEY else [column.title]


def cells(column, row, point):
    """One cell, or two of an amount of money."""
    hidden = column.private_to and not getattr(row, f"shows_{column.private_to}")
    value = None if hidden else column.value(row)
    if column.kind in MONEY:
        amount, currency = value or (None, "")
        return [written(amount, point), written(currency, point)]
    return [written(value, point)]


def written(value, point):
    """A value as the text of a cell; a number below zero is no formula."""
    text = as_text(value, point)
    return text if isinstance(value, Decimal | int) else guarded(text)


def as_text(value, point):
    """A value as text: days as 2026-11-26, amounts with the decimal sign of the language."""
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case Decimal():
            return f"{value.normalize():f}".replace(".", point)
        case int():
            return str(value)
        case datetime():
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case str() | Model():
            return str(value)
        case Iterable():
            return joined(as_text(each, point) for each in value)
    return str(value)
