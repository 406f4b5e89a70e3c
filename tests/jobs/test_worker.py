"""A real worker, killed midway: its job is found by the next one and done exactly once."""

import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from jobs import services
from jobs.models import Job
from labels.models import Label
from tests.jobs import kinds  # noqa: F401  (registers its kinds)

PATIENCE = 60


@pytest.fixture
def worker(tmp_path):
    """``worker()`` starts a job worker on the test database; every one is gone in the end."""
    address = connection.settings_dict
    url = (
        f"postgresql://{quote(address['USER'])}:{quote(address['PASSWORD'])}@/{address['NAME']}"
        f"?host={quote(address['HOST'], safe='')}&port={address['PORT']}"
    )
    started = []
    empty_the_queue()  # Django empties only the tables of its own models between tests

    def start():
        with (tmp_path / f"worker-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.worker"],
                cwd=settings.BASE_DIR,
                env=os.environ | {"DATABASE_URL": url, "CARNET_ENV": "test"},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    empty_the_queue()


def empty_the_queue():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def wait_until(true, what):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_found_and_done_once(alice, worker, tmp_path):
    flag = tmp_path / "go"
    job = services.start("tests.slow", by=alice, of=2, name="Slow", flag=str(flag))

    victim = worker()
    wait_until(lambda: Job.objects.get(pk=job.pk).step == 1, "the first worker is in the middle")
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    assert not Label.objects.exists()
    fall_silent()

    flag.touch()
    worker()
    wait_until(lambda: Job.objects.get(pk=job.pk).is_over, "the second worker has done it")

    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    assert job.result == {"text": "Slow but done."}
    assert Label.objects.count() == 1
    # The queue notes the end of its own task a moment after the job's transaction.
    queued = ProcrastinateJob.objects.filter(task_name="jobs.tasks.run_job")
    wait_until(lambda: queued.get().attempts == 2, "the queue has counted both attempts")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_job_that_kills_its_workers_is_given_up(alice, worker, tmp_path):
    job = services.start("tests.slow", by=alice, name="Slow", flag=str(tmp_path / "never"))
    victim = worker()
    wait_until(lambda: Job.objects.get(pk=job.pk).step == 1, "the worker is in the middle")
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    Job.objects.update(interruptions=3)
    fall_silent()

    worker()
    wait_until(lambda: Job.objects.get(pk=job.pk).is_over, "it is given up")
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED
    assert "interrupted" in job.error
    assert not Label.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_long_jobs_keep_a_short_one_from_nothing(alice, worker, tmp_path):
    flag = tmp_path / "go"
    long = [
        services.start("tests.slow", by=alice, name=f"Slow {each}", flag=str(flag))
        for each in range(2)
    ]
    short = services.start("tests.label", by=alice, name="Quick")
    worker()
    wait_until(lambda: Job.objects.get(pk=short.pk).is_over, "the short job is done")
    at_work = Job.objects.filter(pk__in=[job.pk for job in long], finished_at=None)
    wait_until(lambda: at_work.filter(step=1).count() == 2, "both long ones are in the middle")
    flag.touch()
    wait_until(lambda: not at_work.exists(), "they are done, too")
    assert Label.objects.count() == 3


def fall_silent():
    """Let the dead worker's last sign of life be long ago, instead of waiting half a minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'"
        )
