"""Which deals a list or a board shows: its view, its filters, and its order along the indexes.

The filters live here and not in the web, because whoever acts on "all that match" asks them again:
the return to the leads, a job.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import NumberFilter

from accounts.models import User
from custom_fields.filtering import PARAMETERS
from custom_fields.models import Field
from deals.models import Deal, LostReason
from lists.filtering import AnyOfFilter, DayFilter, PeriodFilter, midnight
from lists.keyset import Walk
from lists.periods import BEHIND
from lists.sorting import Order
from opportunities.filtering import OpportunityFilter, narrowed, shared_choices
from pipelines.models import Stage

VIEWS = {
    "open": pgettext_lazy("view", "Open"),
    "won": pgettext_lazy("view", "Won"),
    "lost": pgettext_lazy("view", "Lost"),
    "archived": pgettext_lazy("view", "Archived"),
}
ORDERS = {
    "title": Order("plain"),
    "value": Order("value", is_nullable=True, starts_down=True),
    "close": Order("expected_close_on", is_nullable=True),
    "created": Order("created_at", starts_down=True),
}
NEWEST_FIRST = (Walk(Q(), ("-id",)),)


class ChanceFilter(NumberFilter):
    """The chance of winning from, or up to, a percentage: a deal's own, else that of its stage."""

    def __init__(self, **kwargs):
        super().__init__(decimal_places=0, min_value=0, max_value=100, **kwargs)

    def filter(self, deals, value):
        if value is None:
            return deals
        own = {f"probability__{self.lookup_expr}": value}
        of_stage = {f"stage__probability__{self.lookup_expr}": value}
        return deals.filter(Q(**own) | Q(probability=None, **of_stage))


class BoardFilter(OpportunityFilter):
    """What a board can be narrowed to. Values of one field are *or*, fields are *and*."""

    idle = AnyOfFilter(
        label=_("Idle"),
        method="that_are_idle",
        choices=[("stale", _("Drying out")), ("rotten", _("Rotting"))],
    )
    chance_from = ChanceFilter(label=_("Chance from, in percent"), lookup_expr="gte")
    chance_to = ChanceFilter(label=_("Chance up to, in percent"), lookup_expr="lte")
    entered = PeriodFilter(
        label=_("In the stage since"),
        field_name="stage_entered_at",
        periods=BEHIND,
        kept_as=midnight,
    )

    GROUPS = (
        *OpportunityFilter.GROUPS,
        (_("Idle"), ("idle",)),
        (_("Chance"), ("chance_from", "chance_to")),
        (_("In the stage since"), ("entered",)),
    )

    class Meta:
        model = Deal
        fields = []

    def that_are_idle(self, deals, _name, answers):
        return deals.rotting(answers, timezone.now(), self.today) if answers else deals


class DealFilter(BoardFilter):
    """What a list of deals can be narrowed to: as a board, by where they stand, and by how they
    ended.
    """

    pipeline = AnyOfFilter(label=_("Pipeline"), field_name="stage__pipeline")
    stage = AnyOfFilter(label=_("Stage"))
    status = AnyOfFilter(label=_("Status"), choices=Deal.Status.choices)
    won = PeriodFilter(label=_("Won"), field_name="won_at", periods=BEHIND, kept_as=midnight)
    won_from = DayFilter(
        label=_("Won from"), field_name="won_at", lookup_expr="gte", kept_as=midnight
    )
    won_to = DayFilter(
        label=_("Won up to"), field_name="won_at", lookup_expr="lte", kept_as=midnight
    )
    lost = PeriodFilter(label=_("Lost"), field_name="lost_at", periods=BEHIND, kept_as=midnight)
    lost_from = DayFilter(
        label=_("Lost from"), field_name="lost_at", lookup_expr="gte", kept_as=midnight
    )
    lost_to = DayFilter(
        label=_("Lost up to"), field_name="lost_at", lookup_expr="lte", kept_as=midnight
    )
    reason = AnyOfFilter(label=_("Lost reason"), field_name="lost_reason")

    GROUPS = (
        (_("Pipeline"), ("pipeline",)),
        (_("Stage"), ("stage",)),
        *BoardFilter.GROUPS,
        (_("Status"), ("status",)),
        (_("Won"), ("won", "won_from", "won_to")),
        (_("Lost"), ("lost", "lost_from", "lost_to")),
        (_("Lost reason"), ("reason",)),
    )


FILTERS = ("view", *DealFilter.base_filters, PARAMETERS)


def filtered(query: QueryDict, user: User, fields: Iterable[Field] | None = None) -> DealFilter:
    """The filters of ``query`` over the deals ``user`` may see in the view it names.

    ``fields`` are the custom fields of deals, where they were read before.
    """
    deals = in_view(view_of(query), user)
    return narrowed(DealFilter, query, deals, user, choices=choices, fields=fields)


def board_filtered(
    query: QueryDict, user: User, fields: Iterable[Field] | None = None
) -> BoardFilter:
    """The filters of ``query`` over all deals ``user`` may see, as a board of them asks."""
    deals = Deal.objects.visible_to(user)
    return narrowed(BoardFilter, query, deals, user, choices=shared_choices, fields=fields)


def choices():
    """What the filters of a list let people choose from, in two statements."""
    stages = list(Stage.objects.in_order().values_list("pk", "name", "pipeline", "pipeline__name"))
    return shared_choices(reason=LostReason.objects.all()) | {
        "stage": [(str(pk), f"{pipeline} · {name}") for pk, name, _of, pipeline in stages],
        "pipeline": list({str(of): pipeline for _pk, _name, of, pipeline in stages}.items()),
    }


def view_of(query: QueryDict) -> str:
    """The view that ``query`` names; the open deals if it names none of them."""
    view = query.get("view")
    return view if view in VIEWS else "open"


def matching(query: QueryDict, user: User) -> QuerySet:
    """The deals ``user`` may see, in the view and with the filters that ``query`` names."""
    return filtered(query, user).found


def in_view(view: str, user: User) -> QuerySet:
    """The live deals of one of the shipped views."""
    deals = Deal.objects.visible_to(user)
    if view == "archived":
        return deals.archived()
    return deals.not_archived().filter(status=view)
