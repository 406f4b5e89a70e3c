"""Which projects a list or a board shows: its view, filters, and its order along the indexes.

The filters live here and not in the web, because whoever acts on "all that match" asks them again:
a job.
"""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.days import today_of
from accounts.models import Team, User
from custom_fields.filtering import PARAMETERS
from custom_fields.models import Field
from labels.models import Label
from lists.filtering import AnyOfFilter, DayFilter, PeriodFilter, choices_of, midnight
from lists.keyset import Walk
from lists.periods import AHEAD, BEHIND
from opportunities.filtering import RecordFilter, narrowed
from opportunities.listing import Listing, by_urgency
from projects.columns import columns
from projects.models import Phase, Project

VIEWS = {
    "open": pgettext_lazy("projects", "Open"),
    "mine": pgettext_lazy("projects", "Mine"),
    "overdue": _("Overdue"),
    "no-next-step": _("No next step"),
    "done": pgettext_lazy("projects", "Done"),
    "cancelled": pgettext_lazy("projects", "Cancelled"),
    "archived": pgettext_lazy("view", "Archived"),
}
ENDED = ("done", "cancelled")
FIRST = "title"  # the column that leads to the project
USUAL = ("title", "next", "phase", "labels", "organizations", "start", "end", "owner")
USUAL_IN = {
    "done": ("title", "organizations", "start", "end", "ended", "owner"),
    "cancelled": ("title", "phase", "organizations", "ended", "owner"),
    "archived": ("title", "status", "phase", "labels", "organizations", "owner"),
}
# The filters that find nothing, or everything, in a view: they are not offered there.
POINTLESS = {
    "done": {"status"},
    "cancelled": {"status"},
    "archived": set(),
}


class BoardFilter(RecordFilter):
    """What a board can be narrowed to. Values of one field are *or*, fields are *and*."""

    end = PeriodFilter(label=_("End"), field_name="ends_on", periods=AHEAD, is_nullable=True)
    end_from = DayFilter(label=_("End from"), field_name="ends_on", lookup_expr="gte")
    end_to = DayFilter(label=_("End up to"), field_name="ends_on", lookup_expr="lte")
    start = PeriodFilter(
        label=_("Start"), field_name="starts_on", periods=BEHIND | AHEAD, is_nullable=True
    )
    entered = PeriodFilter(
        label=_("In the phase since"),
        field_name="phase_entered_at",
        periods=BEHIND,
        kept_as=midnight,
    )

    GROUPS = (
        *RecordFilter.FIRST_GROUPS,
        (pgettext_lazy("of a project", "End"), ("end", "end_from", "end_to")),
        (pgettext_lazy("of a project", "Start"), ("start",)),
        (_("In the phase since"), ("entered",)),
        *RecordFilter.LAST_GROUPS,
    )

    class Meta:
        model = Project
        fields = []


class ProjectFilter(BoardFilter):
    """What a list of projects can be narrowed to: as a board, by where they stand, and by how they
    ended.
    """

    phase = AnyOfFilter(label=_("Phase"))
    status = AnyOfFilter(label=_("Status"), choices=Project.Status.choices)
    ended = PeriodFilter(label=_("Ended"), field_name="ended_at", periods=BEHIND, kept_as=midnight)

    GROUPS = (
        (_("Phase"), ("phase",)),
        *BoardFilter.GROUPS,
        (_("Status"), ("status",)),
        (_("Ended"), ("ended",)),
    )

    def groups(self, *more):
        pointless = POINTLESS.get(TABLE.view_of(self.data), {"status", "ended"})
        return [
            group
            for group in super().groups(*more)
            if group.number_on or not pointless & {field.name for field in group.fields}
        ]


def board_filtered(
    query: QueryDict, user: User, fields: Iterable[Field] | None = None
) -> BoardFilter:
    """The filters of ``query`` over all projects ``user`` may see, as a board of them asks."""
    projects = Project.objects.visible_to(user)
    return narrowed(BoardFilter, query, projects, user, choices=board_choices, fields=fields)


def board_choices(**more) -> dict[str, list[tuple[str, str]]]:
    """What the filters of a board let people choose from, and ``more``, in one statement."""
    return choices_of(
        owner=User.objects.who_may_own(),
        team=Team.objects.all(),
        label=Label.objects.all(),
        **more,
    )


def choices() -> dict[str, list[tuple[str, str]]]:
    """The same of a list."""
    return board_choices(phase=Phase.objects.annotate(place=F("position")))


def in_view(view: str, user: User) -> QuerySet:
    """The live projects of one of the shipped views, as ``user`` sees it on their own day."""
    projects = Project.objects.visible_to(user)
    match view:
        case "archived":
            return projects.archived()
        case "done" | "cancelled":
            return projects.not_archived().filter(status=view)
        case "mine":
            return projects.on_board().owned_by(user)
        case "no-next-step":
            return projects.on_board().filter(next_activity_on=None)
        case "overdue":
            return projects.on_board().overdue(today_of(user))
        case _:
            return projects.on_board()


def order_of(view: str, user: User) -> tuple[Walk, ...]:
    """The default order of a view: open projects by urgency, what is over for longest first; what
    ended or was put away last first.
    """
    if view == "archived":
        return (Walk(Q(), ("-archived_at", "-id")),)
    if view in ENDED:
        return (Walk(Q(), ("-ended_at", "-id")),)
    if view == "overdue":
        return (Walk(Q(), ("ends_on", "-id")),)
    return by_urgency(today_of(user))


TABLE = Listing(
    name="projects",
    title=_("Projects"),
    home="projects:list",
    parameters=("view", *ProjectFilter.base_filters, PARAMETERS, "sort"),
    columns=columns,
    first=FIRST,
    usual=USUAL,
    model=Project,
    views=VIEWS,
    in_view=in_view,
    order_of=order_of,
    by=ProjectFilter,
    choices=choices,
    usual_in=USUAL_IN,
)
