"""What is remembered of a chunk: its events in history, the traces by which the import is taken
back, and the numbers that records have in the system they came from.
"""

import json
from collections.abc import Mapping

from psycopg import sql

from accounts.models import User
from activities.models import Activity, ActivityType, Note
from core.statements import run, table
from deals.models import Deal, LostReason
from history.models import Event
from imports.models import ExternalId, Trace
from imports.writing.chunk import Chunk
from imports.writing.meeting import MODELS

NAMED = {"lead": "title", "deal": "title", "person": "name", "organization": "name"}
RECORDS = (*NAMED, "product")
NO_JOINS = sql.SQL("")


def iso(moment: str) -> str:
    """SQL that writes a moment as ``core.frozen`` does."""
    utc = f"({moment} AT TIME ZONE 'UTC')"
    return (
        f"(to_char({utc}, 'YYYY-MM-DD\"T\"HH24:MI:SS')"
        f" || rtrim(to_char({utc}, '.US'), '0') || '+00:00')"
    )


def tell_created(chunk: Chunk) -> None:
    """Each new record was created; one statement for all kinds."""
    run(
        """
        INSERT INTO {event} (operation_id, verb, subject_kind, subject_id, title, changes)
        SELECT %(operation)s, meant.kind || '.created', meant.kind, meant.id,
            left(COALESCE(said->meant.kind->>'title', said->meant.kind->>'name'), 200), '{{}}'
        FROM meant JOIN coming ON coming.number = meant.number
        WHERE meant.what = 'created' AND meant.kind = ANY(%(records)s)
        ORDER BY meant.number
        """,
        chunk.parameters | {"records": list(RECORDS)},
        event=table(Event),
    )


def tell_ended(chunk: Chunk) -> None:
    """Deals that came won or lost tell so, as those do that are closed in the pages."""
    run(
        f"""
        INSERT INTO {{event}} (operation_id, verb, subject_kind, subject_id, title, changes)
        SELECT %(operation)s, 'deal.' || deal.status, 'deal', deal.id, deal.title,
            jsonb_build_object(
                'status', jsonb_build_array('open', deal.status),
                deal.status || '_at',
                jsonb_build_array(NULL, {iso("COALESCE(deal.won_at, deal.lost_at)")})
            )
            || CASE WHEN reason.id IS NULL THEN '{{{{}}}}' ELSE jsonb_build_object('lost_reason',
                jsonb_build_array(NULL, jsonb_build_object('id', reason.id, 'name', reason.name))
            ) END
            || CASE WHEN deal.lost_comment = '' THEN '{{{{}}}}' ELSE jsonb_build_object(
                'lost_comment', jsonb_build_array('', deal.lost_comment)
            ) END
        FROM meant JOIN {{deal}} AS deal ON deal.id = meant.id
        LEFT JOIN {{reason}} AS reason ON reason.id = deal.lost_reason_id
        WHERE meant.kind = 'deal' AND meant.what = 'created' AND deal.status <> 'open'
        ORDER BY meant.number
        """,  # noqa: S608
        chunk.parameters,
        event=table(Event),
        deal=table(Deal),
        reason=table(LostReason),
    )


def tell_notes(chunk: Chunk) -> None:
    """Notes are news of what they are about."""
    tell_children(
        chunk,
        Note,
        verb="'note.written'",
        changes="""jsonb_build_object('note', jsonb_build_array(
            NULL, jsonb_build_object('id', child.id, 'name', left(child.text, 60))
        ))""",
    )


def tell_activities(chunk: Chunk) -> None:
    """So are activities, planned or done."""
    tell_children(
        chunk,
        Activity,
        verb="CASE WHEN child.done_at IS NULL THEN 'activity.planned' ELSE 'activity.done' END",
        changes="""jsonb_build_object(
            'activity', jsonb_build_array(
                NULL, jsonb_build_object('id', child.id, 'name', child.subject)
            ),
            'type', jsonb_build_array(NULL, jsonb_build_object('id', type.id, 'name', type.name)),
            'due_on', jsonb_build_array(NULL, child.due_on),
            'assignee', jsonb_build_array(
                NULL, jsonb_build_object('id', assignee.id, 'name', assignee.name)
            )
        )""",
        joins=sql.SQL(
            "JOIN {type} AS type ON type.id = child.type_id"
            " JOIN {user} AS assignee ON assignee.id = child.assignee_id"
        ).format(type=table(ActivityType), user=table(User)),
    )


