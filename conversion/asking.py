"""Which records a request is about: ticked rows, or all that match a filter, asked each time."""

from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import User
from deals import table
from deals.models import Deal
from leads import inbox
from leads.models import Lead
from lists.selection import in_order, is_all, selected


def asked_leads(query: QueryDict, user: User) -> QuerySet[Lead]:
    """The leads that ``query`` selects, in the order of its rows.

    Ticked leads may have been converted, archived or deleted meanwhile: the service tells which.
    Raises ``Missing`` when ``user`` may not see one of them, ``NothingSelected`` without any.
    """
    if is_all(query):
        return in_order(query, selected(query, inbox.matching(query, user)))
    return in_order(query, selected(query, Lead.everything.visible_to(user)))


def asked_deals(query: QueryDict, user: User) -> QuerySet[Deal]:
    """The deals that ``query`` selects, in the same way."""
    if is_all(query):
        return in_order(query, selected(query, table.matching(query, user)))
    return in_order(query, selected(query, Deal.everything.visible_to(user)))
