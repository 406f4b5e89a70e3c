"""The run of an import: it starts once, goes on chunk by chunk, each of them one transaction, and
may be cancelled between two of them.

Where it stands is written together with what a chunk made. So whoever goes on, after a process was
killed or the database went away, begins behind the last chunk that is there; and two processes at
the same import take turns, because each chunk holds its row.
"""

import logging
import time
from datetime import datetime

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_write, require
from core.errors import Refused
from history.services import begin
from imports.choices import chosen
from imports.holding import held
from imports.models import Import, Row
from imports.reporting import rows_told
from imports.targets import target
from imports.writing import Chunk, write
from jobs.models import Job
from jobs.services import advance
from jobs.services import start as start_job

logger = logging.getLogger(__name__)

CHUNK = 5_000  # rows
PATIENCE = "25s"  # until a chunk is there: of who stops an import, and of an import for another one
JOB = "imports.run"
STEADY = 0.5  # how much of the pace that is shown is that of the last chunk


class NotChecked(Refused):
    """Only what was checked as it is now may run."""

    status = 409


@transaction.atomic
def start(importing: Import, *, by: User) -> Import:
    """Let a job run ``importing``, which was checked. What runs already, or did, stays as it is: a
    second click starts nothing.

    Refused: ``Missing`` to people who neither made it nor are admins, ``NotChecked``, and
    ``NotAllowed`` to people who may not import such records.
    """
    require(may_write(by))
    importing = held_patiently(importing, Import.objects.changeable_by(by))
    if not importing.is_open:
        return importing
    if importing.stage != Import.Stage.CHECKED:
        raise NotChecked(_("Check the file first: something was changed after the last check."))
    require(may_import(importing, by))
    return set_off(importing, by=by, started_at=timezone.now())


@transaction.atomic
def resume(importing: Import, *, by: User) -> Import:
    """Let a job go on with ``importing``, which stopped halfway: it failed, or was interrupted too
    often, or cancelled. What runs stays as it is.
    """
    require(may_write(by))
    importing = held_patiently(importing, Import.objects.changeable_by(by))
    if not may_go_on(importing):
        return importing
    require(may_import(importing, by))
    return set_off(importing, by=by, finished_at=None)


@transaction.atomic
def cancel(importing: Import, *, by: User) -> Import:
    """Stop ``importing`` behind the chunk that is being written: what is done stays. One that is
    over stays as it ended. Refused: ``Missing``, ``NotAllowed``.
    """
    require(may_write(by))
    importing = held_patiently(importing, Import.objects.changeable_by(by))
    if importing.stage == Import.Stage.RUNNING:
        end(importing, Import.Stage.CANCELLED)
    return importing


@transaction.atomic
def fail(importing: Import, job: Job) -> None:
    """Note that ``importing``, at which ``job`` was, stopped where it is."""
    importing = held_patiently(importing)
    if importing.stage == Import.Stage.RUNNING and importing.job_id == job.pk:
        end(importing, Import.Stage.FAILED)


def may_go_on(importing: Import) -> bool:
    """Whether ``importing`` stopped before its end, and may run to it: its rows are kept still."""
    stopped = importing.stage in (Import.Stage.FAILED, Import.Stage.CANCELLED)
    is_left = importing.done_to < (importing.row_count or 0) and not importing.is_forgotten
    return is_left and (stopped or is_stuck(importing))


def is_stuck(importing: Import) -> bool:
    """Whether it counts as running and nobody is at it any more: its job was given up."""
    return importing.stage == Import.Stage.RUNNING and (
        importing.job is None or importing.job.is_over
    )


def may_import(importing: Import, user: User) -> bool:
    return may_write(user) and target(importing.kind).allows(user)


