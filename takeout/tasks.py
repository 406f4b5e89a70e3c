"""Everything is packed by a job, and the archive goes after a week."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.policies import may_administer, require
from exports.keeping import forget, put
from jobs.registry import daily, job
from jobs.services import paced
from takeout.packing import pack
from takeout.services import JOB


# In a transaction of its own, which sees one moment and writes nothing.
@job(JOB, title=_("Export of everything"), in_steps=True)
def pack_everything(job):
    """Write the archive; a second run writes it anew."""
    require(may_administer(job.by))
    tell = paced(job)
    with put(job, "zip") as file:
        number = pack(file, user=job.by, tell=lambda step, of: tell(step, of=of))
    told = ngettext(
        "Everything is in one archive, with %(count)d file.",
        "Everything is in one archive, with %(count)d files.",
        number,
    )
    return {"text": told % {"count": number}, "url": reverse("takeout:show")}


@daily("takeout.forget")
def forget_old():
    forget(JOB)
