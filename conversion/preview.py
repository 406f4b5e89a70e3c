"""What a conversion will do, told before it is done."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from activities.models import Activity, Note
from deals.models import Deal
from leads.models import Lead

NAMED = 3  # how many records a preview names


@dataclass(frozen=True)
class Preview:
    """How many leads, what moves with them, and open deals that the same contacts have already."""

    size: int
    titles: list[str]
    archived: int
    activities: int
    notes: int
    open_deals: list[Deal]
    open_deals_count: int


def preview(leads: QuerySet, user: User) -> Preview:
    """Look ahead at the conversion of ``leads`` with what ``user`` may see; seven queries."""
    already = open_deals_of(leads, user)
    numbers = leads.order_by().values("pk")
    return Preview(
        size=leads.count(),
        titles=list(leads.values_list("title", flat=True)[:NAMED]),
        archived=leads.archived().count(),
        activities=Activity.objects.filter(lead__in=numbers).count(),
        notes=Note.objects.filter(lead__in=numbers).count(),
        open_deals=list(already.select_related("stage", "person", "organization")[:NAMED]),
        open_deals_count=already.count(),
    )


def open_deals_of(leads: QuerySet[Lead], user: User) -> QuerySet[Deal]:
    """The open deals ``user`` may see of the people and organizations of ``leads``."""
    contacts = leads.order_by()
    same = Q(person__in=contacts.filter(person__isnull=False).values("person")) | Q(
        organization__in=contacts.filter(organization__isnull=False).values("organization")
    )
    return Deal.objects.visible_to(user).on_board().filter(same).order_by("-pk")
