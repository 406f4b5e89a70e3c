"""The run of an import killed fifty times, in three ways: it goes on and ends as if nothing had
been.
"""

import random
import time
from functools import partial

import pytest
from django.core.management import call_command

from history.models import Event, Operation
from imports import running
from imports.models import ExternalId, Import, Row, Trace
from jobs import services as jobs
from jobs.models import Job
from leads.models import Lead
from tests.factories import LabelFactory, OrganizationFactory, UserFactory
from tests.faults import killing
from tests.imports.everything import TABLES, everything, wiped
from tests.imports.runs import checked, choosing

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

STRIKES = 17  # of each sort
ROWS, CHUNK = 300, 50
PATIENCE = 60


@pytest.mark.parametrize("fault", killing.FAULTS)
def test_a_killed_import_goes_on_and_ends_as_an_undisturbed_one(fault, capsys, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", CHUNK)
    user, label = UserFactory(), LabelFactory()
    dice = random.Random(20261126)
    began = time.monotonic()
    run(start(user, label))
    usual, undisturbed = time.monotonic() - began, state()
    halfway = 0
    for _strike in range(STRIKES):
        job = start(user, label)
        killing.strike(
            partial(jobs.run_now, job), killing.FAULTS[fault], after=dice.uniform(0, 1.2 * usual)
        )
        halfway += 0 < Import.objects.get().done_to < ROWS
        run(job)
        assert state() == undisturbed
        call_command("check_invariants", verbosity=0)
    with capsys.disabled():
        print(f"\n{fault}: {STRIKES} strikes, {halfway} of them halfway through, all of them whole")


def start(user, label):
    """The job of an import of rows that create, update and link, in an otherwise empty database."""
    for model in (Trace, ExternalId, Row, Import, Event, Operation, Job):
        model.objects.all()._raw_delete("default")
    wiped(*reversed(TABLES))
    OrganizationFactory(name="Bakery 1", owner=user)
    rows = [
        {
            "lead": {"title": f"Lead {number}", "labels": [label.pk], "external_id": f"{number}"},
            "person": {
                "name": f"P {number}",
                "emails": [{"address": f"p{number // 3}@x.example", "kind": "work"}],
            },
            "organization": {"name": f"Bakery {number // 5}", "website": f"{number}.example"},
            "note": {"text": f"Said {number}."},
        }
        for number in range(ROWS)
    ]
    how = choosing("lead.title", "person.email", "organization.name", organization="update")
    return running.start(checked(user, *rows, **how), by=user).job


def run(job):
    """What the next worker does: nothing, where the job is over."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            job = jobs.run_now(job)
        except jobs.RunsElsewhere:  # the session of the dead has not ended yet
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            break
    assert job.status == Job.Status.DONE, job.error


def state():
    """All that the import left, without numbers and moments."""
    importing = Import.objects.get()
    assert (importing.stage, importing.done_to) == (Import.Stage.DONE, ROWS)
    assert Lead.objects.count() == ROWS
    traces = Trace.objects.order_by("kind", "number").values_list(
        "kind", "number", "what", "before"
    )
    return everything(), importing.counts["done"], list(traces), ExternalId.objects.count()
