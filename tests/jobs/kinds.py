"""Kinds of jobs for tests only; importing this module registers them, in a worker too."""

import time
from pathlib import Path

from django.db import connection, transaction

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


@job("tests.steps", in_steps=True)
def make_labels_one_by_one(job, *, number, trouble):
    """Commits each label with how far that is; at the steps in ``trouble`` the database ends the
    session, once each.
    """
    while (step := Label.objects.count()) < number:
        with transaction.atomic():
            Label.objects.create(name=f"Label {step}")
            services.advance(job, step + 1)
            if trouble and trouble[0] == step:
                trouble.pop(0)
                end_session()
    return {"text": "All of them."}


def end_session():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@job("tests.stumble", in_steps=True)
def stumble(job):
    with transaction.atomic():
        Label.objects.create(name="Kept")
    raise RuntimeError("secret detail")
