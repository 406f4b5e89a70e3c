"""The list of deals: one table with views, filters and orders, and a deal beside it."""

from django.views.decorators.http import require_GET

from core.lookups import number_in
from core.web import aimed_at, page
from deals.table import TABLE, counted
from deals.views.detail import shown_to
from deals.views.panel import panel_of
from opportunities.pages.table import shown_on


@require_GET
def table(request):
    context = shown_on(request, request.GET, TABLE, counted=counted)
    if aimed_at(request) != "results" and (deal := beside(request)):
        context |= {"peek": deal, "beside": deal.pk, **panel_of(request, deal)}
    return page(request, "deals/list.html", context, parts=["results"])


def beside(request):
    """The deal that ``?peek=`` asks for beside the list, if it is there and may be seen."""
    pk = number_in(request.GET.get("peek", ""))
    return None if pk is None else shown_to(request.user, pk)
