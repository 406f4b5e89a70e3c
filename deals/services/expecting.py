"""When a deal should close."""

from datetime import date

from django.db import transaction

from accounts.models import User
from accounts.policies import lock
from deals.models import Deal
from deals.services.movement import refuse_unmovable
from deals.services.opening import change_deal
from history.models import Operation


@transaction.atomic
def expect_deal(deal: Deal, until: date | None, *, seen: date | None, by: User) -> Operation | None:
    """Move ``deal`` to the day ``until`` of the forecast, or to those without a day.

    ``seen`` is the day that the writer saw. What does not move on the board does not here either.
    Refused: ``Missing``, ``NotAllowed``, ``DealClosed``, ``DealArchived``, and ``Stale`` with both
    days. The same day records nothing.
    """
    [deal] = lock([deal], by=by)
    refuse_unmovable([deal])
    expected = {"expected_close_on": until}
    return change_deal(deal, expected, seen={"expected_close_on": seen}, by=by)
