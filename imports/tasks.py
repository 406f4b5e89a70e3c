"""What jobs of imports do."""

from django.utils.translation import gettext_lazy as _

from imports import reverting
from imports.models import Import
from jobs.registry import job


@job(reverting.JOB, title=_("Take an import back"), in_steps=True)
def revert(job, *, number):
    reverting.run(job, number)
    one = Import.objects.get(pk=number)
    return {"text": reverting.told(one), "url": one.get_absolute_url()}
