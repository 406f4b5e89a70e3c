"""What imports leave to the worker."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imports.checking import NotToCheck, check
from imports.models import Import
from jobs.registry import job
from jobs.services import progress


@job("imports.check", title=gettext_lazy("A file is checked"))
def check_file(job, *, number):
    """Check the whole file; begun again, it is checked anew."""
    importing = Import.objects.select_related("by").get(pk=number)
    counts = check(importing, tell=lambda done: progress(job, done, of=importing.row_count or 0))
    checked = {"stage": Import.Stage.CHECKED, "counts": counts, "row_count": importing.row_count}
    waiting = Import.objects.filter(pk=number, stage=Import.Stage.CHECKING, job=job)
    if not waiting.update(**checked):
        raise NotToCheck(_("This import was changed meanwhile. Check it once more."))
    return {"text": str(_("The file is checked.")), "url": importing.get_step_url()}
