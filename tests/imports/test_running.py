"""Rows made by an import equal rows made in the pages; it starts once, resumes and is cancelled."""

import pytest

from history.models import Event
from imports import running
from imports.models import Import, Trace
from jobs import services as jobs
from leads.models import Lead
from tests.factories import ImportFactory, LabelFactory, RowFactory

pytestmark = pytest.mark.django_db


def checked(by, *rows, kind="lead", **columns):
    """A checked import of ``by`` whose rows say this."""
    importing = ImportFactory(
        by=by, kind=kind, stage=Import.Stage.CHECKED, row_count=len(rows), **columns
    )
    for number, said in enumerate(rows, start=1):
        RowFactory(of=importing, number=number, prepared=said)
    return importing


def ran(importing):
    """``importing`` as its run left it."""
    importing = running.start(importing, by=importing.by)
    jobs.run_now(importing.job)
    importing.job.refresh_from_db()
    assert importing.job.status == "done", importing.job.error
    importing.refresh_from_db()
    return importing


def test_a_row_makes_a_lead_with_its_contacts_label_and_note(alice):
    label = LabelFactory()
    importing = ran(
        checked(
            alice,
            {
                "lead": {
                    "title": "Desks",
                    "value": "12.50",
                    "currency": "EUR",
                    "labels": [label.pk],
                },
                "person": {
                    "name": "Zoé",
                    "emails": [{"address": "Zoe@X.example", "kind": "work"}],
                    "phones": [{"number": "+33 1", "kind": "mobile"}],
                },
                "organization": {"name": "Bakery"},
                "note": {"text": "Said **so**."},
            },
        )
    )

    lead = Lead.objects.get()
    assert (lead.title, str(lead.value), lead.currency) == ("Desks", "12.5000", "EUR")
    assert lead.person.organization == lead.organization
    assert [str(each) for each in lead.person.email_addresses.all()] == ["Zoe@X.example"]
    assert list(lead.labels.all()) == [label]
    assert lead.note_set.get().text == "Said **so**."
    assert importing.stage == Import.Stage.DONE
    assert importing.counts["done"] == {
        kind: {"created": 1} for kind in ("organization", "person", "lead", "note")
    }
    assert sorted(Event.objects.values_list("verb", flat=True)) == [
        "lead.created",
        "note.written",
        "organization.created",
        "person.created",
    ]
    assert Trace.objects.count() == 4
