"""What became of an import: records by what was done to them, rows by what became of them, and
what is left of one that was taken back.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from imports.counting import rows_of
from imports.left_out import rows_left_out
from imports.models import Import, Kind, Row, Trace
from imports.restoring.looking_back import RECORDS, LeftRecord, listed

MOST_LISTED = 20
MOST_REASONS = 10
TITLES = dict(Kind.choices) | {"line": _("Products of deals")}


@dataclass(frozen=True)
class Figure:
    """How many records of a kind were created, updated, or used as they were."""

    kind: str
    title: str | Promise
    created: int
    updated: int
    linked: int


@dataclass(frozen=True)
class Reason:
    """Why some rows became nothing, and the header of the column that it is about, if any."""

    verdict: str
    header: str
    words: str
    rows: int


def figures_of(one: Import) -> list[Figure]:
    """One for each kind of which the run did anything; what a row makes comes first."""
    done = one.counts.get("done", {})
    kinds = sorted((kind for kind in TITLES if done.get(kind)), key=lambda kind: kind != one.kind)
    return [
        Figure(kind, TITLES[kind], *(done[kind].get(what, 0) for what in Trace.What.values))
        for kind in kinds
    ]


def rows_told(one: Import) -> dict[str, int]:
    """How many rows were imported, left out, refused, and not reached because the run was stopped;
    what was counted when the rows themselves are forgotten.
    """
    counted = one.counts.get("rows", {}) if one.is_forgotten else rows_of(one)
    ready, skipped, refused = (counted.get(verdict, 0) for verdict in Row.Verdict.values)
    unreached = 0
    if one.done_to < (one.row_count or 0) and not one.is_forgotten:
        waiting = rows_left_out(one).filter(verdict=Row.Verdict.READY)
        unreached = waiting.count()
    return {
        "imported": ready - unreached,
        "skipped": skipped,
        "refused": refused,
        "unreached": unreached,
    }


def reasons_told(one: Import) -> list[Reason]:
    """Why rows became nothing, what keeps most of them first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT verdict, (each->>'column')::int, each->>'reason', count(DISTINCT number)
            FROM {Row._meta.db_table}, jsonb_array_elements(problems) AS each
            WHERE of_id = %s AND verdict <> 'ready'
            GROUP BY 1, 2, 3 ORDER BY 4 DESC, 3 LIMIT %s
            """,  # noqa: S608
            [one.pk, MOST_REASONS],
        )
        found = cursor.fetchall()
    headers = dict(enumerate(one.headers))
    return [Reason(verdict, headers.get(column, ""), *told) for verdict, column, *told in found]


def left_of(one: Import, user: User) -> list[LeftRecord]:
    """The first records that were left when ``one`` was taken back, and that ``user`` may see."""
    found = []
    for kind, model in RECORDS.items():
        traces = Trace.objects.filter(of=one, kind=kind).exclude(left="").order_by("record_id")
        reasons = dict(traces.values_list("record_id", "left")[:MOST_LISTED])
        if reasons and len(found) < MOST_LISTED:
            found += listed(model, reasons, user, most=MOST_LISTED - len(found))
    return found
