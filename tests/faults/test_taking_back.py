"""Taking an import back is killed at random moments, in three ways: it goes on and ends as if
nothing had been.
"""

import random
import time
from functools import partial

import pytest
from django.core.management import call_command

from deals.models import Deal
from deals.services.items import add_line
from history.models import Event, Operation
from imports import reverting, running
from imports.models import ExternalId, Import, Row, Trace
from jobs import services as jobs
from jobs.models import Job
from opportunities import services as opportunities
from tests.factories import (
    DealFactory,
    ExternalIdFactory,
    LostReasonFactory,
    PersonFactory,
    PipelineFactory,
    StageFactory,
    UserFactory,
)
from tests.faults import killing
from tests.faults.test_imports import run
from tests.imports.everything import TABLES, everything, wiped
from tests.imports.runs import checked, choosing

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

STRIKES = 17  # of each sort
KNOWN, NEW, AT_ONCE = 30, 20, 5


@pytest.mark.parametrize("fault", killing.FAULTS)
def test_what_is_killed_goes_on_and_ends_as_what_is_undisturbed(fault, capsys, monkeypatch):
    monkeypatch.setattr(reverting, "AT_ONCE", AT_ONCE)
    user, reason = UserFactory(), LostReasonFactory()
    pipeline = PipelineFactory(is_default=True)
    stages = [StageFactory(pipeline=pipeline, position=number) for number in range(2)]
    dice = random.Random(20261126)
    job = begun(user, stages, reason)
    began = time.monotonic()
    run(job)
    usual, undisturbed = time.monotonic() - began, state()
    halfway = 0
    for _strike in range(STRIKES):
        job = begun(user, stages, reason)
        killing.strike(
            partial(jobs.run_now, job), killing.FAULTS[fault], after=dice.uniform(0, 1.2 * usual)
        )
        halfway += 0 < Import.objects.get().counts["reverted"]["step"] < undisturbed[1]["step"]
        run(job)
        assert state() == undisturbed
        call_command("check_invariants", verbosity=0)
    with capsys.disabled():
        print(f"\n{fault}: {STRIKES} strikes, {halfway} of them halfway through, all of them whole")


def begun(user, stages, reason):
    """The job that takes back an import of deals with people and products: of some that it moved,
    won or lost, of some that it made, and of some that somebody changed since.
    """
    for model in (Trace, ExternalId, Row, Import, Event, Operation, Job):
        model.objects.all()._raw_delete("default")
    wiped(*reversed(TABLES))
    ends = ({"status": "won"}, {"status": "lost", "lost_reason": reason.pk}, {})
    rows = []
    for number in range(KNOWN):
        deal = DealFactory(
            owner=user,
            stage=stages[0],
            title=f"Known {number}",
            person=PersonFactory(owner=user, name=f"P {number}"),
        )
        if number % 2:
            add_line(deal, {"name": "Own", "price": 20}, by=user)
        ExternalIdFactory(kind="deal", record_id=deal.pk, external_id=f"{number}", of=None)
        rows.append({"title": f"Named {number}", "stage": stages[1].pk, **ends[number % 3]})
    rows += [{"title": f"New {number}", "stage": stages[0].pk} for number in range(NEW)]
    said = [
        {
            "deal": row | {"external_id": f"{number}"},
            "person": {
                "name": f"Q {number}",
                "emails": [{"address": f"q{number // 3}@x.example", "kind": "work"}],
            },
            "line": {"name": "Brought", "price": "30"},
            "note": {"text": f"Said {number}."},
        }
        for number, row in enumerate(rows)
    ]
    how = choosing("deal.external_id", "deal.title", "person.email", deal="update")
    run(running.start(checked(user, *said, kind="deal", name="deals.csv", **how), by=user).job)
    for deal in Deal.objects.filter(title__in=["Named 5", "New 5"]).order_by("pk"):
        opportunities.change(deal, {"title": "Changed"}, by=user)
    return reverting.start(Import.objects.get(), by=user).job


def state():
    """All that is left, without numbers and moments."""
    one = Import.objects.get()
    assert one.stage == Import.Stage.REVERTED
    counts = {
        name: one.counts["reverted"][name] for name in ("removed", "restored", "left", "step")
    }
    traces = Trace.objects.order_by("kind", "number").values_list("kind", "number", "what", "left")
    return everything(), counts, list(traces), ExternalId.objects.count()
