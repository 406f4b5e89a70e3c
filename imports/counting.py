"""What a check found, counted: rows by what becomes of them, records by what is done to them, and
what is wrong by its reason.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from imports.choices import Known
from imports.judging.preparing import chosen_of
from imports.judging.recognising import AGAIN, is_alone
from imports.models import Import, Row

SHOWN_REASONS = 100  # a file with more of them is matched wrongly
SHOWN_VALUES = 5
COUNTED = ("created", "updated", "linked", "again")


def counted(importing: Import) -> dict[str, Any]:
    """The figures of the last check of ``importing``; three statements."""
    return figures(importing, records_of(importing))


def figures(importing: Import, records: dict[str, dict[str, int]]) -> dict[str, Any]:
    reasons = reasons_of(importing)
    return {
        "rows": rows_of(importing),
        "records": records,
        "reasons": reasons[:SHOWN_REASONS],
        "has_more_reasons": len(reasons) > SHOWN_REASONS,
    }


def asked(statement: str, parameters: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(row=Row._meta.db_table), parameters)
        return cursor.fetchall()


def rows_of(importing: Import) -> dict[str, int]:
    """How many rows are ready, skipped and refused."""
    found = asked(
        "SELECT verdict, count(*) FROM {row} WHERE of_id = %(import)s GROUP BY verdict",
        {"import": importing.pk},
    )
    return dict.fromkeys(Row.Verdict.values, 0) | dict(found)


def records_of(importing: Import) -> dict[str, dict[str, int]]:
    """By kind, how many records will be created, updated and linked; and how many rows speak of one
    that another row brings along.
    """
    found = asked(
        """
        SELECT kind, jsonb_typeof(means), count(*), count(DISTINCT means)
        FROM {row}, jsonb_each(matched) AS each (kind, means)
        WHERE of_id = %(import)s AND verdict = 'ready' AND kind <> %(again)s
        GROUP BY 1, 2
        """,
        {"import": importing.pk, "again": AGAIN},
    )
    known, records = known_as(importing), {}
    for kind, form, rows, number in found:
        told = records.setdefault(kind, dict.fromkeys(COUNTED, 0))
        if form == "string":
            told["created"], told["again"] = number, rows - number
        else:
            told[known(kind)] = number
    return records


def known_as(importing: Import) -> Callable[[str], str]:
    """As what records count that are there already, by their kind."""
    choices = chosen_of(importing)
    return lambda kind: "updated" if choices.get(kind) == Known.UPDATE else "linked"


@dataclass(frozen=True)
class Speaking:
    """How often rows that are ready speak of each record, by kind and its number or its word."""

    numbers: frozenset[int]
    times: Counter[tuple[str, int | str]]

    @classmethod
    def of(cls, rows: Iterable[Row]):
        rows = list(rows)
        return cls(
            frozenset(row.number for row in rows),
            Counter(
                (kind, means)
                for row in rows
                if row.verdict == Row.Verdict.READY
                for kind, means in row.matched.items()
                if kind != AGAIN
            ),
        )


def counted_again(importing: Import, before: Speaking, after: Speaking) -> dict[str, Any]:
    """The figures of ``importing`` when some of its rows, which spoke of records as ``before``,
    speak of them as ``after``. However many the others are, they are not all counted again.
    """
    records = {kind: dict(told) for kind, told in importing.counts["records"].items()}
    known = known_as(importing)
    others = others_speak(importing, before, after)
    for speaking, sign in ((before, -1), (after, 1)):
        for (kind, means), times in speaking.times.items():
            told = records.setdefault(kind, dict.fromkeys(COUNTED, 0))
            is_counted = (kind, means) not in others
            if isinstance(means, int):
                told[known(kind)] += sign * is_counted
            else:
                told["created"] += sign * is_counted
                told["again"] += sign * (times - is_counted)
    spoken = {kind: told for kind, told in records.items() if any(told.values())}
    return figures(importing, spoken)


def others_speak(importing, before, after) -> set[tuple[str, int | str]]:
    """Which of these records other rows speak of, too: one statement for each kind."""
    asked: dict[str, set[int | str]] = {}
    for kind, means in before.times.keys() | after.times.keys():
        if not is_alone(means):
            asked.setdefault(kind, set()).add(means)
    others = Row.objects.filter(of=importing, verdict=Row.Verdict.READY)
    others = others.exclude(number__among=list(before.numbers | after.numbers))
    return {
        (kind, means)
        for kind, wanted in asked.items()
        for means in others.speaking_of(kind, wanted)
        .values_list(f"matched__{kind}", flat=True)
        .distinct()
    }


def reasons_of(importing: Import) -> list[dict]:
    """Why rows are not ready: each reason with its column, how many rows it keeps from it, and the
    values of which it is said most often. The most frequent come first.
    """
    found = asked(
        """
        WITH told AS (
            SELECT verdict, each->'column' AS "column", each->>'reason' AS reason,
                each->>'value' AS value, count(*) AS rows
            FROM {row}, jsonb_array_elements(problems) AS each
            WHERE of_id = %(import)s AND verdict <> 'ready'
            GROUP BY 1, 2, 3, 4
        ), placed AS (
            SELECT *, row_number() OVER (
                PARTITION BY verdict, "column", reason ORDER BY rows DESC, value
            ) AS place FROM told
        )
        SELECT verdict, ("column"#>>'{{}}')::int, reason, sum(rows)::int, count(*)::int,
            jsonb_agg(jsonb_build_array(value, rows) ORDER BY place)
                FILTER (WHERE place <= %(shown)s)
        FROM placed GROUP BY verdict, "column", reason
        ORDER BY verdict, sum(rows) DESC, "column", reason LIMIT %(most)s
        """,
        {"import": importing.pk, "shown": SHOWN_VALUES, "most": SHOWN_REASONS + 1},
    )
    return [
        {
            "verdict": verdict,
            "column": column,
            "reason": reason,
            "rows": rows,
            "number_of_values": number,
            "values": json.loads(values),
        }
        for verdict, column, reason, rows, number, values in found
    ]
