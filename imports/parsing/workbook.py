"""Tables in workbooks (.xlsx): which sheet, and its cells as text.

The archive is looked at before anything in it is unpacked, and the sheet before it is loaded: what
calamine gets is as large as it says.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import python_calamine as calamine

from imports.parsing.archive import Archive
from imports.parsing.unreadable import Unreadable

LAST = datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - sheets know no zones
TOO_LARGE = "#NUM!"  # what spreadsheets show for a number that is none


class Workbook:
    """A sheet of the workbook in ``file`` as a table: the one of ``options``, or the first that
    shows, has rows, and so may be meant.
    """

    MOST_ROWS = 100_000

    def __init__(self, file, options):
        archive = Archive(file)
        file.seek(0)
        try:
            self.book = calamine.CalamineWorkbook.from_filelike(file)
        except calamine.PasswordError:
            raise Unreadable("password") from None
        except calamine.CalamineError:
            raise Unreadable("damaged") from None
        sheets = [each for each in self.book.sheets_metadata if is_sheet(each)]
        self.sheets = [each.name for each in sheets]
        shown = [each.name for each in sheets if is_shown(each)]
        self.hidden = [name for name in self.sheets if name not in shown]
        self.name = options.get("sheet") or archive.first_with_rows([*shown, *self.hidden])
        if self.name not in self.sheets:
            raise Unreadable("sheet", name=self.name)
        self.seen = archive.see(self.name)
        self.has_macros = archive.has_macros
        self.merged = 0
        self.options = {"format": "xlsx", "sheet": self.name}

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row from the first of the sheet on, with its number there."""
        try:
            sheet = self.book.get_sheet_by_name(self.name)
        except calamine.CalamineError:
            raise Unreadable("damaged") from None
        self.merged = len(sheet.merged_cell_ranges or ())
        for number, row in enumerate(sheet.iter_rows(), 1):
            yield number, [WRITTEN[type(value)](value) for value in row]

    def notices(self):
        """What a person may wonder about in what was read."""
        if self.hidden:
            yield "hidden-sheets", {"count": len(self.hidden), "names": self.hidden[:5]}
        if self.has_macros:
            yield "macros", {"count": 1}
        for word in ("formulas", "errors"):
            if self.seen[word]:
                yield word, {"count": self.seen[word]}
        if self.merged:
            yield "merged", {"count": self.merged}


def is_sheet(metadata):
    return metadata.typ == calamine.SheetTypeEnum.WorkSheet


def is_shown(metadata):
    return metadata.visible == calamine.SheetVisibleEnum.Visible


def text(value):
    """Escapes may hide a zero, which no database takes."""
    return value.replace("\0", "\ufffd") if "\0" in value else value


def number(value):
    """A number with all its digits, and no other sign than a point."""
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    written = repr(value)
    if "e" in written:
        return f"{Decimal(written):f}"
    return written if written[-1].isdigit() else TOO_LARGE


def moment(value):
    """A day, or a day and a time to the second: sheets keep fractions of days, never quite."""
    value = (min(value, LAST) + timedelta(milliseconds=500)).replace(microsecond=0)
    return value.date().isoformat() if value.time() == time() else value.isoformat(" ")


def duration(value):
    """Hours, minutes and seconds, however many hours."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


WRITTEN = {
    str: text,
    float: number,
    int: str,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime: moment,
    date: date.isoformat,
    time: lambda value: value.isoformat("seconds"),
    timedelta: duration,
}