def tell_children(chunk: Chunk, model, *, verb: str, changes: str, joins=NO_JOINS) -> None:
    """Write the event of each new child on the record that it is about."""
    kind = model._meta.model_name
    abouts = [
        sql.SQL(
            "SELECT child.id AS child_id, {kind}::text AS kind, record.id, record.{named} AS title"
            " FROM {child} AS child JOIN {record} AS record ON record.id = child.{key}"
            " JOIN meant ON meant.kind = {child_kind} AND meant.id = child.id"
            " AND meant.what = 'created'"
        ).format(
            kind=sql.Literal(about),
            child_kind=sql.Literal(kind),
            named=sql.Identifier(NAMED[about]),
            child=table(model),
            record=table(MODELS[about]),
            key=sql.Identifier(f"{about}_id"),
        )
        for about in chunk.about
    ]
    run(
        f"""
        INSERT INTO {{event}} (operation_id, verb, subject_kind, subject_id, title, changes)
        SELECT %(operation)s, {verb}, about.kind, about.id, about.title, {changes}
        FROM ({{abouts}}) AS about JOIN {{child}} AS child ON child.id = about.child_id {{joins}}
        ORDER BY child.id
        """,  # noqa: S608
        chunk.parameters,
        event=table(Event),
        abouts=sql.SQL(" UNION ALL ").join(abouts),
        child=table(model),
        joins=joins,
    )


def trace(chunk: Chunk, before: Mapping[tuple[str, int], tuple[int, dict]]) -> None:
    """Remember what every row did to which records, and count these. ``before`` holds, by kind and
    id, what records said before they were updated, and the number of the first row that did it.

    Each record counts once in an import, whatever number of rows speak of it: as created, else as
    updated if it said something else before, else as linked.
    """
    found = run(
        """
        WITH written AS (
            INSERT INTO {trace} (of_id, kind, record_id, number, what, before)
            SELECT %(import)s, meant.kind, meant.id, meant.number, meant.what, former.said
            FROM meant
            LEFT JOIN jsonb_to_recordset(%(before)s)
                AS former (kind text, id bigint, number int, said jsonb)
                ON former.kind = meant.kind AND former.id = meant.id
                AND former.number = meant.number
            RETURNING kind, record_id, what, before
        ), now AS (
            SELECT kind, record_id, CASE
                WHEN bool_or(what = 'created') THEN 'created'
                WHEN bool_or(before IS NOT NULL) THEN 'updated' ELSE 'linked' END AS what
            FROM written GROUP BY kind, record_id
        )
        -- What was written just now is not seen here: these are the traces of earlier chunks, the
        -- first of which tells of a record whether it was created.
        SELECT now.kind, now.what, CASE
            WHEN first.what = 'created' THEN 'created'
            WHEN first.what IS NULL THEN NULL
            WHEN now.what = 'updated' AND EXISTS (
                SELECT FROM {trace} AS each WHERE each.of_id = %(import)s
                    AND each.kind = now.kind AND each.record_id = now.record_id
                    AND each.before IS NOT NULL
            ) THEN 'updated' ELSE 'linked' END AS was, count(*)
        FROM now LEFT JOIN LATERAL (
            SELECT each.what FROM {trace} AS each WHERE each.of_id = %(import)s
                AND each.kind = now.kind AND each.record_id = now.record_id
            ORDER BY each.number LIMIT 1
        ) AS first ON now.what <> 'created'
        GROUP BY 1, 2, 3
        """,
        chunk.parameters
        | {
            "before": json.dumps(
                [
                    {"kind": kind, "id": number, "number": row, "said": said}
                    for (kind, number), (row, said) in before.items()
                ]
            )
        },
        trace=table(Trace),
    )
    for kind, what, was, number in found:
        if was is None:
            chunk.count(kind, what, number)
        elif (was, what) == ("linked", "updated"):
            chunk.count(kind, "linked", -number)
            chunk.count(kind, "updated", number)


def keep_numbers(chunk: Chunk) -> None:
    """Remember which record each external number stands for, the last row that says it telling."""
    run(
        """
        INSERT INTO {known} AS known (system, kind, external_id, record_id, of_id)
        SELECT DISTINCT ON (meant.kind, said->meant.kind->>'external_id')
            %(system)s, meant.kind, said->meant.kind->>'external_id', meant.id, %(import)s
        FROM meant JOIN coming ON coming.number = meant.number
        WHERE said->meant.kind->>'external_id' <> ''
        ORDER BY meant.kind, said->meant.kind->>'external_id', meant.number
        ON CONFLICT (system, kind, external_id) DO UPDATE
        SET record_id = EXCLUDED.record_id, of_id = EXCLUDED.of_id
        WHERE known.record_id <> EXCLUDED.record_id
        """,
        chunk.parameters,
        known=table(ExternalId),
    )
