"""A value as JSON can keep it: to be compared later, and to be read when its record is gone."""

import datetime
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _

NOTHING = "—"


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


def in_words(kept) -> str:
    """A frozen value for a person to read beside another one."""
    match kept:
        case None | "" | []:
            return NOTHING
        case {"name": name}:
            return name
        case list():
            return ", ".join(in_words(each) for each in kept)
        case bool():
            return _("yes") if kept else _("no")
        case _:
            return str(kept)
