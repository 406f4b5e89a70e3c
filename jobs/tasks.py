"""What the worker does: run jobs, and look after those whose worker died.

A worker tells every ten seconds that it lives. When one falls silent for half a minute, what it
was doing is given to another; a job that was given out too often without getting on is ended
instead, because it may be the job itself that kills its workers.
"""

import logging

from asgiref.sync import sync_to_async
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as queue
from procrastinate.jobs import Status

from jobs import services
from jobs.models import Job
from jobs.registry import DAILY

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 4
SILENCE = 30  # seconds without a sign of life
KEPT_HOURS = 24


@queue.task(
    name="jobs.tasks.run_job",
    retry=RetryStrategy(wait=30, retry_exceptions=[services.RunsElsewhere]),
)
def run_job(job_id: int) -> None:
    """Bring one job to its end. Running it again once it is over does nothing."""
    services.run_now(Job(pk=job_id))


@queue.periodic(cron="* * * * * */30")
@queue.task(name="jobs.tasks.retry_stalled", queueing_lock="jobs.tasks.retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """Give the jobs of dead workers to living ones, twice a minute."""
    manager = queue.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
        if await sync_to_async(may_be_tried_again)(stalled):
            await manager.retry_job(stalled)
            continue
        logger.error("Gave up on %s after %s attempts", stalled.call_string, MOST_ATTEMPTS)
        await manager.finish_job(stalled, status=Status.FAILED, delete_job=False)
        if stalled.task_name == run_job.name:
            await queue.configure_task("jobs.tasks.give_up").defer_async(**stalled.task_kwargs)


def may_be_tried_again(stalled) -> bool:
    """Whether another worker may take what was ``stalled``; notes that it was interrupted."""
    if stalled.task_name != run_job.name:
        return stalled.attempts + 1 < MOST_ATTEMPTS
    job = Job.objects.filter(pk=stalled.task_kwargs["job_id"])
    job.update(interruptions=F("interruptions") + 1)
    return job.filter(interruptions__lt=MOST_ATTEMPTS).exists()


@queue.task(name="jobs.tasks.give_up")
def give_up(job_id: int) -> None:
    """Tell the owner of a job that it was interrupted once too often."""
    job = Job.objects.select_related("by").get(pk=job_id)
    with translation.override(job.by.language):
        words = (_("This was interrupted several times."), services.what_stays(job))
        services.fail(job, " ".join(words))


@queue.periodic(cron="7 * * * *")
@queue.task(name="jobs.tasks.forget_old", queueing_lock="jobs.tasks.forget_old")
async def forget_old(timestamp: int) -> None:
    """Drop the queue's memory of what succeeded long ago; the jobs themselves stay."""
    await queue.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)


@queue.periodic(cron="17 3 * * *")
@queue.task(name="jobs.tasks.run_daily", queueing_lock="jobs.tasks.run_daily")
def run_daily(timestamp: int) -> None:
    """Do what the apps registered for every night; what fails does not keep the rest from it."""
    for name, run in DAILY.items():
        try:
            run()
        except Exception:
            logger.exception("The daily work %s failed", name)
