"""The orders in which a board shows its cards, each as walks along an index of its own.

All of these indexes begin with the stage, so that a column is a range of them.
"""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lists.keyset import Walk
from lists.orders import AS_ARRANGED, MANUAL, CardOrder
from opportunities.listing import by_urgency


def by_value(_today: date) -> tuple[Walk, ...]:
    """The largest first, those without a value last."""
    return (
        Walk(Q(value__isnull=False), ("-value", "-id")),
        Walk(Q(value=None), ("-id",), led_by=("-value",)),
    )


def by_close(_today: date) -> tuple[Walk, ...]:
    """The soonest first, those without a day last."""
    return (
        Walk(Q(expected_close_on__isnull=False), ("expected_close_on", "-id")),
        Walk(Q(expected_close_on=None), ("-id",), led_by=("expected_close_on",)),
    )


def by_age(_today: date) -> tuple[Walk, ...]:
    """What has been longest in its stage first."""
    return (Walk(Q(), ("stage_entered_at", "id")),)


ORDERS = {
    MANUAL: AS_ARRANGED,
    "next": CardOrder(_("Next step"), by_urgency),
    "value": CardOrder(_("Value"), by_value),
    "close": CardOrder(_("Expected close"), by_close),
    "age": CardOrder(_("Longest in the stage"), by_age),
}
