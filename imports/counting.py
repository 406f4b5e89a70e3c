"""What a check found, counted: rows by what becomes of them, records by what is done to them, and
what is wrong by its reason.
"""

import json
from typing import Any

from django.db import connection

from imports.choices import Known
from imports.models import Import, Row
from imports.preparing import chosen_of
from imports.recognising import AGAIN

SHOWN_REASONS = 100  # a file with more of them is matched wrongly
SHOWN_VALUES = 5


def counted(importing: Import) -> dict[str, Any]:
    """The figures of the last check of ``importing``; three statements."""
    reasons = reasons_of(importing)
    return {
        "rows": rows_of(importing),
        "records": records_of(importing),
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
    choices, records = chosen_of(importing), {}
    for kind, form, rows, number in found:
        told = records.setdefault(kind, dict.fromkeys(("created", "updated", "linked", "again"), 0))
        if form == "string":
            told["created"], told["again"] = number, rows - number
        else:
            told["updated" if choices.get(kind) == Known.UPDATE else "linked"] = number
    return records


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
