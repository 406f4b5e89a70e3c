"""What jobs of imports do, and what happens to imports every night."""

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from imports import reverting, running
from imports.checking import check_of
from imports.forgetting import forget_old
from imports.models import Import
from jobs.models import Job
from jobs.registry import daily, job
from jobs.services import paced


@job("imports.check", title=_("A file is checked"))
def check(job, *, number):
    """Check the whole file; begun again, it is checked anew."""
    tell = paced(job)
    return check_of(job, number, tell=lambda step, of: tell(step, of=of))


@job(running.JOB, title=_("Import"), in_steps=True)
def run_import(job: Job, *, number: int) -> dict:
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
    importing = Import.objects.without_samples().get(pk=number)
    return {"text": running.told(importing), "url": importing.get_absolute_url()}


@job(reverting.JOB, title=_("Take an import back"), in_steps=True)
def revert(job: Job, *, number: int) -> dict:
    """Take back what an import did, from where it stands."""
    reverting.run(job, number)
    one = Import.objects.without_samples().get(pk=number)
    return {"text": reverting.told(one), "url": one.get_absolute_url()}


@daily("imports.forget")
def forget_imports():
    forget_old()
