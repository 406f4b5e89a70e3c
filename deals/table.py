"""Which deals a list or a board shows: its view, filters, columns, and its order along the indexes.

The filters live here and not in the web, because whoever acts on "all that match" asks them again:
the return to the leads, a job.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Value, Window
from django.db.models.functions import Concat, RowNumber
from django.forms import TextInput
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import NumberFilter

from accounts.days import today_of
from accounts.models import User
from custom_fields.filtering import PARAMETERS
from custom_fields.kinds import CALCULATED
from custom_fields.models import Field
from custom_fields.queries import fields_by_of
from deals.columns import COLUMNS
from deals.models import Deal, LostReason
from deals.weighing import PERCENTS, estimate
from lists.columns import Column
from lists.counting import Count, capped_sums
from lists.filtering import AnyOfFilter, DayFilter, PeriodFilter, midnight
from lists.keyset import Walk
from lists.periods import BEHIND
from lists.sorting import seen_by
from opportunities.columns import by_name, calculated_columns, custom_columns
from opportunities.filtering import OpportunityFilter, narrowed, shared_choices
from opportunities.listing import Listing, by_urgency
from pipelines.models import Pipeline, Stage

VIEWS = {
    "open": pgettext_lazy("view", "Open"),
    "mine": pgettext_lazy("deals", "Mine"),
    "no-next-step": _("No next step"),
    "overdue": _("Overdue"),
    "rotting": _("Rotting"),
    "won": pgettext_lazy("view", "Won"),
    "lost": pgettext_lazy("view", "Lost"),
    "archived": pgettext_lazy("view", "Archived"),
}
CLOSED = ("won", "lost", "archived")  # what is no sale under way any more
FIRST = "title"  # the column that leads to the deal
WHOSE = ("person", "organization", "value")
USUAL = ("title", "stage", "next", "labels", *WHOSE, "close", "owner")
USUAL_IN = {
    "rotting": ("title", "stage", "idle", "next", *WHOSE, "owner"),
    "won": ("title", "labels", *WHOSE, "won", "owner"),
    "lost": ("title", "stage", *WHOSE, "lost", "reason", "owner"),
    "archived": ("title", "status", "stage", "labels", *WHOSE, "owner"),
}
# The filters that find nothing, or everything, in a view: they are not offered there.
POINTLESS = {
    "open": {"status", "won", "lost", "reason"},
    "won": {"status", "lost", "reason", "idle"},
    "lost": {"status", "won", "idle"},
    "archived": set(),
}


class ChanceFilter(NumberFilter):
    """The chance of winning from, or up to, a percentage: a deal's own, else that of its stage."""

    def __init__(self, **kwargs):
        # What is no number is said in words of ours, and stays in its place to be put right.
        widget = TextInput({"inputmode": "numeric"})
        super().__init__(decimal_places=0, min_value=0, max_value=100, widget=widget, **kwargs)

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
        if not answers:
            return deals
        # Named by their ids: the others are not searched for what they cannot hold.
        stages = Stage.objects.filter(rotting_days__isnull=False).values_list("pk", flat=True)
        return deals.filter(stage__in=list(stages)).rotting(answers, timezone.now(), self.today)


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

    def groups(self, *more):
        pointless = POINTLESS.get(TABLE.view_of(self.data), POINTLESS["open"])
        return [
            group
            for group in super().groups(*more)
            if group.number_on or not pointless & {field.name for field in group.fields}
        ]


