"""A list as CSV in UTF-8 that opens with a double click.

A spreadsheet takes the separator from the decimal sign of its country: French ones, which write
12,50, part columns by semicolons. A text that a spreadsheet would take for a formula is written
behind an apostrophe; a number below zero is no formula.
"""

import csv
from collections.abc import Iterable, Iterator

from django.db.models import Model

from exports.cells import as_text, cells_of, heads_of
from lists.columns import Column
from lists.guarding import guarded

BYTE_ORDER_MARK = "\ufeff"


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text):
        return text


def csv_pieces(
    columns: list[Column], rows: Iterable[Model], *, separator: str = ",", point: str = "."
) -> Iterator[bytes]:
    """The file, line by line: the heads of ``columns``, then what each of ``rows`` shows there."""
    writer = csv.writer(Echo(), delimiter=separator)
    heads = [guarded(head) for head in heads_of(columns)]
    yield (BYTE_ORDER_MARK + writer.writerow(heads)).encode()
    for row in rows:
        yield writer.writerow([written(cell, point) for cell in cells_of(columns, row)]).encode()


def written(cell, point):
    return guarded(cell) if isinstance(cell, str) else as_text(cell, point)
