"""Imports that were checked, their rows as the check would have left them, and their runs."""

from imports import running
from imports.models import Import, Row
from jobs import services as jobs
from tests.factories import ImportFactory, RowFactory


def checked(by, *rows, kind="lead", **columns):
    """A checked import of ``by`` whose rows say this of their records."""
    importing = ImportFactory(
        by=by, kind=kind, stage=Import.Stage.CHECKED, row_count=len(rows), **columns
    )
    Row.objects.bulk_create(
        RowFactory.build(of=importing, number=number, cells=["cell"], prepared=said)
        for number, said in enumerate(rows, start=1)
    )
    return importing


def ran(importing):
    """``importing`` as its run left it."""
    importing = running.start(importing, by=importing.by)
    job = jobs.run_now(importing.job)
    assert job.status == "done", job.error
    importing.refresh_from_db()
    return importing


def choosing(*fields, **choices):
    """Columns matched with ``fields``, and what becomes of records that are known already."""
    columns = [{"field": name, "options": {}} for name in fields]
    return {"columns": columns, "choices": choices, "headers": list(fields)}