def board_filtered(
    query: QueryDict, user: User, fields: Iterable[Field] | None = None
) -> BoardFilter:
    """The filters of ``query`` over all deals ``user`` may see, as a board of them asks."""
    deals = Deal.objects.visible_to(user)
    return narrowed(BoardFilter, query, deals, user, choices=shared_choices, fields=fields)


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the filters of a list let people choose from, in one statement."""
    in_order = Window(RowNumber(), order_by=("pipeline__position", "pipeline", "position", "pk"))
    named = Concat("pipeline__name", Value(" · "), "name")
    return shared_choices(
        pipeline=Pipeline.objects.annotate(place=F("position")),
        stage=Stage.objects.annotate(place=in_order, title=named),
        reason=LostReason.objects.all(),
    )


def columns(fields: Mapping[str, list[Field]] | None = None) -> Mapping[str, Column]:
    """Every column that one can choose for a list of deals, by its name.

    ``fields`` are all custom fields by what has them, where they were read before.
    """
    fields = fields or fields_by_of()
    calculated = calculated_columns(fields[CALCULATED.name])
    return COLUMNS | by_name(*custom_columns(fields), *calculated)


def in_view(view: str, user: User) -> QuerySet:
    """The live deals of one of the shipped views, as ``user`` sees it on their own day."""
    deals = Deal.objects.visible_to(user)
    match view:
        case "archived":
            return deals.archived()
        case "won" | "lost":
            return deals.not_archived().filter(status=view)
        case "mine":
            return deals.on_board().owned_by(user)
        case "no-next-step":
            return deals.on_board().filter(next_activity_on=None)
        case "overdue":
            return deals.on_board().filter(next_activity_on__lt=today_of(user))
        case "rotting":
            return deals.on_board().rotting(["rotten"], timezone.now(), today_of(user))
        case _:
            return deals.on_board()


def order_of(view: str, user: User) -> tuple[Walk, ...]:
    """The default order of a view: open deals by urgency, what idles longest first where they rot;
    what was closed or put away last first.
    """
    if view in CLOSED:
        return (Walk(Q(), (f"-{view}_at", "-id")),)
    if view == "rotting":
        return (Walk(Q(), ("idle_since", "-id")),)
    return by_urgency(today_of(user))


@dataclass(frozen=True)
class Sums:
    """What all deals that were found add up to: currency by currency their value and, where they
    are open, what it weighs; and for each column that adds up its amounts with their currencies,
    or one number without any.
    """

    worth: dict[str, list[Decimal]]
    columns: list[tuple[Column, list[tuple[Decimal, str]]]]

    def __bool__(self):
        return bool(self.worth or self.columns)


def counted(
    found: QuerySet, view: str, shown: list[Column], most: int, user: User
) -> tuple[Count, Sums]:
    """How many deals were found, and what they and the columns that are ``shown`` to ``user`` add
    up to: no sums where there are more than ``most``.
    """
    weighed = {} if view in CLOSED else {"percents": PERCENTS}
    adding = [column for column in shown if column.adds_up]
    added = {each.order.by: seen_by(user, each.order.expression) for each in adding}
    names = ("value", *weighed, *added)
    rows = found.annotate(**weighed, **added)
    count, sums = capped_sums(rows, "currency", *names, cap=most)
    told = {currency: dict(zip(names, amounts, strict=True)) for currency, amounts in sums.items()}
    worth = {
        currency: [each["value"], *(estimate(each[name] / 100) for name in weighed)]
        for currency, each in told.items()
        if each["value"] is not None
    }
    columns = [(column, amounts_of(column, told)) for column in adding]
    return count, Sums(worth, [(column, amounts) for column, amounts in columns if amounts])


def amounts_of(column, told):
    """What ``column`` adds up to: money currency by currency, numbers in one."""
    amounts = {
        currency: each[column.order.by]
        for currency, each in told.items()
        if each[column.order.by] is not None
    }
    if column.kind == "money":
        return [(amount, currency) for currency, amount in amounts.items()]
    return [(sum(amounts.values()), "")] if amounts else []


TABLE = Listing(
    name="deals",
    title=_("Deals"),
    home="deals:list",
    parameters=("view", *DealFilter.base_filters, PARAMETERS, "sort"),
    columns=columns,
    first=FIRST,
    usual=USUAL,
    model=Deal,
    views=VIEWS,
    in_view=in_view,
    order_of=order_of,
    by=DealFilter,
    choices=choices,
    usual_in=USUAL_IN,
)
FILTERS = TABLE.filters
filtered, matching, view_of = TABLE.filtered, TABLE.matching, TABLE.view_of
