"""What is said and done about the records of a chunk: notes and activities."""

from activities.models import WITH_NEXT_STEP, Activity, Note
from core.statements import run, table
from imports.writing.chunk import Chunk
from imports.writing.contacts import insert
from imports.writing.meeting import MODELS
from imports.writing.statements import names, text, typed

ABOUT = {
    "id": "row.id",
    "created_at": f"COALESCE({typed('created_at', 'timestamptz')}, %(at)s)",
    "updated_at": "%(at)s",
}
NOTE = ABOUT | {
    "text": text("text"),
    "is_pinned": f"COALESCE({typed('is_pinned', 'boolean')}, false)",
    "author_id": f"COALESCE({typed('author', 'bigint')}, %(by)s)",
}
IS_DONE = f"COALESCE({typed('is_done', 'boolean')}, {typed('done_at', 'timestamptz')} IS NOT NULL)"
ACTIVITY = ABOUT | {
    "type_id": typed("type", "bigint"),
    "subject": text("subject"),
    "due_on": typed("due_on", "date"),
    "due_time": typed("due_time", "time"),
    "minutes": typed("minutes", "smallint"),
    "assignee_id": f"COALESCE({typed('assignee', 'bigint')}, %(by)s)",
    "text": text("text"),
    "done_at": f"CASE WHEN {IS_DONE} THEN COALESCE({typed('done_at', 'timestamptz')}, %(at)s) END",
    "done_by_id": f"CASE WHEN {IS_DONE} THEN COALESCE({typed('assignee', 'bigint')}, %(by)s) END",
    "created_by_id": "%(by)s",
}


def add_notes(chunk: Chunk) -> None:
    insert(chunk, Note, NOTE | subject(chunk), kind="note", **about(chunk))


def add_activities(chunk: Chunk) -> None:
    insert(chunk, Activity, ACTIVITY | subject(chunk), kind="activity", **about(chunk))


def about(chunk):
    return {kind: kind for kind in chunk.about}


def subject(chunk: Chunk) -> dict[str, str]:
    """The keys of what is about one record: of those it may be about, the first of its row."""
    columns, before = {}, []
    for kind in chunk.about:
        column = f"row.{kind}_id"
        none = " AND ".join(f"{each} IS NULL" for each in before)
        columns[f"{kind}_id"] = f"CASE WHEN {none} THEN {column} END" if before else column
        before.append(column)
    return columns


def settle(chunk: Chunk) -> None:
    """Let leads and deals say when their next activity is; one statement for each kind."""
    for kind in set(chunk.about) & set(WITH_NEXT_STEP):
        run(
            """
            UPDATE {record} AS record SET next_activity_on = step.first_on
            FROM (
                SELECT every.{key} AS id, min(every.due_on) AS first_on
                FROM {activity} AS every
                WHERE every.done_at IS NULL AND every.{key} IN (
                    SELECT new.{key} FROM meant JOIN {activity} AS new ON new.id = meant.id
                    WHERE meant.kind = 'activity'
                )
                GROUP BY every.{key}
            ) AS step
            WHERE record.id = step.id AND record.next_activity_on IS DISTINCT FROM step.first_on
            """,
            record=table(MODELS[kind]),
            activity=table(Activity),
            key=names([f"{kind}_id"]),
        )


def wake_deals(chunk: Chunk) -> None:
    """Deals that were there before are no longer idle when something was said of them, or done."""
    run(
        """
        UPDATE {deal} AS deal SET idle_since = %(at)s
        FROM (
            SELECT note.deal_id AS id FROM meant JOIN {note} AS note ON note.id = meant.id
            WHERE meant.kind = 'note' AND meant.what = 'created'
            UNION
            SELECT activity.deal_id FROM meant JOIN {activity} AS activity ON activity.id = meant.id
            WHERE meant.kind = 'activity' AND meant.what = 'created'
                AND activity.done_at IS NOT NULL
        ) AS news
        WHERE deal.id = news.id AND deal.idle_since < %(at)s
        """,
        chunk.parameters,
        deal=table(MODELS["deal"]),
        note=table(Note),
        activity=table(Activity),
    )
