"""Imports as jobs: the run."""

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from imports import running
from imports.models import Import
from jobs.models import Job
from jobs.registry import job


@job(running.JOB, title=_("Import"), in_steps=True)
def run(job: Job, *, number: int) -> dict:
    """Run an import, from where it stands. What goes wrong, other than that the database went away,
    ends it where it is.
    """
    try:
        running.run(job, number)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        running.fail(Import(pk=number), job)
        raise
    importing = Import.objects.get(pk=number)
    return {"text": running.told(importing), "url": importing.get_absolute_url()}
