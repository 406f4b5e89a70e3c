"""The rows of an import that became no records, as a file that can be put right and imported: the
columns of the file, and before them why each row is there.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from exports.delimited import BYTE_ORDER_MARK, Echo
from imports.models import Correction, Import, Row
from lists.guarding import guarded

AT_A_TIME = 2_000  # rows that are in memory together


def rows_left_out(one: Import) -> QuerySet[Row]:
    """The rows that were refused or left out, and those before which a run was stopped."""
    wanted = ~Q(verdict=Row.Verdict.READY)
    if one.done_to < (one.row_count or 0):
        wanted |= Q(number__gt=one.done_to)
    return Row.objects.filter(wanted, of=one).order_by("number")


def name_of_file(one: Import) -> str:
    """“leads.xlsx” leaves “leads – not imported.csv”."""
    return _("%(name)s – not imported.csv") % {"name": PurePath(one.name).stem}


def lines_left_out(one: Import) -> Iterator[bytes]:
    """The file, line by line. What somebody typed in place of a cell stands in that place."""
    is_french = (get_language() or "").startswith("fr")
    writer = csv.writer(Echo(), delimiter=";" if is_french else ",")
    head, stopped = _("Why it was not imported"), _("The import was stopped before this row.")
    # A file of rows that were left out before has its reasons in front, which are old by now.
    first = 1 if one.headers[:1] == [head] else 0

    def line(cells):
        return writer.writerow([guarded(cell) for cell in cells]).encode()

    yield BYTE_ORDER_MARK.encode() + line([head, *one.headers[first:]])
    for rows in batches(rows_left_out(one)):
        typed = typed_in(one, rows)
        for row in rows:
            cells = with_typed(row.cells, typed[row.number])
            yield line([why(row, one.headers) or stopped, *cells[first:]])


def why(row: Row, headers: list[str]) -> str:
    """The reasons of a row, each behind the header of its column."""
    reasons = []
    for each in row.problems:
        column = each["column"]
        is_known = column is not None and column < len(headers) and headers[column]
        told = {"name": headers[column], "text": each["reason"]} if is_known else {}
        reasons.append(_("%(name)s: %(text)s") % told if told else each["reason"])
    return " ".join(reasons)


def typed_in(one: Import, rows: Iterable[Row]) -> dict[int, dict[int, str]]:
    """What somebody typed in the cells of ``rows``: by row, by column."""
    typed = defaultdict(dict)
    numbers = [row.number for row in rows]
    for each in Correction.objects.filter(of=one, number__among=numbers):
        typed[each.number][each.column] = each.text
    return typed


def with_typed(cells: list[str], typed: dict[int, str]) -> list[str]:
    width = max([len(cells), *(column + 1 for column in typed)])
    padded = cells + [""] * (width - len(cells))
    return [typed.get(column, cell) for column, cell in enumerate(padded)]


def batches(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    after = 0
    while batch := list(rows.filter(number__gt=after)[:AT_A_TIME]):
        yield batch
        after = batch[-1].number
