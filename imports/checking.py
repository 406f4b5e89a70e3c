"""The check of a file: what would become of each row. It writes no record, whatever it finds."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.types.json import Jsonb

from accounts.models import User
from core.errors import Refused
from files.storing import storage
from imports import reading
from imports.counting import counted
from imports.holding import hold
from imports.judging.preparing import chosen_of
from imports.judging.repeating import Earlier
from imports.judging.rows import Judging
from imports.models import Correction, Import, Row, SkippedRow
from imports.targets import target, wants
from jobs.models import Job
from jobs.services import start

AT_A_TIME = 5_000
COLUMNS = ("of_id", "number", "line", "cells", "verdict", "problems", "prepared", "matched")
PATIENCE = "25s"  # until another check of the same rows has stopped
CHANGED = gettext_lazy("This import was changed meanwhile. Check it once more.")
Tell = Callable[[int, int], None]


class NotToCheck(Refused):
    """An import is at another step than its check."""

    status = 409


@transaction.atomic
def start_check(importing: Import, *, by: User) -> Job:
    """Let a job check ``importing``; one that is on its way goes on.

    Refused: ``Missing``, ``AlreadyRun``, ``NotToCheck`` as long as its columns are not matched.
    """
    importing = hold(importing, by=by)
    if importing.stage == Import.Stage.CHECKING and importing.job and not importing.job.is_over:
        return importing.job
    if lacking := wants(target(importing.kind), importing.columns):
        raise NotToCheck(" ".join(map(str, lacking)))
    importing.job = start(
        "imports.check", by=importing.by, of=importing.row_count or 0, number=importing.pk
    )
    importing.stage = Import.Stage.CHECKING
    importing.save(update_fields=["job", "stage"])
    return importing.job


@transaction.atomic
def check_as_chosen(importing: Import, choices: dict[str, str], *, by: User) -> None:
    """Check ``importing``, with ``choices`` for records that are there already. What was checked
    with the same ones stays so; the import that is being checked is not asked twice.

    Refused as ``start_check`` is.
    """
    importing = hold(importing, by=by)
    is_same = chosen_of(importing) == chosen_of(importing) | choices
    if is_same and importing.stage == Import.Stage.CHECKED:
        return
    if not is_same:
        importing.choices = importing.choices | choices
        importing.save(update_fields=["choices"])
        Import.objects.filter(pk=importing.pk).update(stage=Import.Stage.CHECK)
    start_check(importing, by=by)


def check_of(job: Job, number: int, *, tell: Tell) -> dict:
    """What the job of a check does, in its own transaction: the check stays if nobody changed the
    import meanwhile. If somebody did, it stops at once, since another check may wait for it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
    importing = Import.objects.without_samples().select_related("by").get(pk=number)
    waiting = Import.objects.filter(pk=number, stage=Import.Stage.CHECKING, job=job)

    def told(done: int) -> None:
        if not waiting.exists():
            raise NotToCheck(CHANGED)
        tell(done, importing.row_count or 0)

    counts = check(importing, tell=told)
    checked = {"stage": Import.Stage.CHECKED, "counts": counts, "row_count": importing.row_count}
    if not waiting.update(**checked):
        raise NotToCheck(CHANGED)
    return {"text": _("The file is checked."), "url": reverse("imports:check", args=[number])}


def check(importing: Import, *, tell: Callable[[int], None]) -> dict:
    """Read the whole file anew and judge every row of it; what an earlier check said is gone.
    Answers with the figures. The caller's transaction holds it all together.

    Refused with ``NotReadable`` and ``MatchAgain``.
    """
    Row.objects.filter(of=importing)._raw_delete("default")
    earlier = Earlier()
    judging = Judging(importing, earlier)
    done = 0
    for rows in chunks(read(importing)):
        judging.judge(rows, **what_people_did(importing, rows))
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


def what_people_did(importing: Import, rows: Sequence[Row]) -> dict:
    """What people typed in place of the cells of ``rows``, and which of them they left out."""
    among = {"of": importing, "number__range": (rows[0].number, rows[-1].number)}
    typed: dict[int, dict[int, str]] = {}
    corrections = Correction.objects.filter(**among)
    for number, column, text in corrections.values_list("number", "column", "text"):
        typed.setdefault(number, {})[column] = text
    skipped = SkippedRow.objects.filter(**among).values_list("number", flat=True)
    return {"corrections": typed, "skipped": set(skipped)}


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
