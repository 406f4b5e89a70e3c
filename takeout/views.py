"""Everything a company has, for an admin to take along."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import may_administer, require
from core.web import redirect_after
from exports.keeping import KEPT_DAYS, file_of
from jobs.models import Job
from takeout.services import JOB, start_packing

MOST_SHOWN = 10


@require_GET
def show(request):
    """What it is, and the archives there are: who asked for each, and one's own to download."""
    require(may_administer(request.user))
    latest = Job.objects.filter(kind=JOB).select_related("by").order_by("-pk")[:MOST_SHOWN]
    archives = [(job, size_of(job) if job.by_id == request.user.pk else None) for job in latest]
    context = {"archives": archives, "days": KEPT_DAYS}
    return render(request, "takeout/show.html", context)


@require_POST
def start(request):
    return redirect_after(request, start_packing(by=request.user))


@require_GET
def archive(request, number):
    """An archive, for nobody but whoever asked for it, as long as they are an admin."""
    require(may_administer(request.user))
    own = Job.objects.filter(kind=JOB, status=Job.Status.DONE, by=request.user)
    job = get_object_or_404(own, pk=number)
    path = file_of(job, "zip")
    if not path.exists():
        raise Http404
    response = FileResponse(path.open("rb"), content_type="application/zip")
    name = f"{_('Everything')} {timezone.localdate(job.created_at):%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def size_of(job):
    path = file_of(job, "zip")
    return path.stat().st_size if job.status == Job.Status.DONE and path.exists() else None
