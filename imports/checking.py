"""The check of a file: what would become of each row. It writes no record, whatever it finds."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from accounts.models import User
from accounts.policies import may_write, require
from core.errors import NotAllowed, Refused
from files.storing import storage
from imports import reading
from imports.counting import counted
from imports.judging import Judging
from imports.models import Correction, Import, Row, SkippedRow
from imports.repeating import Earlier
from imports.targets import target, wants
from jobs.models import Job
from jobs.services import start

AT_A_TIME = 5_000
COLUMNS = ("of_id", "number", "line", "cells", "verdict", "problems", "prepared", "matched")
Tell = Callable[[int], None]


class NotToCheck(Refused):
    """An import is at another step than its check."""

    status = 409


@transaction.atomic
def start_check(importing: Import, *, by: User) -> Job:
    """Let a job check ``importing``; one that is on its way goes on.

    Refused with ``NotToCheck`` for an import whose columns are not matched, or that runs or ran.
    """
    importing = held(importing, by=by)
    if importing.stage == Import.Stage.CHECKING and importing.job and not importing.job.is_over:
        return importing.job
    if not importing.is_open or importing.stage == Import.Stage.COLUMNS:
        raise NotToCheck(_("This import is at another step by now."))
    if lacking := wants(target(importing.kind), importing.columns):
        raise NotToCheck(" ".join(map(str, lacking)))
    importing.job = start("imports.check", by=importing.by, of=importing.row_count or 0,
                          number=importing.pk)
    importing.stage = Import.Stage.CHECKING
    importing.save(update_fields=["job", "stage"])
    return importing.job


def held(importing: Import, *, by: User) -> Import:
    """The import as it is now, locked, if ``by`` may change it."""
    require(may_write(by))
    locked = Import.objects.changeable_by(by).select_for_update(of=("self",), no_key=True)
    found = locked.select_related("by", "job").filter(pk=importing.pk).first()
    if found is None or not target(found.kind).allows(found.by):
        raise NotAllowed(_("Your role does not allow this."))
    return found


def check(importing: Import, *, tell: Tell) -> dict:
    """Read the whole file anew and judge every row of it; what an earlier check said is gone.
    Answers with the figures. The caller's transaction holds it all together.

    Refused with ``NotReadable`` and ``MatchAgain``.
    """
    Row.objects.filter(of=importing)._raw_delete("default")
    earlier = Earlier()
    judging = Judging(importing, earlier)
    done = 0
    for rows in chunks(read(importing)):
        numbers = (rows[0].number, rows[-1].number)
        judging.judge(
            rows,
            corrections=corrections_of(importing, *numbers),
            skipped=skipped_of(importing, *numbers),
        )
        copy(rows)
        done = rows[-1].number
        tell(done)
    importing.row_count = done
    return counted(importing)


def read(importing: Import) -> Iterator[Row]:
    """The rows of the file, one after the other, as a process of its own reads them."""
    with storage().open(importing.key) as file:
        read = reading.rows(file, importing.options)
        for number, (line, cells) in enumerate(read, start=1):
            yield Row(of=importing, number=number, line=line, cells=cells)


def chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, AT_A_TIME)):
        yield chunk


def corrections_of(importing: Import, first: int, last: int) -> dict[int, dict[int, str]]:
    """What people typed in place of cells, by row and column."""
    found = Correction.objects.filter(of=importing, number__range=(first, last))
    typed = {}
    for number, column, text in found.values_list("number", "column", "text"):
        typed.setdefault(number, {})[column] = text
    return typed


def skipped_of(importing: Import, first: int, last: int) -> set[int]:
    """The rows that people want left out."""
    found = SkippedRow.objects.filter(of=importing, number__range=(first, last))
    return set(found.values_list("number", flat=True))


def copy(rows: Sequence[Row]) -> None:
    """Keep judged rows, all of them by one COPY."""
    names = ", ".join(COLUMNS)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {Row._meta.db_table} ({names}) FROM STDIN") as copying,
    ):
        for row in rows:
            said = (Jsonb(row.problems), Jsonb(row.prepared), Jsonb(row.matched))
            copying.write_row((row.of_id, row.number, row.line, row.cells, row.verdict, *said))
