"""Which day it is, which depends on where one is."""

import zoneinfo
from datetime import date

from django.utils import timezone

from accounts.models import User


def today_of(user: User) -> date:
    """The day it is where ``user`` is."""
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(user.time_zone))
