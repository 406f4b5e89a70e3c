"""Count what matches, up to a number beyond which nobody wants to know it exactly."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.formats import number_format

CAP = 10_000


class Count(NamedTuple):
    """How many match; ``is_capped`` when there are more than ``number``."""

    number: int
    is_capped: bool

    def __str__(self):
        shown = number_format(self.number, use_l10n=True, force_grouping=True)
        return f"{shown}+" if self.is_capped else shown


def capped_count(queryset: QuerySet, cap: int = CAP) -> Count:
    """Count ``queryset`` in one statement that stops looking just above ``cap``."""
    found = queryset.order_by().values("pk")[: cap + 1].count()
    return Count(min(found, cap), found > cap)
