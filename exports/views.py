"""A list as a file for a spreadsheet: what it holds, in which format; and what a job wrote."""

from urllib.parse import urlsplit

from django.http import FileResponse, Http404, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policies import may_look, require
from core.web import page, redirect_after, safe_next
from exports import services
from exports.formats import FORMATS
from exports.forms import ExportForm
from exports.keeping import file_of
from exports.registry import EXPORTS
from jobs.models import Job
from lists.acting import asking
from lists.selection import selection_fields


@require_http_methods(["GET", "POST"])
def export(request, of):
    """Ask what the file is to hold, then send it; a long one is left to a job. Without ``save`` a
    POST only asks. Whoever may see may export.
    """
    require(may_look(request.user))
    of = named(of)
    asked = asking(request)
    home = safe_next(request, of.home)
    listed = QueryDict(urlsplit(home).query)
    records = of.chosen(asked, request.user)
    number = records.count()
    every = of.every(listed, request.user)
    shown = of.shown(listed, request.user, every)
    sent = request.POST if "save" in request.POST else None
    form = ExportForm(sent, shown=len(shown), every=len(every))
    if form.is_valid():
        columns = list(every.values()) if form.cleaned_data["columns"] == "all" else shown
        chosen = FORMATS[form.cleaned_data["file_format"]]
        if number > services.MOST_AT_ONCE:
            job = services.start_export(of, asked, listed, columns, chosen, number, by=request.user)
            return redirect_after(request, job)
        pieces = services.pieces_of(of, records, columns, chosen, request.user)
        return as_file(StreamingHttpResponse(pieces), of, chosen)
    context = {
        "form": form,
        "question": of.asks(number) % {"count": number},
        "is_long": number > services.MOST_AT_ONCE,
        "selection": selection_fields(asked, *of.filters),
        "next": home,
    }
    return page(request, "exports/export.html", context, parts=["export"])


@require_GET
def file(request, number):
    """What a job has written, for nobody but whoever asked for it, as long as they see records."""
    require(may_look(request.user))
    own = Job.objects.filter(kind=services.JOB, status=Job.Status.DONE, by=request.user)
    job = get_object_or_404(own, pk=number)
    of, chosen = named(job.arguments["export"]), FORMATS[job.arguments["file_format"]]
    path = file_of(job, chosen.suffix)
    if not path.exists():
        raise Http404
    return as_file(FileResponse(path.open("rb")), of, chosen)


def named(name):
    if name not in EXPORTS:
        raise Http404
    return EXPORTS[name]


def as_file(response, of, chosen):
    name = f"{of.title} {timezone.localdate():%Y-%m-%d}.{chosen.suffix}"
    response.headers["Content-Type"] = chosen.content_type
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
