"""What the page of a check shows: the columns that are matched, and rows with what is wrong with
them and which records they mean.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from core.lookups import number_in
from imports.judging.preparing import cell, matched
from imports.judging.recognising import AGAIN
from imports.known import Known
from imports.models import Correction, Import, Row
from imports.targets import TargetField, target
from imports.targets.records import RECORDS
from imports.writing.meeting import MODELS
from lists.keyset import KeysetPage

PER_PAGE = 50
OFFERED = 200  # words that one can choose from while typing


@dataclass(frozen=True)
class ShownColumn:
    """A column of the file that goes somewhere: its header, its field, and the words it knows."""

    number: int
    header: str
    field: TargetField
    words: list[str]

    @property
    def goes_into(self) -> str:
        """The field in words, after the record that has it."""
        return f"{RECORDS[self.field.record]} · {self.field.label}"

    @property
    def list_id(self) -> str:
        return f"words-{self.number}" if self.words else ""


@dataclass
class ShownCell:
    """What stands in a cell by now, and what is wrong with it."""

    column: ShownColumn
    text: str
    reason: str = ""
    is_corrected: bool = False

    @property
    def has_lines(self) -> bool:
        """Whether one line would not hold it."""
        return "\n" in self.text or "\r" in self.text


@dataclass
class ShownRow:
    """A row of the file, what is wrong with it as a whole, and the records that it means."""

    row: Row
    cells: list[ShownCell]
    reasons: list[str] = field(default_factory=list)
    records: list = field(default_factory=list)
    again: int | None = None


def columns_of(one: Import) -> list[ShownColumn]:
    """The columns that are matched, in their order. Two statements, and one for each list of words
    that a column chooses from.
    """
    known = Known(one.by)
    fields = {each.name: each for each in target(one.kind).fields(one.by)}
    return [
        ShownColumn(
            number,
            cell(one.headers, number),
            fields[name],
            [str(words) for _value, words in known.choices(fields[name])[:OFFERED]],
        )
        for number, name, _options in matched(one)
        if name in fields
    ]


def rows_asked(one: Import, *, show: str = "", column: int | None = None, reason: str = ""):
    """The rows of a verdict, or those that speak of what an earlier one brings along, else all of
    them; perhaps only those of which a ``reason`` is told.
    """
    rows = Row.objects.filter(of=one)
    if show == AGAIN:
        rows = rows.filter(verdict=Row.Verdict.READY, matched__has_key=AGAIN)
    elif show in Row.Verdict.values:
        rows = rows.filter(verdict=show)
    if reason:
        rows = rows.filter(problems__contains=[{"column": column, "reason": reason}])
    return rows


def page_of(rows: QuerySet[Row], *, after: str = "", before: str = "") -> KeysetPage:
    """A page of rows by their numbers, which lead on and back as they are."""
    start, end = number_in(after), number_in(before)
    if end is not None:
        found = list(rows.filter(number__lt=end).order_by("-number")[: PER_PAGE + 1])
        shown = found[:PER_PAGE][::-1]
        has_next, has_previous = bool(shown), len(found) > PER_PAGE
    else:
        found = list(rows.filter(number__gt=start or 0).order_by("number")[: PER_PAGE + 1])
        shown = found[:PER_PAGE]
        has_next, has_previous = len(found) > PER_PAGE, bool(start)
    return KeysetPage(
        shown,
        next=str(shown[-1].number) if shown and has_next else None,
        previous=str(shown[0].number) if shown and has_previous else None,
    )


def shown(one: Import, rows: Iterable[Row], columns: list[ShownColumn]) -> list[ShownRow]:
    """``rows`` as people see them. Two statements, and one for each kind of record they mean."""
    rows = list(rows)
    typed = {}
    if rows:
        among = Correction.objects.filter(of=one, number__among=[row.number for row in rows])
        for number, column, text in among.values_list("number", "column", "text"):
            typed[number, column] = text
    records = records_of(one, rows)
    return [shown_row(row, columns, typed, records) for row in rows]


def shown_row(row, columns, typed, records) -> ShownRow:
    reasons = {each["column"]: each["reason"] for each in row.problems}
    numbers = {column.number for column in columns}
    found = ShownRow(row, [])
    for column in columns:
        place = row.number, column.number
        text = typed.get(place, cell(row.cells, column.number))
        reason = reasons.get(column.number, "")
        found.cells.append(ShownCell(column, text, reason, place in typed))
    found.reasons = [reason for number, reason in reasons.items() if number not in numbers]
    found.records = [
        records[kind, number]
        for kind, number in row.matched.items()
        if (kind, number if isinstance(number, int) else None) in records
    ]
    found.again = min(row.matched.get(AGAIN, {}).values(), default=None)
    return found


def records_of(one: Import, rows: list[Row]) -> dict:
    """The records that are there already and that ``rows`` mean, as far as one may see them."""
    wanted = {}
    for row in rows:
        for kind, number in row.matched.items():
            if isinstance(number, int):
                wanted.setdefault(kind, set()).add(number)
    return {
        (kind, record.pk): record
        for kind, numbers in wanted.items()
        if hasattr(MODELS[kind].objects, "visible_to")
        for record in MODELS[kind].objects.visible_to(one.by).filter(pk__among=numbers)
    }
