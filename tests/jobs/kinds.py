"""Kinds of jobs for tests only; importing this module registers them, in a worker too."""

import time
from pathlib import Path

from core.errors import Refused
from jobs import services
from jobs.registry import job
from labels.models import Label


@job("tests.label", title="Making a label")
def make_label(job, *, name):
    label = Label.objects.create(name=name)
    services.progress(job, 1)
    return {"text": f"{label} was made.", "url": "/leads/", "undo": "/history/1/undo/"}


@job("tests.refuse")
def refuse(job):
    Label.objects.create(name="Never")
    raise Refused("The archive is closed today.")


@job("tests.break")
def break_down(job):
    Label.objects.create(name="Never")
    raise RuntimeError("secret detail")


@job("tests.slow")
def make_label_slowly(job, *, name, flag):
    """Writes, tells how far it is, then waits as long as ``flag`` does not exist."""
    Label.objects.create(name=name)
    services.progress(job, 1)
    while not Path(flag).exists():
        time.sleep(0.05)
    return {"text": "Slow but done."}
