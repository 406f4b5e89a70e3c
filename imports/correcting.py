"""What people put right after a check: cells corrected, rows left out or taken in again. The rows
that this concerns are checked once more, at once.

Corrections and rows left out are kept apart from the rows, so that they survive another check.
"""

from collections.abc import Iterable, Mapping
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Value
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Missing, Refused
from core.line_ends import one_line_end
from imports.checking import NotToCheck, copy, start_check, what_people_did
from imports.counting import Speaking, counted_again
from imports.holding import hold
from imports.judging.recognising import AGAIN, is_alone
from imports.judging.repeating import Others
from imports.judging.rows import Judging
from imports.models import Correction, Import, Row, SkippedRow

MOST_AT_ONCE = 5_000  # rows that one request checks; more of them are a job
LONGEST = 131_072  # characters of a cell, as files may have


class TooLong(Refused):
    """No cell of a file is that long."""


@transaction.atomic
def correct(importing: Import, number: int, cells: Mapping[int, str], *, by: User) -> Row:
    """Put ``cells``, texts by column, in place of what row ``number`` says there, and check it
    again. A cell that says again what the file says is no correction any more, and one that says
    what it did is none at all, however its lines end.

    Refused: ``TooLong``, ``Missing`` for a row that is not there, ``NotToCheck`` while there is no
    check to change.
    """
    importing = checked(importing, by=by)
    row = Row.objects.filter(of=importing, number=number).first()
    if row is None:
        raise Missing(_("There is no such row."))
    corrections = Correction.objects.filter(of=importing, number=number)
    typed = dict(corrections.values_list("column", "text"))
    for column, text in cells.items():
        put(importing, row, column, fitting(text), typed)
    check_again(importing, [number], by=by)
    return Row.objects.get(of=importing, number=number)


def put(importing, row, column, text, typed):
    if not 0 <= column < max(len(importing.columns), len(row.cells)):
        raise Missing(_("There is no such column."))
    said = row.cells[column] if column < len(row.cells) else ""
    if text == one_line_end(typed.get(column, said)):
        return
    place = Correction.objects.filter(of=importing, number=row.number, column=column)
    if text == one_line_end(said):
        place.delete()
    elif not place.update(text=text):
        Correction.objects.create(of=importing, number=row.number, column=column, text=text)


def fitting(text: str) -> str:
    """What was typed as it is kept; refused as ``TooLong`` rather than cut."""
    if len(text) > LONGEST:
        reason = _("A cell has at most %(most)s characters.")
        raise TooLong(reason % {"most": number_format(LONGEST, force_grouping=True)})
    return one_line_end(text.replace("\0", ""))


@transaction.atomic
def correct_alike(importing: Import, column: int | None, value: str, text: str, *, by: User) -> int:
    """Put ``text`` into ``column`` of every refused row that says ``value`` there; answers with how
    many there are. All of them are checked again, by a job if there are many.
    """
    importing = checked(importing, by=by)
    if column is None or column >= len(importing.columns):
        raise Missing(_("There is no such column."))
    rows = refused(importing, {"column": column, "value": value})
    size = keep(
        Correction,
        rows.values_list("of_id", "number", Value(column), Value(fitting(text))),
        ("of_id", "number", '"column"', "text"),
        '(of_id, number, "column") DO UPDATE SET text = EXCLUDED.text',
    )
    check_again(importing, first_of(rows), by=by)
    return size


def refused(importing, told):
    """The refused rows with a problem of which this is ``told``."""
    rows = Row.objects.filter(of=importing, verdict=Row.Verdict.REFUSED)
    return rows.filter(problems__contains=[told])


def first_of(rows) -> list[int]:
    """The numbers of ``rows``, and no more of them than show that there are too many at once."""
    return list(rows.order_by("number").values_list("number", flat=True)[: MOST_AT_ONCE + 1])


def keep(model, rows, names, conflict) -> int:
    """Keep something of each of ``rows``, as many as there are, without fetching them; answers with
    how many were kept.
    """
    select, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) {select}"
            f" ON CONFLICT {conflict}",
            parameters,
        )
        return cursor.rowcount


