"""An import as a run leaves it, without the run: an act, the traces, and the counts."""

from django.utils import timezone

from history.services import begin, record
from imports.models import Import, Trace
from tests.factories import ImportFactory, TraceFactory

CHILDREN = {"activity": "activity.planned", "note": "note.written"}


def kind_of(record):
    return record._meta.model_name


def ran(by, *, created=(), updated=(), stage=Import.Stage.DONE, **columns):
    """An import of ``by`` that created these records, and updated those of (record, changes)."""
    operation, _new = begin("import.run", by=by)
    counts = {}
    one = ImportFactory(
        by=by, stage=stage, operation=operation, started_at=timezone.now(), **columns
    )
    for number, each in enumerate(created, 1):
        if verb := CHILDREN.get(kind_of(each)):
            told = {kind_of(each): [None, {"id": each.pk, "name": str(each)}]}
            record(operation, [each.about], verb=verb, changes=told)
        else:
            record(operation, [each], verb=f"{each.kind}.created")
        trace(one, each, number, counts)
    for number, (each, changes) in enumerate(updated, 1):
        record(operation, [each], verb=f"{each.kind}.changed", changes=changes)
        before = {name: value for name, (value, _after) in changes.items()}
        trace(one, each, number, counts, what=Trace.What.UPDATED, before=before)
    one.counts = {"done": counts}
    one.save()
    return one


def trace(one, record, number, counts, what=Trace.What.CREATED, before=None):
    kind = kind_of(record)
    TraceFactory(of=one, kind=kind, record_id=record.pk, number=number, what=what, before=before)
    told = counts.setdefault(kind, {})
    told[what] = told.get(what, 0) + 1
