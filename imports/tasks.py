"""What jobs of imports do, and what happens to imports every night."""

from django.utils.translation import gettext_lazy as _

from imports.checking import check_of
from imports.forgetting import forget_old
from jobs.registry import daily, job
from jobs.services import progress


@job("imports.check", title=_("A file is checked"))
def check(job, *, number):
    """Check the whole file; begun again, it is checked anew."""
    return check_of(job, number, tell=lambda step, of: progress(job, step, of=of))


@daily("imports.forget")
def forget_imports():
    forget_old()
