"""A value as JSON can keep it: to be compared later, and to be read when its record is gone."""

import datetime
from decimal import Decimal

from django.db import models


def frozen(value):
    """``value`` with the names of records as they are now, amounts and days as text."""
    match value:
        case models.Model():
            return {"id": value.pk, "name": str(value)}
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
        case list() | tuple() | set():
            return [frozen(each) for each in value]
        case _:
            return value
