"""Jobs are queued with what they belong to, end exactly once, and tell their owner how."""

from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from jobs import services
from jobs.models import Job
from labels.models import Label
from tests.jobs import kinds  # noqa: F401  (registers its kinds)


def test_a_job_is_queued_in_the_transaction_that_starts_it(alice):
    with transaction.atomic():
        services.start("tests.label", by=alice, name="Hot")
        assert ProcrastinateJob.objects.count() == 1
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_a_kind_that_nobody_registered_is_a_mistake(alice):
    with pytest.raises(LookupError):
        services.start("tests.unheard_of", by=alice)
    assert not Job.objects.exists()


def test_a_job_does_its_work_and_keeps_its_result(alice):
    job = services.run_now(services.start("tests.label", by=alice, of=1, name="Hot"))

    assert job.status == Job.Status.DONE
    assert job.result["text"] == "Hot was made."
    assert job.finished_at is not None
    assert Label.objects.get().name == "Hot"


def test_a_job_that_is_over_does_nothing(alice):
    job = services.run_now(services.start("tests.label", by=alice, name="Hot"))
    again = services.run_now(job)

    assert again.finished_at == job.finished_at
    assert Label.objects.count() == 1


def test_a_refusal_is_told_in_its_own_words_and_nothing_stays(alice):
    job = services.run_now(services.start("tests.refuse", by=alice))

    assert job.status == Job.Status.FAILED
    assert job.error == "The archive is closed today."
    assert not Label.objects.exists()


def test_an_error_is_logged_and_told_without_its_details(alice, caplog):
    job = services.run_now(services.start("tests.break", by=alice))

    assert job.status == Job.Status.FAILED
    assert "secret" not in job.error
    assert "secret detail" in caplog.text
    assert not Label.objects.exists()


def test_jobs_of_someone_who_left_are_not_done(alice):
    job = services.start("tests.label", by=alice, name="Hot")
    alice.is_active = False
    alice.save()

    assert services.run_now(job).status == Job.Status.FAILED
    assert not Label.objects.exists()


def test_a_job_that_ended_stays_as_it_ended(alice):
    job = services.run_now(services.start("tests.label", by=alice, name="Hot"))
    services.fail(job, "Too late")
    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    assert job.error == ""


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_transaction_is_open(alice):
    job = services.start("tests.label", by=alice, of=10, name="Hot")
    with transaction.atomic():
        Label.objects.create(name="Not yet")
        services.progress(job, 4)
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute('SELECT step, "of", status FROM jobs_job WHERE id = %s', [job.pk])
                assert cursor.fetchone() == (4, 10, "running")
                cursor.execute("SELECT count(*) FROM labels_label")
                assert cursor.fetchone() == (0,)
        finally:
            other.close()


def test_work_that_tells_all_the_time_is_heard_once_a_second(monkeypatch):
    job, heard = Job(), []
    moments = iter([10, 10.2, 10.9, 11, 11.5, 13])
    clock = SimpleNamespace(monotonic=lambda: next(moments))
    monkeypatch.setattr(services, "time", clock)
    monkeypatch.setattr(services, "progress", lambda _job, step, *, of: heard.append((step, of)))
    tell = services.paced(job)
    for step in range(6):
        tell(step, of=9)
    assert heard == [(0, 9), (3, 9), (5, 9)]


@pytest.mark.django_db(transaction=True)
def test_a_job_at_work_elsewhere_is_left_alone(alice):
    job = services.start("tests.label", by=alice, name="Hot")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [services.LOCK_SPACE, job.pk])
            with pytest.raises(services.RunsElsewhere):
                services.run_now(job)
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [services.LOCK_SPACE, job.pk])
    finally:
        other.close()
    job.refresh_from_db()
    assert job.status == Job.Status.WAITING
    assert services.run_now(job).status == Job.Status.DONE
