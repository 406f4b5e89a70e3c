"""What the list of activities shows: views, filters, and walks along the days."""

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from activities.models import Activity
from activities.queries import visible_activities
from core.lookups import number_in, numbers_in
from history.models import Event
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
    if any(acts := query.getlist("act")):
        found = among_told(Event.objects.filter(operation__in=numbers_in(acts)), found)
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


def among_told(events: QuerySet[Event], activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """Those of ``activities`` that ``events`` tell of: the history does so at the records that they
    are about.
    """
    number = Cast(KT("changes__activity__1__id"), BigIntegerField())
    told = events.filter(verb__startswith="activity.").annotate(number=number)
    return activities.filter(pk__in=told.values("number"))


def walks(query: QueryDict) -> tuple[Walk, ...]:
    """By day, earliest first; what is done, newest first."""
    order = ("-done_at", "-id") if view_of(query) == "done" else ("due_on", "id")
    return (Walk(Q(), order),)
