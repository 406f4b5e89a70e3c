"""The orders in which a board of projects shows its cards, each as walks along an index of its own.

All of these indexes begin with the phase, so that a column is a range of them.
"""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lists.keyset import Walk
from lists.orders import AS_ARRANGED, MANUAL, CardOrder
from opportunities.listing import by_urgency


def by_end(_today: date) -> tuple[Walk, ...]:
    """The soonest first, those without a day last."""
    return (
        Walk(Q(ends_on__isnull=False), ("ends_on", "-id")),
        Walk(Q(ends_on=None), ("-id",), led_by=("ends_on",)),
    )


def by_age(_today: date) -> tuple[Walk, ...]:
    """What has been longest in its phase first."""
    return (Walk(Q(), ("phase_entered_at", "id")),)


ORDERS = {
    MANUAL: AS_ARRANGED,
    "next": CardOrder(_("Next step"), by_urgency),
    "end": CardOrder(pgettext_lazy("of a project", "End"), by_end),
    "age": CardOrder(_("Longest in the phase"), by_age),
}
