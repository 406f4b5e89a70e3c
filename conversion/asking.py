"""Which records a request is about: ticked rows, or all that match a filter, asked each time."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, QuerySet, Value
from django.http import QueryDict

from accounts.models import User
from deals import table
from deals.models import Deal
from leads import inbox
from leads.models import Lead
from lists.selection import is_all, selected


def asked_leads(query: QueryDict, user: User) -> QuerySet[Lead]:
    """The leads that ``query`` selects, in the order of its rows.

    Ticked leads may have been converted, archived or deleted meanwhile: the service tells which.
    Raises ``Missing`` when ``user`` may not see one of them, ``NothingSelected`` without any.
    """
    if is_all(query):
        return selected(query, inbox.matching(query, user)).order_by("-pk")
    return in_order(query, selected(query, Lead.everything.visible_to(user)))


def asked_deals(query: QueryDict, user: User) -> QuerySet[Deal]:
    """The deals that ``query`` selects, in the same way."""
    if is_all(query):
        return selected(query, table.matching(query, user)).order_by("-pk")
    return in_order(query, selected(query, Deal.everything.visible_to(user)))


def in_order(query, records):
    """Ticked rows in the order in which the page showed them."""
    ids = Value([int(number) for number in query.getlist("ids")], ArrayField(BigIntegerField()))
    return records.order_by(Func(ids, F("pk"), function="array_position"))