@transaction.atomic
def skip(importing: Import, numbers: Iterable[int], *, by: User) -> int:
    """Leave rows out; answers with how many of them there are."""
    importing = checked(importing, by=by)
    numbers = rows_among(importing, numbers)
    SkippedRow.objects.bulk_create(
        [SkippedRow(of=importing, number=number) for number in numbers],
        ignore_conflicts=True,
        batch_size=5_000,
    )
    check_again(importing, numbers, by=by)
    return len(numbers)


@transaction.atomic
def skip_alike(importing: Import, column: int | None, reason: str, *, by: User) -> int:
    """Leave out all rows that are refused for one ``reason`` in a ``column``."""
    importing = checked(importing, by=by)
    rows = refused(importing, {"column": column, "reason": reason})
    size = keep(SkippedRow, rows.values_list("of_id", "number"), ("of_id", "number"), "DO NOTHING")
    check_again(importing, first_of(rows), by=by)
    return size


@transaction.atomic
def take_in(importing: Import, numbers: Iterable[int], *, by: User) -> int:
    """Take rows in again that were left out; answers with how many of them there are."""
    importing = checked(importing, by=by)
    numbers = rows_among(importing, numbers)
    SkippedRow.objects.filter(of=importing, number__among=numbers).delete()
    check_again(importing, numbers, by=by)
    return len(numbers)


@transaction.atomic
def take_all_in(importing: Import, *, by: User) -> int:
    """Take in again all rows that people left out."""
    importing = checked(importing, by=by)
    left_out = SkippedRow.objects.filter(of=importing)
    numbers = first_of(Row.objects.filter(of=importing, number__in=left_out.values_list("number")))
    size, _kinds = left_out.delete()
    check_again(importing, numbers, by=by)
    return size


def rows_among(importing, numbers):
    rows = Row.objects.filter(of=importing, number__among=list(numbers))
    return list(rows.order_by("number").values_list("number", flat=True))


def checked(importing: Import, *, by: User) -> Import:
    """The import, locked, as its last check left it."""
    importing = hold(importing, by=by)
    if importing.stage != Import.Stage.CHECKED:
        raise NotToCheck(_("This import is at another step by now."))
    return importing


def check_again(importing: Import, numbers: Iterable[int], *, by: User) -> None:
    """Judge the rows ``numbers`` anew, and those that speak of new records of which these were the
    first to speak, or are now. The figures follow. Many rows are a job.
    """
    if not (numbers := set(numbers)):
        return
    rows = [] if len(numbers) > MOST_AT_ONCE else rows_called(importing, numbers)
    while True:
        numbers |= sharing(importing, rows)
        if len(numbers) > MOST_AT_ONCE:
            start_check(importing, by=by)
            return
        rows = rows_called(importing, numbers)
        before = Speaking.of(rows)
        with as_whoever_imports(importing):
            judging = Judging(importing, Others(importing, but=numbers))
            judging.judge(rows, **what_people_did(importing, rows))
        if sharing(importing, rows) <= numbers:
            break
    Row.objects.filter(of=importing, number__among=list(numbers))._raw_delete("default")
    copy(rows)
    importing.counts = counted_again(importing, before, Speaking.of(rows))
    importing.save(update_fields=["counts"])


def rows_called(importing: Import, numbers: Iterable[int]) -> list[Row]:
    rows = Row.objects.filter(of=importing, number__among=list(numbers))
    return list(rows.order_by("number"))


def sharing(importing: Import, rows: Iterable[Row]) -> set[int]:
    """The rows that speak of the new records of which ``rows`` are the first to speak: one
    statement for each kind.
    """
    named: dict[str, set[str]] = {}
    for row in rows:
        again = row.matched.get(AGAIN, {})
        for kind, name in row.matched.items():
            is_word = isinstance(name, str) and not is_alone(name)
            if is_word and row.number <= again.get(kind, row.number):
                named.setdefault(kind, set()).add(name)
    others = Row.objects.filter(of=importing)
    return {
        number
        for kind, names in named.items()
        for number in first_of(others.speaking_of(kind, names))
    }


@contextmanager
def as_whoever_imports(importing: Import):
    """Reasons are told in the language of whoever imports, and days are those where they are."""
    by = importing.by
    with translation.override(by.language), timezone.override(by.time_zone):
        yield
