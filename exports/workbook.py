"""A list as an Excel workbook, row by row in constant memory.

Texts are written as texts, whatever they look like: nothing in them is a formula or a link, and
nothing needs a guard. A number with more digits than a spreadsheet counts in is written as a text,
too. What is too long for a cell is cut, and a sheet at the end says so.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from exports.cells import Cell, as_text, cells_of, heads_of
from lists.columns import Column
from lists.guarding import FORMULA

MOST_ROWS = 1_048_576  # of a sheet, its heads included; what is more stands in the next one
MOST_LETTERS = 32_767  # of a cell
DIGITS = 15  # in which a spreadsheet counts
FIRST_YEAR = 1900  # spreadsheets know no day before it
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
WIDTHS = {"title": 40, "text": 28, "labels": 24, "ago": 17, "day": 12, "deadline": 12, "step": 12}
USUAL_WIDTH = 18
PIECE = 1 << 16


def workbook_pieces(columns: list[Column], rows: Iterable[Model], *, title: str) -> Iterator[bytes]:
    """The file, once it is written: its directory, which comes last, tells where the rest lies."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sheet.xlsx")
        write(path, columns, rows, title)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def write(path, columns, rows, title):
    with Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        sheets = Sheets(book, columns, title)
        for row in rows:
            sheets.add(cells_of(columns, row))
        sheets.tell_of_cut()


class Sheets:
    """The sheets of a workbook: one, unless there are more rows than fit."""

    def __init__(self, book, columns, title):
        self.book, self.columns, self.title = book, columns, title
        self.heads = book.add_format({"bold": True, "bottom": 1})
        self.looks_like_a_formula = book.add_format({"quote_prefix": True})
        self.formats = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            time: book.add_format({"num_format": "hh:mm"}),
        }
        self.number = self.cut = 0
        self.first_cut = ""
        self.begin()

    def begin(self):
        self.number += 1
        self.sheet = self.book.add_worksheet(named(self.title, self.number))
        self.sheet.freeze_panes(1, 1)
        place = 0
        for column in self.columns:
            self.sheet.set_column(place, place, WIDTHS.get(column.kind, USUAL_WIDTH))
            place += len(list(heads_of([column])))
        for place, head in enumerate(heads_of(self.columns)):
            self.sheet.write_string(0, place, head, self.heads)
        self.row = 1

    def add(self, cells: Iterable[Cell]):
        if self.row == MOST_ROWS:
            self.begin()
        for place, cell in enumerate(cells):
            self.put(place, cell)
        self.row += 1

    def put(self, place, cell):
        match cell:
            case "":
                pass
            case str():
                self.put_text(place, cell)
            case Decimal() | int():
                self.put_number(place, cell)
            case date() if cell.year < FIRST_YEAR:
                self.put_text(place, as_text(cell))
            case _:
                self.sheet.write_datetime(self.row, place, cell, self.formats[type(cell)])

    def put_text(self, place, text):
        # Edited in a spreadsheet, it stays a text.
        form = self.looks_like_a_formula if FORMULA.match(text) else None
        if len(text) > MOST_LETTERS:
            self.cut += 1
            self.first_cut = (
                self.first_cut or f"{self.sheet.name}!{xl_rowcol_to_cell(self.row, place)}"
            )
        self.sheet.write_string(self.row, place, text[:MOST_LETTERS], form)

    def tell_of_cut(self):
        """Say how many texts are not whole, where the first is, and where there are all."""
        if not self.cut:
            return
        self.sheet = self.book.add_worksheet(named(_("Cut texts"), 1))
        words = ngettext(
            "%(count)s text is longer than a cell takes (%(most)s characters) and was cut:"
            " %(cell)s.",
            "%(count)s texts are longer than a cell takes (%(most)s characters) and were cut; the"
            " first is %(cell)s.",
            self.cut,
        )
        told = {"count": self.cut, "most": MOST_LETTERS, "cell": self.first_cut}
        self.sheet.write_string(0, 0, words % told)
        self.sheet.write_string(1, 0, _("Export as CSV to have all of it."))

    def put_number(self, place, number):
        if len(Decimal(number).normalize().as_tuple().digits) > DIGITS:
            self.put_text(place, as_text(number))
        else:
            self.sheet.write_number(self.row, place, float(number))


def named(title, number):
    """What a sheet is called: 31 letters, and not all of them."""
    end = f" {number}" if number > 1 else ""
    return NOT_IN_A_TITLE.sub(" ", title).strip("' ")[: 31 - len(end)] + end
