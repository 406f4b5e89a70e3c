"""The list of activities: mine unless asked otherwise, by day, each done with one click."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.policies import may_write
from activities import table
from activities.exporting import EXPORT
from activities.forms import assignees_to_choose, types_to_choose
from activities.models import SUBJECTS
from activities.queries import visible_activities
from core.web import page
from history.queries import acts_told
from history.sentences import TOUCHED
from lists.keyset import paginate
from lists.narrowing import left_of
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
        "acts": query.getlist("act"),
        "chips": chips(query, request.user),
        "selection_filters": pairs_of(query, *EXPORT.filters),
        "may_write": may_write(request.user),
        "here": address(query),
        "is_table": True,
    }


def chips(query, user):
    """The acts that ``query`` asks for, each with the address of the list without it."""
    asked = [each for each in query.getlist("act") if each]
    told = dict(acts_told(asked, visible_activities(user), user, among=table.among_told))
    return [
        (TOUCHED, told.get(each, _("no longer there")), address(left_of(query, "act", each)))
        for each in asked
    ]


def address(query):
    return f"{reverse('activities:list')}?{query.urlencode()}"
