"""The selected leads as a file for a spreadsheet, in the columns that the list shows."""

from urllib.parse import urlsplit

from django.http import FileResponse, Http404, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import require
from core.web import redirect_after, safe_next
from jobs.models import Job
from leads.acts import LEADS
from leads.exporting import JOB, columns_on, file_of, lines_of, start_export
from lists import acting


@require_POST
def export(request):
    """Send the file line by line; a long one is written by a job. Whoever may see may export."""
    leads = LEADS.chosen(request.POST, request.user)
    number = leads.count()
    page = QueryDict(urlsplit(safe_next(request, "leads:inbox")).query)
    shown = columns_on(page, request.user)
    if number > acting.LARGEST_REQUEST:
        job = start_export(request.POST, shown, number, by=request.user)
        return redirect_after(request, job)
    lines = in_words_of(request.user, lines_of(leads, shown, request.user))
    return as_file(StreamingHttpResponse(lines))


def in_words_of(user, lines):
    """``lines`` in the language and the time zone of ``user``, wherever they are read."""
    with translation.override(user.language), timezone.override(user.time_zone):
        yield from lines


@require_GET
def export_file(request, number):
    """What a job has written, for nobody but whoever asked for it, as long as they see leads."""
    require(bool(request.user.role))
    own = Job.objects.filter(kind=JOB, status=Job.Status.DONE, by=request.user)
    path = file_of(get_object_or_404(own, pk=number))
    if not path.exists():
        raise Http404
    return as_file(FileResponse(path.open("rb")))


def as_file(response):
    name = f"{_('Leads')} {timezone.localdate():%Y-%m-%d}.csv"
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
