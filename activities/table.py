"""What the list of activities shows: views, filters, and walks along the days."""

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from activities.models import Activity
from activities.queries import visible_activities
from core.lookups import number_in
from lists.keyset import Walk

VIEWS = {
    "to_do": _("To do"),
    "overdue": _("Overdue"),
    "today": _("Today"),
    "upcoming": _("Upcoming"),
    "done": pgettext_lazy("view", "Done"),
}
EVERYBODY = "all"


def view_of(query: QueryDict) -> str:
    """The view that ``query`` names; everything to do unless it names one."""
    return query.get("view") if query.get("view") in VIEWS else "to_do"


def matching(query: QueryDict, user: User) -> QuerySet[Activity]:
    """The activities that ``query`` asks for among those ``user`` may see.

    One's own unless ``assignee`` says otherwise. What is put away with its record stays out.
    """
    found = visible_activities(user).exclude(lead__archived_at__isnull=False)
    found = found.exclude(deal__archived_at__isnull=False)
    found = found.exclude(project__archived_at__isnull=False)
    assignee, type_ = query.get("assignee", ""), number_in(query.get("type", ""))
    if assignee != EVERYBODY:
        found = found.filter(assignee=number_in(assignee) or user.pk)
    if type_:
        found = found.filter(type=type_)
    today = timezone.localdate()
    match view_of(query):
        case "done":
            return found.done()
        case "overdue":
            return found.undone().filter(due_on__lt=today)
        case "today":
            return found.undone().filter(due_on=today)
        case "upcoming":
            return found.undone().filter(due_on__gt=today)
    return found.undone()


def walks(query: QueryDict) -> tuple[Walk, ...]:
    """By day, earliest first; what is done, newest first."""
    order = ("-done_at", "-id") if view_of(query) == "done" else ("due_on", "id")
    return (Walk(Q(), order),)
