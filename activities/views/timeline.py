"""A record's timeline as a part of its own: by type, and what came before."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from activities.views.parts import happened, record_at
from conversion.queries import lives_of
from core.web import aimed_at


@require_GET
def show_timeline(request, kind, pk):
    """The timeline htmx asked for, or only the older entries; a browser gets the record's page."""
    record = record_at(f"{kind}:{pk}", request.user)
    if not request.htmx:
        return redirect(record)
    context = happened(record, lives_of(record), request.user, request.GET)
    part = "entries" if aimed_at(request) == "older" else "timeline"
    return render(request, f"activities/_{part}.html", context)
