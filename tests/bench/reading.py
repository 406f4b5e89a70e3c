"""Files are read: the first rows of a large one, all of a large one, and how much memory it takes.

The floor is Python's own reader of CSV in this process, and calamine's of workbooks.
"""

import csv
import resource
import tempfile
from collections import deque
from pathlib import Path

import python_calamine
import xlsxwriter
from django.conf import settings

from imports.reading import look, rows
from tests.bench.measuring import Table, side_by_side, told

HEADERS = (
    "Title",
    "Name",
    "E-mail",
    "Phone",
    "Organization",
    "Value",
    "Currency",
    "Label",
    "Note",
    "Close date",
)
FEW, MANY = 100_000, 500_000
MOST_SECONDS = 0.5  # until the first rows of the few are shown
MOST = {"csv": 300, "xlsx": 600}  # megabytes
GOALS = {"csv": 6, "xlsx": 3}  # of reading all rows: a process, limits, and text between the two


def bench():
    """Print times beside the floor, and the most memory that any parsing process took."""
    with tempfile.TemporaryDirectory(dir=settings.DATA) as folder:
        few, many, book = (Path(folder, name) for name in ("few.csv", "many.csv", "book.xlsx"))
        write_text(few, FEW)
        write_text(many, MANY)
        write_book(book, FEW)
        first_rows(few)
        all_rows("csv", {f"all of {FEW:,} rows": few, f"all of {MANY:,} rows": many})
        all_rows("xlsx", {f"all of {FEW:,} rows of a workbook": book})


def row(number):
    return [
        f"Lead number {number}",
        f"Zoé Person {number}",
        f"p{number}@client.example",
        f"+33 6 {number:08}",
        f"Company {number % 1000}, Ltd",
        number + 0.5,
        "EUR",
        "Hot",
        'Said "yes" on the phone, wants an offer',
        "2026-01-31",
    ]


def write_text(path, count):
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(map(row, range(count)))


def write_book(path, count):
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADERS)
    for number in range(count):
        sheet.write_row(number + 1, 0, row(number))
    book.close()


def first_rows(path):
    seconds = side_by_side({"look": lambda: look_at(path), "floor": lambda: parse("csv", path)})
    table = Table(f"The first rows of {FEW:,} ({size(path)}), all of which are counted")
    table.row("look", seconds["look"], seconds["floor"], GOALS["csv"])
    sign = "" if seconds["look"] <= MOST_SECONDS else "  missed"
    print(f"{'look, in seconds':<52}{told(seconds['look']):>12}{told(MOST_SECONDS):>20}{sign}")


def look_at(path):
    assert len(look(path).rows) == 50


def all_rows(kind, paths):
    table = Table(f"All rows, {kind}")
    for name, path in paths.items():
        seconds = side_by_side(
            {"rows": reader_of(path), "floor": lambda path=path: parse(kind, path)},
            rounds=3,
        )
        table.row(f"{name} ({size(path)})", seconds["rows"], seconds["floor"], GOALS[kind])
    took, most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, MOST[kind]
    sign = "" if took <= most else "  missed"
    print(f"{'memory of the largest process':<52}{took:>9.0f} MB{most:>17} MB{sign}")


def reader_of(path):
    """Reads all rows, as is done once a person has seen the first ones."""
    options = look(path).options
    return lambda: deque(rows(path, options), maxlen=0)


def parse(kind, path):
    if kind == "csv":
        with path.open(newline="", encoding="utf-8-sig") as file:
            deque(csv.reader(file), maxlen=0)
    else:
        book = python_calamine.CalamineWorkbook.from_path(path)
        deque(book.get_sheet_by_index(0).iter_rows(), maxlen=0)


def size(path):
    return f"{path.stat().st_size / 1e6:.0f} MB"
