"""Which leads a list shows: its view, its filters, its columns and its order along the indexes.

The filters live here and not in the web, because whoever acts on "all that match" asks them again:
the conversion, a job.
"""

import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter

from accounts.models import Team, User
from contacts.queries import with_words
from core.money import CURRENCIES
from core.validators import validate_line
from custom_fields.filtering import PARAMETERS, filters_for
from custom_fields.models import PREFIX, Field
from custom_fields.queries import fields_by_of, fields_of
from labels.models import Channel, Label
from leads.models import Lead
from lists.columns import Column
from lists.filtering import (
    AddressFilterSet,
    AmountFilter,
    AnyOfFilter,
    DayFilter,
    PeriodFilter,
    choices_of,
    midnight,
)
from lists.keyset import Walk
from lists.periods import AHEAD, BEHIND
from lists.sorting import Order
from opportunities.columns import (
    NEXT_STEP,
    OF_ORGANIZATION,
    OF_PERSON,
    SHARED,
    TITLE,
    by_name,
    custom_columns,
)

VIEWS = {
    "inbox": _("Inbox"),
    "mine": _("Mine"),
    "unseen": _("Unseen"),
    "no-next-step": _("No next step"),
    "overdue": _("Overdue"),
    "archived": pgettext_lazy("view", "Archived"),
}
FIRST = "title"  # the column that leads to the lead
USUAL = ("title", "next", "labels", "person", "organization", "source", "value", "owner", "created")
SEEN = Column(
    "seen",
    _("Seen"),
    "ago",
    lambda lead: lead.seen_at,
    order=Order("seen_at", is_nullable=True, starts_down=True, is_indexed=False),
)
COLUMNS = by_name(TITLE, NEXT_STEP, *SHARED, SEEN, *OF_PERSON, *OF_ORGANIZATION)
# Up to here the leads that hold a text are looked up first: a walk through the inbox would read
# every title on its way to a rare word. What is more frequent is met soon enough on any walk.
RARE = 1_000


