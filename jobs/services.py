"""Start long work, tell how far it is, and bring it to an end exactly once."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as queue

from accounts.models import User
from core.errors import Refused
from jobs.models import Job
from jobs.registry import KINDS

logger = logging.getLogger(__name__)

LOCK_SPACE = 0x4A4F42  # "JOB": the first half of the advisory lock, the job's number is the second
# How many seconds work in steps waits for the database, one time after the other, before it ends;
# from the first of them again whenever it got on.
PATIENCE = (0.2, 1, 2, 5, 10, 20, 30)
A_WHILE = 1  # second, after which whoever watches wants to see that it goes on


class AccountClosed(Refused):
    """Whoever started the job no longer works here."""


class RunsElsewhere(Exception):
    """Another process is at this job right now; whoever asked should look again later."""


@transaction.atomic
def start(kind: str, *, by: User, of: int = 0, **arguments) -> Job:
    """Write down work to be done for ``by`` and hand it to the queue, in one transaction.

    Nothing is queued when the caller's transaction is rolled back. ``of`` is how many steps there
    are, when that is known; ``arguments`` are what JSON can hold. Raises ``LookupError`` for a kind
    that nobody registered.
    """
    if kind not in KINDS:
        raise LookupError(f"No app registered jobs of the kind {kind!r}.")
    job = Job.objects.create(kind=kind, by=by, of=of, arguments=arguments)
    queue.configure_task("jobs.tasks.run_job").defer(job_id=job.pk)
    return job


def progress(job: Job, step: int, *, of: int | None = None) -> None:
    """Tell how far a running ``job`` is, at once, while its transaction is still open.

    Goes through a connection of its own that commits by itself. Nothing else may hold the job's
    row meanwhile: work that changes it in its own transaction would wait for itself.
    """
    job.step = step
    job.of = job.of if of is None else of
    job.status = Job.Status.RUNNING
    with closing(connection.copy()) as second, second.cursor() as cursor:
        cursor.execute(
            'UPDATE jobs_job SET status = %s, step = %s, "of" = %s'
            " WHERE id = %s AND finished_at IS NULL",
            [job.status, job.step, job.of, job.pk],
        )


def paced(job: Job) -> Callable[..., None]:
    """``progress`` of ``job`` for work that has something to tell all the time: it goes through
    once a second.
    """
    told_at = None

    def tell(step, *, of=None):
        nonlocal told_at
        now = time.monotonic()
        if told_at is None or now - told_at >= A_WHILE:
            told_at = now
            progress(job, step, of=of)

    return tell


def advance(job: Job, step: int) -> None:
    """Tell, in the transaction of a step of ``job``, how far that brings it: both are seen at
    once.
    """
    job.step, job.status, job.interruptions = step, Job.Status.RUNNING, 0
    columns = {"step": job.step, "status": job.status, "interruptions": 0}
    Job.objects.filter(pk=job.pk, finished_at=None).update(**columns)


def run_now(job: Job) -> Job:
    """Do the work of ``job`` in this process and return it as it ended.

    The worker runs every job through this; tests may do the same without a worker. A job that is
    over stays as it is. Whatever goes wrong ends the job as failed, with words for the user.
    Raises ``RunsElsewhere`` while another process is at the same job.
    """
    job = Job.objects.select_related("by").get(pk=job.pk)
    kind = KINDS[job.kind]
    with translation.override(job.by.language), timezone.override(job.by.time_zone):
        try:
            if kind.in_steps:
                _run_in_steps(job)
            else:
                _run_once(job)
        except RunsElsewhere:
            raise
        except Refused as refused:
            fail(job, str(refused))
        except ValidationError as invalid:  # no form is there to show it
            fail(job, " ".join(invalid.messages))
        except Exception:
            logger.exception("Job %s (%s) failed", job.pk, job.kind)
            fail(job, " ".join((_("Something went wrong on our side."), what_stays(job))))
    job.refresh_from_db()
    return job


def what_stays(job: Job) -> str:
    """What is left of a ``job`` that did not come to its end."""
    if KINDS[job.kind].in_steps:
        return _("What was done until then is kept.")
    return _("Nothing was changed.")


@transaction.atomic
def _run_once(job):
    """The work and the job's end, in one transaction that only one process can be in."""
    if not _alone_with(job):
        raise RunsElsewhere
    if _is_to_do(job):
        progress(job, 0)
        _work(job)


def _run_in_steps(job):
    """The work, which goes on from where it stands however often the database goes away, and the
    job's end; only one process can be at it.
    """
    with _alone_in_steps_with(job):
        if not _is_to_do(job):
            return
        progress(job, job.step)
        waits, reached = iter(PATIENCE), job.step
        while True:
            try:
                return _work(job)
            except (OperationalError, InterfaceError):
                connection.close()
                if (step := _step_of(job)) > reached:  # it got on: its patience begins anew
                    waits, reached = iter(PATIENCE), step
                wait = next(waits, None)
                if wait is None:
                    raise
                logger.warning("Job %s lost the database; it goes on in %s s", job.pk, wait)
                time.sleep(wait)


def _step_of(job):
    """How far ``job`` is, as far as the database can tell."""
    with suppress(OperationalError, InterfaceError):
        job.refresh_from_db(fields=["step"])
    return job.step


def _work(job):
    finish(job, KINDS[job.kind].run(job, **job.arguments) or {})


def _is_to_do(job):
    """Whether ``job``, which is nobody else's now, waits for its end; refused to who left."""
    job.refresh_from_db(fields=["status"])
    if not job.is_over and not job.by.is_active:
        raise AccountClosed(_("The account that started this was closed."))
    return not job.is_over


def _alone_with(job):
    """Whether this transaction now holds the job, without touching the row that tells its step."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, job.pk])
        return cursor.fetchone()[0]


@contextmanager
def _alone_in_steps_with(job) -> Iterator[None]:
    """Hold the job beyond the transactions of its steps, by a connection of its own. When that is
    lost, so is the hold; what the steps write, they guard themselves.
    """
    with closing(connection.copy()) as second:
        with second.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, job.pk])
            if not cursor.fetchone()[0]:
                raise RunsElsewhere
        try:
            yield
        finally:
            # A pool keeps connections, with whatever they hold.
            with suppress(DatabaseError, InterfaceError), second.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, job.pk])


def finish(job: Job, result: dict) -> None:
    """End ``job`` well; what it was to do is done when this is committed."""
    _end(job, status=Job.Status.DONE, result=result)


def fail(job: Job, error: str) -> None:
    """End ``job`` badly, with a message fit for the user. One that is over stays as it ended."""
    _end(job, status=Job.Status.FAILED, error=error)


def _end(job, **columns):
    Job.objects.filter(pk=job.pk, finished_at=None).update(finished_at=timezone.now(), **columns)
