"""Work in steps: what is committed stays, and it goes on from there, alone with its job."""

from types import SimpleNamespace

import pytest
from django.db import connection

from jobs import services, tasks
from jobs.models import Job
from labels.models import Label
from tests.jobs import kinds  # noqa: F401  (registers its kinds)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def little_patience(monkeypatch):
    monkeypatch.setattr(services, "PATIENCE", (0, 0))


def test_it_goes_on_from_where_it_stood_when_it_lost_the_database(alice):
    job = services.start("tests.steps", by=alice, of=4, number=4, trouble=[1, 3])

    job = services.run_now(job)

    assert (job.status, job.step, job.result["text"]) == (Job.Status.DONE, 4, "All of them.")
    assert sorted(Label.objects.values_list("name", flat=True)) == [
        "Label 0",
        "Label 1",
        "Label 2",
        "Label 3",
    ]


def test_what_it_committed_stays_when_it_fails(alice, caplog):
    job = services.run_now(services.start("tests.stumble", by=alice))

    assert job.status == Job.Status.FAILED
    assert job.error.endswith("What was done until then is kept.")
    assert "secret" not in job.error
    assert Label.objects.count() == 1


def test_a_database_that_stays_away_ends_it(alice, caplog):
    job = services.start("tests.steps", by=alice, number=4, trouble=[0, 0, 0])

    assert services.run_now(job).status == Job.Status.FAILED
    assert not Label.objects.exists()


def test_its_patience_begins_anew_whenever_it_gets_on(alice):
    job = services.start("tests.steps", by=alice, number=4, trouble=[0, 1, 1, 2, 3])
    assert services.run_now(job).status == Job.Status.DONE


def test_who_gets_on_between_two_interruptions_is_not_given_up(alice):
    job = services.start("tests.steps", by=alice, number=4, trouble=[])
    stalled = SimpleNamespace(task_name=tasks.run_job.name, task_kwargs={"job_id": job.pk})

    def interrupted():
        return tasks.may_be_tried_again(stalled)

    assert all(interrupted() for _time in range(tasks.MOST_ATTEMPTS - 1))
    services.advance(job, 1)
    assert all(interrupted() for _time in range(tasks.MOST_ATTEMPTS - 1))
    assert not interrupted()


def test_only_one_process_is_at_it_and_gives_it_free_again(alice):
    job = services.start("tests.steps", by=alice, number=1, trouble=[])
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [services.LOCK_SPACE, job.pk])
            with pytest.raises(services.RunsElsewhere):
                services.run_now(job)
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [services.LOCK_SPACE, job.pk])
            assert services.run_now(job).status == Job.Status.DONE
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [services.LOCK_SPACE, job.pk])
            assert cursor.fetchone() == (True,)
    finally:
        other.close()


def test_who_was_interrupted_once_too_often_is_told_what_stays(alice):
    job = services.start("tests.steps", by=alice, number=4, trouble=[])
    tasks.give_up(job.pk)
    job.refresh_from_db()
    assert job.error == ("This was interrupted several times. What was done until then is kept.")
