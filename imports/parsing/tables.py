"""A table of either format as it is imported: its headers, and rows as wide as these."""

import re
from collections.abc import Iterator
from itertools import chain

from imports.parsing.delimited import Delimited
from imports.parsing.unreadable import Unreadable

ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # workbooks before 2007, and those with a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
HEAD = 1024 * 1024
MOST_COLUMNS = 1_000
SHOWN = 50  # rows that are looked at
SHOWN_CELL, SHOWN_TEXT = 500, 1_000_000  # characters of one of their cells, and of all of them
# What is data rather than the name of a column: e-mail addresses, numbers, dates, telephones.
DATA = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[-+\d(][\d\s.,:/()+-]*")


class Table:
    """What ``file`` holds, read as ``options`` say, or as it shows itself where they do not.

    Rows are as wide as the first one, and wider only where they have more to say. Rows without any
    text are left out.
    """

    def __init__(self, file, options):
        self.of = opened(file, options)
        self.width = None
        self.short, self.long = [], []  # the lines of such rows
        self.filled = self.read()
        self.first = next(self.filled, None)
        if self.first is None:
            raise Unreadable("empty")
        names = self.first[1]
        self.has_header = options.get("header", not is_data(names))
        self.headers = [name.strip() for name in names] if self.has_header else []
        self.options = {**self.of.options, "header": self.has_header}

    def read(self) -> Iterator[tuple[int, list[str]]]:
        """Each row that has text, with the line where it begins."""
        for line, row in self.of.rows():
            if not (row and row[0].strip()) and not "".join(row).strip():
                continue
            if len(row) != self.width:
                self.fit(row, line)
            yield line, row

    def fit(self, row, line):
        """Bring a row to the width of the table, the first row to that of its names."""
        least = self.width or 1
        if len(row) < least:
            self.short.append(line)
            row += [""] * (least - len(row))
        while len(row) > least and not row[-1].strip():
            row.pop()
        if len(row) > MOST_COLUMNS:
            raise Unreadable("many-columns", count=len(row), most=MOST_COLUMNS)
        if self.width is None:
            self.width = len(row)
        elif len(row) > self.width:
            self.long.append(line)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row of data, as many as may be imported."""
        count = 0
        for count, row in enumerate(
            chain(() if self.has_header else (self.first,), self.filled), 1
        ):
            if count > self.of.MOST_ROWS:
                raise Unreadable("many-rows", most=self.of.MOST_ROWS)
            yield row
        if not count:
            raise Unreadable("no-rows")

    def look(self) -> dict:
        """All that a person should know of it before anything else is done."""
        shown, size, count = [], 0, 0
        for count, (_line, row) in enumerate(self.rows(), 1):
            if count <= SHOWN and size < SHOWN_TEXT:
                shown.append(cut(row))
                size += sum(map(len, shown[-1]))
        return {
            "options": self.options,
            "sheets": self.of.sheets,
            "headers": cut(self.headers),
            "width": self.width,
            "rows": shown,
            "row_count": count,
            "notices": list(self.notices()),
        }

    def notices(self):
        """What is odd about it but keeps nobody from reading it: words and what belongs to them."""
        yield from self.of.notices()
        blank = [number for number, name in enumerate(self.headers, 1) if not name]
        if blank:
            yield "blank-headers", {"count": len(blank), "columns": blank[:5]}
        seen = set()
        twice = {name for name in self.headers if name and (name in seen or seen.add(name))}
        if twice:
            yield "same-headers", {"count": len(twice), "names": sorted(twice)[:5]}
        for word, lines in (("short-rows", self.short), ("long-rows", self.long)):
            if lines:
                yield word, {"count": len(lines), "line": lines[0]}


def opened(file, options):
    """The format that its first bytes show, whatever the file is called."""
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(COMPOUND):
        raise Unreadable("password" if ENCRYPTED in head else "old-workbook")
    if head.startswith(ARCHIVE):
        # Only now: a text table is shown sooner without what reads workbooks.
        from imports.parsing.workbook import Workbook

        return Workbook(file, options)
    return Delimited(file, options)


def cut(cells):
    """What a page shows of them: it has to hold all of it at once."""
    return [cell[:SHOWN_CELL] for cell in cells]


def is_data(names):
    """Whether these are no names of columns: one is an address, or most are numbers."""
    like = [name for name in names if DATA.fullmatch(name.strip())]
    return any("@" in name for name in like) or len(like) * 2 > len(names)
