"""The selected records as a file for a spreadsheet, in the columns that the list shows."""

from urllib.parse import urlsplit

from django.http import FileResponse, Http404, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.http import content_disposition_header

from accounts.policies import may_look, require
from core.web import redirect_after, safe_next
from jobs.models import Job
from lists import acting
from opportunities.exporting import file_of, lines_of


def export(request, of):
    """Send the file line by line; a long one is written by a job. Whoever may see may export."""
    records = of.acts.chosen(request.POST, request.user)
    number = records.count()
    page = QueryDict(urlsplit(safe_next(request, of.acts.home)).query)
    shown = of.acts.of.columns_on(page, request.user)
    if number > acting.LARGEST_REQUEST:
        job = of.start(request.POST, shown, number, by=request.user)
        return redirect_after(request, job)
    lines = in_words_of(request.user, lines_of(records, shown, request.user))
    return as_file(StreamingHttpResponse(lines), of)


def in_words_of(user, lines):
    """``lines`` in the language and the time zone of ``user``, wherever they are read."""
    with translation.override(user.language), timezone.override(user.time_zone):
        yield from lines


def export_file(request, of, number):
    """What a job has written, for nobody but whoever asked for it, as long as they see records."""
    require(may_look(request.user))
    own = Job.objects.filter(kind=of.job, status=Job.Status.DONE, by=request.user)
    path = file_of(get_object_or_404(own, pk=number))
    if not path.exists():
        raise Http404
    return as_file(FileResponse(path.open("rb")), of)


def as_file(response, of):
    name = f"{of.acts.of.title} {timezone.localdate():%Y-%m-%d}.csv"
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
