"""Which leads a list shows: its view, its filters, its columns and its order along the indexes.

The filters live here and not in the web, because whoever acts on "all that match" asks them again:
the conversion, a job.
"""

from collections.abc import Mapping

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter

from accounts.days import today_of
from accounts.models import User
from custom_fields.filtering import PARAMETERS
from custom_fields.models import Field
from custom_fields.queries import fields_by_of
from leads.models import Lead
from lists.columns import Column
from lists.keyset import Walk
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
from opportunities.filtering import OpportunityFilter
from opportunities.listing import Listing, by_urgency

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


class LeadFilter(OpportunityFilter):
    """What a list of leads can be narrowed to."""

    seen = ChoiceFilter(
        label=_("Seen"),
        method="that_are_seen",
        choices=[("yes", _("Seen")), ("no", _("Unseen"))],
        empty_label=_("Seen or not"),
    )

    GROUPS = (*OpportunityFilter.GROUPS, (_("Seen"), ("seen",)))

    class Meta:
        model = Lead
        fields = []

    def that_are_seen(self, leads, _name, answer):
        return leads.filter(seen_at__isnull=answer == "no")


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


def order_of(view: str, user: User) -> tuple[Walk, ...]:
    """The default order of a view: by urgency; in the archive, what was put away last first."""
    if view == "archived":
        return (Walk(Q(), ("-archived_at", "-id")),)
    return by_urgency(today_of(user))


INBOX = Listing(
    name="leads",
    title=_("Leads"),
    home="leads:inbox",
    parameters=("view", *LeadFilter.base_filters, PARAMETERS, "sort"),
    columns=columns,
    first=FIRST,
    usual=USUAL,
    model=Lead,
    views=VIEWS,
    in_view=in_view,
    order_of=order_of,
    by=LeadFilter,
    addresses={"archived": "leads:archived"},
)
FILTERS = INBOX.filters
filtered, matching, view_of = INBOX.filtered, INBOX.matching, INBOX.view_of
