"""What is no longer needed of an import goes; what it did stays known."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from core.errors import Missing
from files.storing import put, storage
from imports.forgetting import BeingChecked, delete_import, forget_old
from imports.holding import AlreadyRun
from imports.matching import match
from imports.models import Import, Row, Trace
from imports.reporting import rows_told
from jobs.models import Job
from tests.factories import CorrectionFactory, ImportFactory, RowFactory, TraceFactory

pytestmark = pytest.mark.django_db
Stage = Import.Stage
LONG_AGO, LATELY = (timezone.now() - timedelta(days=days) for days in (31, 29))


def test_what_has_not_run_is_deleted_with_its_file(alice, django_capture_on_commit_callbacks):
    one = ImportFactory(by=alice, stage=Stage.CHECKED)
    RowFactory(of=one)
    with django_capture_on_commit_callbacks(execute=True):
        delete_import(one, by=alice)
    assert not Import.objects.exists()
    assert not storage().exists(one.key)


def test_what_has_run_or_is_checked_right_now_is_not_deleted(alice, bob):
    with pytest.raises(AlreadyRun):
        delete_import(ImportFactory(by=alice, stage=Stage.DONE), by=alice)
    job = Job.objects.create(kind="imports.check", by=alice)
    one = ImportFactory(by=alice, stage=Stage.CHECKING, job=job)
    with pytest.raises(BeingChecked):
        delete_import(one, by=alice)
    with pytest.raises(Missing):
        delete_import(one, by=bob)
    Job.objects.update(status=Job.Status.FAILED)
    delete_import(one, by=alice)


def test_a_month_after_its_end_file_and_rows_go(alice, django_capture_on_commit_callbacks):
    old, new = (
        ImportFactory(by=alice, stage=Stage.DONE, finished_at=at) for at in (LONG_AGO, LATELY)
    )
    for one in (old, new):
        RowFactory(of=one)
        CorrectionFactory(of=one)
        TraceFactory(of=one)
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old() == 1
    key = old.key
    old.refresh_from_db()
    assert old.is_forgotten
    assert not storage().exists(key)
    assert Row.objects.get().of == new
    assert not old.corrections.exists()
    assert Trace.objects.filter(of=old).exists()
    assert forget_old() == 0


def test_how_many_rows_a_run_left_out_is_known_thereafter(alice):
    told = {"rows": {"ready": 2, "skipped": 0, "refused": 0}}
    one = ImportFactory(
        by=alice, stage=Stage.DONE, finished_at=LONG_AGO, counts=told, row_count=2, done_to=2
    )
    RowFactory(of=one, number=1)
    RowFactory(of=one, number=2, verdict=Row.Verdict.REFUSED)
    forget_old()
    one.refresh_from_db()
    assert (rows_told(one)["imported"], rows_told(one)["refused"]) == (1, 1)


def test_what_was_left_lying_goes_as_a_whole_and_what_runs_stays(alice):
    ImportFactory(by=alice, stage=Stage.COLUMNS, touched_at=LONG_AGO)
    young = ImportFactory(by=alice, stage=Stage.COLUMNS, touched_at=LATELY)
    running = ImportFactory(by=alice, stage=Stage.RUNNING, touched_at=LONG_AGO)
    forget_old()
    assert list(Import.objects.order_by("pk")) == [young, running]


def test_what_somebody_still_works_at_stays_however_old(alice):
    one = ImportFactory(
        by=alice, stage=Stage.CHECKED, created_at=LONG_AGO, touched_at=LONG_AGO, samples=[]
    )
    match(one, [{"field": None, "options": {}}] * 2, by=alice)
    forget_old()
    assert Import.objects.get() == one


def test_what_is_checked_right_now_stays(alice):
    job = Job.objects.create(kind="imports.check", by=alice)
    ImportFactory(by=alice, stage=Stage.CHECKING, job=job, touched_at=LONG_AGO)
    forget_old()
    assert Import.objects.exists()
    Job.objects.update(status=Job.Status.FAILED)
    forget_old()
    assert not Import.objects.exists()


def test_a_file_that_belongs_to_no_import_goes_after_a_day():
    one = ImportFactory()
    lost = put(ContentFile(b"half"), key=f"imports/{'a' * 40}")
    forget_old()
    assert storage().exists(lost)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        forget_old()
    assert not storage().exists(lost)
    assert storage().exists(one.key)