class LeadFilter(AddressFilterSet):
    """What a list of leads can be narrowed to."""

    q = CharFilter(
        label=_("Words in the title"),
        method="with_text",
        max_length=200,
        validators=[validate_line],
    )
    owner = AnyOfFilter(label=_("Owner"))
    team = AnyOfFilter(label=_("Team"), method="of_team")
    label = AnyOfFilter(label=_("Label"), method="with_label")
    # Not "next": forms name there where to go afterwards.
    step = PeriodFilter(
        label=_("Next step"), field_name="next_activity_on", periods=AHEAD, is_nullable=True
    )
    origin = AnyOfFilter(label=_("Source"), choices=Lead.Origin.choices)
    channel = AnyOfFilter(label=_("Channel"))
    seen = ChoiceFilter(
        label=_("Seen"),
        method="that_are_seen",
        choices=[("yes", _("Seen")), ("no", _("Unseen"))],
        empty_label=_("Seen or not"),
    )
    value_from = AmountFilter(label=_("Value from"), field_name="value", lookup_expr="gte")
    value_to = AmountFilter(label=_("Value up to"), field_name="value", lookup_expr="lte")
    currency = ChoiceFilter(
        label=_("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        empty_label=_("Any currency"),
    )
    close = PeriodFilter(
        label=_("Expected close"), field_name="expected_close_on", periods=AHEAD, is_nullable=True
    )
    close_from = DayFilter(
        label=_("Expected close from"), field_name="expected_close_on", lookup_expr="gte"
    )
    close_to = DayFilter(
        label=_("Expected close up to"), field_name="expected_close_on", lookup_expr="lte"
    )
    created = PeriodFilter(
        label=_("Added"), field_name="created_at", periods=BEHIND, kept_as=midnight
    )
    created_from = DayFilter(
        label=_("Added from"), field_name="created_at", lookup_expr="gte", kept_as=midnight
    )
    created_to = DayFilter(
        label=_("Added up to"), field_name="created_at", lookup_expr="lte", kept_as=midnight
    )
    updated = PeriodFilter(
        label=_("Changed"), field_name="updated_at", periods=BEHIND, kept_as=midnight
    )

    GROUPS = (
        (_("Owner"), ("owner",)),
        (_("Team"), ("team",)),
        (_("Label"), ("label",)),
        (_("Next step"), ("step",)),
        (_("Source"), ("origin",)),
        (_("Channel"), ("channel",)),
        (_("Value"), ("value_from", "value_to", "currency")),
        (_("Expected close"), ("close", "close_from", "close_to")),
        (_("Added"), ("created", "created_from", "created_to")),
        (_("Changed"), ("updated",)),
        (_("Seen"), ("seen",)),
    )

    ADDED = PREFIX

    class Meta:
        model = Lead
        fields = []

    def with_text(self, leads, _name, text):
        found = with_words(leads, text)
        rare = list(found.order_by().values_list("pk", flat=True)[: RARE + 1])
        return found if len(rare) > RARE else leads.filter(pk__among=rare)

    def of_team(self, leads, _name, teams):
        if not teams:
            return leads
        members = User.objects.filter(team__in=teams).values_list("pk", flat=True)
        return leads.filter(owner__in=list(members))

    def with_label(self, leads, _name, labels):
        if not labels:
            return leads
        # By id and not by a join: a lead that has two of the labels comes once.
        links = Lead.labels.through.objects.filter(label__in=labels)
        return leads.filter(pk__in=links.values("lead"))

    def that_are_seen(self, leads, _name, answer):
        return leads.filter(seen_at__isnull=answer == "no")


FILTERS = ("view", *LeadFilter.base_filters, PARAMETERS)


def filtered(query: QueryDict, user: User, fields: Iterable[Field] | None = None) -> LeadFilter:
    """The filters of ``query`` over the leads ``user`` may see in the view it names.

    ``fields`` are the custom fields of leads, where they were read before.
    """
    if fields is None:
        fields = fields_of(Lead.custom_of)
    offered, added = choices(), {}
    for field in fields:
        added |= filters_for(field, offered["owner"])
    return LeadFilter(
        query,
        in_view(view_of(query), user),
        today=today_of(user),
        choices=offered,
        added=added,
    )


def choices():
    """What the filters let people choose from, in one statement."""
    return choices_of(
        owner=User.objects.who_may_own(),
        team=Team.objects.all(),
        label=Label.objects.all(),
        channel=Channel.objects.all(),
    )


def view_of(query: QueryDict) -> str:
    """The view that ``query`` names; the inbox if it names none of them."""
    view = query.get("view")
    return view if view in VIEWS else "inbox"


def matching(query: QueryDict, user: User) -> QuerySet:
    """The leads ``user`` may see, in the view and with the filters that ``query`` names."""
    return filtered(query, user).found


def columns(fields: Mapping[str, list[Field]] | None = None) -> Mapping[str, Column]:
    """Every column that one can choose for a list of leads, by its name.

    ``fields`` are all custom fields by what has them, where they were read before.
    """
    return COLUMNS | by_name(*custom_columns(fields or fields_by_of()))


def in_view(view: str, user: User) -> QuerySet:
    """The live leads of one of the shipped views, as ``user`` sees it on their own day."""
    leads = Lead.objects.visible_to(user)
    match view:
        case "archived":
            return leads.archived()
        case "mine":
            return leads.in_inbox().owned_by(user)
        case "unseen":
            return leads.in_inbox().unseen()
        case "no-next-step":
            return leads.in_inbox().filter(next_activity_on=None)
        case "overdue":
            return leads.in_inbox().filter(next_activity_on__lt=today_of(user))
        case _:
            return leads.in_inbox()


def by_urgency(today: date) -> tuple[Walk, ...]:
    """Overdue, the oldest day first; today; without a next step, newest first; later, by day."""
    return (
        Walk(Q(next_activity_on__lt=today), ("next_activity_on", "-id")),
        Walk(Q(next_activity_on=today), ("-id",)),
        Walk(Q(next_activity_on=None), ("-id",)),
        Walk(Q(next_activity_on__gt=today), ("next_activity_on", "-id")),
    )


def order_of(view: str, user: User) -> tuple[Walk, ...]:
    """The default order of a view: by urgency; in the archive, what was put away last first."""
    if view == "archived":
        return (Walk(Q(), ("-archived_at", "-id")),)
    return by_urgency(today_of(user))


def today_of(user: User) -> date:
    """The day it is where ``user`` is."""
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(user.time_zone))
