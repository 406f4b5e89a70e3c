"""The inbox and the archive: one table with views, filters and orders, and a lead beside it."""

from django.views.decorators.http import require_GET

from core.web import aimed_at, page
from leads.inbox import INBOX
from leads.views.detail import beside, panel_of
from opportunities.pages.table import shown_on


@require_GET
def inbox(request):
    return table(request, request.GET)


@require_GET
def archived(request):
    query = request.GET.copy()
    query["view"] = "archived"
    return table(request, query)


def table(request, query):
    context = shown_on(request, query, INBOX)
    if aimed_at(request) != "results" and (lead := beside(request)):
        context |= {"peek": lead, "beside": lead.pk, **panel_of(lead)}
    return page(request, "leads/inbox.html", context, parts=["results"])