def held_patiently(importing: Import, among: QuerySet[Import] | None = None) -> Import:
    """``importing`` as it is now, locked: behind the chunk that is being written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
    among = Import.objects.all() if among is None else among
    return held(importing, among)


def set_off(importing: Import, *, by: User, **columns) -> Import:
    importing.job = start_job(JOB, by=by, of=importing.row_count or 0, number=importing.pk)
    return put(importing, stage=Import.Stage.RUNNING, job=importing.job, **columns)


def end(importing: Import, stage: Import.Stage) -> Import:
    return put(importing, stage=stage, finished_at=timezone.now())


def put(importing: Import, **columns) -> Import:
    for name, value in columns.items():
        setattr(importing, name, value)
    importing.save(update_fields=list(columns))
    return importing


# --- The work -----------------------------------------------------------------------------------


def run(job: Job, number: int) -> None:
    """Write one chunk after the other until all rows are done, or somebody cancels.

    Where the database does not take a chunk, because what was checked is not there any more or
    grew too large, smaller ones are tried; the row that is at fault is refused, and no other.
    """
    size, goes_on = CHUNK, True
    while goes_on:
        try:
            goes_on = step(job, number, size=size)
            size = min(CHUNK, 2 * size)
        except (DataError, IntegrityError):
            if size == 1:
                refuse_next(number)
            size = max(1, size // 2)


@transaction.atomic
def step(job: Job, number: int, *, size: int | None = None) -> bool:
    """Write the next chunk of the import ``number``, and say whether there is more to do."""
    began = time.monotonic()
    importing = held_patiently(Import(pk=number))
    if importing.stage != Import.Stage.RUNNING or importing.job_id != job.pk:
        return False
    require(may_import(importing, importing.by))
    rows = importing.row_count or 0
    upto = min(importing.done_to + (size or CHUNK), rows)
    counts = importing.counts
    if upto > importing.done_to:
        chunk = chunk_of(importing, upto, at=timezone.now())
        write(chunk)
        keep_operation(importing, chunk)
        counts = counts | {"done": summed(counts.get("done", {}), chunk.counts)}
        pace = (upto - importing.done_to) / max(time.monotonic() - began, 0.001)
        counts["pace"] = STEADY * pace + (1 - STEADY) * counts.get("pace", pace)
    put(importing, done_to=upto, counts=counts)
    advance(job, upto)
    if upto < rows:
        return True
    end(importing, Import.Stage.DONE)
    return False


@transaction.atomic
def refuse_next(number: int) -> None:
    """Refuse the row of the import ``number`` that comes next."""
    logger.warning("A row of the import %s cannot be written", number, exc_info=True)
    importing = held_patiently(Import(pk=number))
    row = Row.objects.filter(of=importing, number=importing.done_to + 1)
    reason = _("This row could not be written: something it names was changed meanwhile.")
    row.update(
        verdict=Row.Verdict.REFUSED, problems=[{"column": None, "value": "", "reason": reason}]
    )


def chunk_of(importing: Import, upto: int, *, at: datetime) -> Chunk:
    operation = importing.operation or begin("import.run", by=importing.by)[0]
    return Chunk(
        of=importing,
        after=importing.done_to,
        upto=upto,
        by=importing.by,
        at=at,
        operation=operation,
        choices=chosen(importing.kind, importing.columns, importing.choices),
    )


def keep_operation(importing: Import, chunk: Chunk) -> None:
    """One act for the whole import, from the first chunk on that does anything."""
    if importing.operation_id:
        return
    if chunk.operation.events.exists():
        put(importing, operation=chunk.operation)
    else:
        chunk.operation.delete()


def summed(before: dict, counts: dict) -> dict:
    """Both counts of records together, by their kinds and what became of them."""
    both = {kind: dict(told) for kind, told in before.items()}
    for kind, told in counts.items():
        own = both.setdefault(kind, {})
        for what, number in told.items():
            own[what] = own.get(what, 0) + number
    return both


def told(importing: Import) -> str:
    """How a run ended, in words; rows that were refused or left out were not imported."""
    if importing.stage == Import.Stage.CANCELLED:
        number = importing.done_to
        words = ngettext(
            "Cancelled after %(number)s row. What was done stays.",
            "Cancelled after %(number)s rows. What was done stays.",
            number,
        )
    else:
        number = rows_told(importing)["imported"]
        words = ngettext("%(number)s row was imported.", "%(number)s rows were imported.", number)
    return words % {"number": number_format(number, force_grouping=True)}
