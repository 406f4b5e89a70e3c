"""Count what matches, up to a number that nobody wants to know exactly, and add it up."""

from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
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

    def is_above(self, limit: int) -> bool:
        """Whether there are known to be more than ``limit``."""
        return self.number > limit or (self.is_capped and self.number == limit)


def capped_count(queryset: QuerySet, cap: int = CAP) -> Count:
    """Count ``queryset`` in one statement that stops looking just above ``cap``."""
    found = queryset.order_by().values("pk")[: cap + 1].count()
    return Count(min(found, cap), found > cap)


def capped_sums(
    queryset: QuerySet, by: str, *amounts: str, cap: int = CAP
) -> tuple[Count, dict[str, list[Decimal]]]:
    """Count ``queryset`` as above, and sum each of ``amounts`` for every value of ``by``, in the
    same statement. What has no amounts adds up to nothing, and so do more rows than are counted.
    """
    names = [connection.ops.quote_name(name) for name in ("by", *amounts)]
    try:
        rows = queryset.order_by().values_list(by, *amounts)[: cap + 1]
        counted, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return Count(0, False), {}
    sums = ", ".join(f"sum({name})" for name in names[1:])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names[0]}, count(*), {sums}"  # noqa: S608 - names of columns of ours
            f" FROM ({counted}) AS counted ({', '.join(names)}) GROUP BY 1 ORDER BY 1",
            parameters,
        )
        groups = cursor.fetchall()
    found = sum(number for _by, number, *_sums in groups)
    if found > cap:
        return Count(cap, True), {}
    told = {group: sums for group, _number, *sums in groups if set(sums) != {None}}
    return Count(found, False), told
