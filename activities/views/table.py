"""The list of activities: mine unless asked otherwise, by day, each done with one click."""

from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.policies import may_write
from activities import table
from activities.exporting import EXPORT
from activities.forms import assignees_to_choose, types_to_choose
from activities.models import SUBJECTS
from core.web import page
from lists.keyset import paginate
from lists.selection import pairs_of


@require_GET
def show_list(request):
    return page(request, "activities/list.html", rows(request, request.GET), parts=["results"])


def rows(request, query):
    """Context of the list that ``query`` asks for."""
    found = paginate(
        table.matching(query, request.user),
        table.walks(query),
        after=query.get("after"),
        before=query.get("before"),
        load=lambda activities: activities.select_related("type", "assignee", *SUBJECTS),
    )
    return {
        "page": found,
        "activities": found.rows,
        "view": table.view_of(query),
        "views": table.VIEWS,
        "everybody": table.EVERYBODY,
        "assignee": query.get("assignee") or str(request.user.pk),
        "type": query.get("type", ""),
        "assignees": assignees_to_choose(),
        "types": types_to_choose(),
        "selection_filters": pairs_of(query, *EXPORT.filters),
        "may_write": may_write(request.user),
        "here": f"{reverse('activities:list')}?{query.urlencode()}",
        "is_table": True,
    }
