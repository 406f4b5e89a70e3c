"""The list of projects: one table with views, filters and orders, and a project beside it."""

from django.views.decorators.http import require_GET

from core.lookups import number_in
from core.web import aimed_at, page
from opportunities.pages.table import shown_on
from projects.table import TABLE
from projects.views.detail import shown_to
from projects.views.panel import panel_of


@require_GET
def table(request):
    context = shown_on(request, request.GET, TABLE)
    if aimed_at(request) != "results" and (project := beside(request)):
        context |= {"peek": project, "beside": project.pk, **panel_of(request, project)}
    return page(request, "projects/list.html", context, parts=["results"])


def beside(request):
    """The project that ``?peek=`` asks for beside the list, if it is there and may be seen."""
    pk = number_in(request.GET.get("peek", ""))
    return None if pk is None else shown_to(request.user, pk)
