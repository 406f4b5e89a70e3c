"""The statements by which Undo puts former values back, each over a whole operation.

All of Undo's SQL stands here. An event's ``changes`` maps a field to ``[before, after]``, as it was
frozen; every statement joins the records to the events of one operation, so their number does not
depend on how many there are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone
from psycopg import sql

from core.statements import run, table
from history.models import Event, Operation

BEFORE, AFTER = 0, 1


@dataclass(frozen=True)
class Changes:
    """The fields that the events of ``operation`` tell of, of records of ``model``."""

    operation: Operation
    model: type
    keys: list[str]

    @property
    def events(self):
        """The events as a table called ``event``."""
        return sql.SQL(
            "(SELECT subject_id, changes FROM {event}"
            " WHERE operation_id = {operation} AND subject_kind = {kind}) AS event"
        ).format(event=table(Event), operation=self.operation.pk, kind=self.model.kind)


def keys_of(operation: Operation) -> list[str]:
    """The fields that the events of ``operation`` tell of."""
    keys = run(
        "SELECT DISTINCT jsonb_object_keys(changes) FROM {event} WHERE operation_id = {operation}",
        event=table(Event),
        operation=operation.pk,
    )
    return sorted(key for (key,) in keys)


def frozen_values(changes: Changes, key: str, side: int) -> dict[str, Any]:
    """What stood in ``key`` before or after, each value once, by its text."""
    rows = run(
        "SELECT DISTINCT ON (text) event.changes #>> {path} AS text, event.changes #> {path}"
        " FROM {events} WHERE event.changes ? {key} AND event.changes #>> {path} IS NOT NULL",
        path=path(key, side),
        key=key,
        events=changes.events,
    )
    return {text: json.loads(value) if isinstance(value, str) else value for text, value in rows}


def changed_since(
    changes: Changes, fields, sets, custom: Mapping[str, Mapping[str, Any]]
) -> list[int]:
    """The records in which a field no longer holds what it was changed to.

    ``custom`` maps the key of a custom field to what is kept for each text that was frozen of it.
    """
    differing = [
        sql.SQL("(event.changes ? {} AND record.{} IS DISTINCT FROM {})").format(
            field.name, sql.Identifier(field.column), former(field, AFTER)
        )
        for field in fields
    ]
    differing += [
        sql.SQL(
            "(event.changes ? {name} AND"
            " (SELECT array_agg(link.{member} ORDER BY link.{member}) FROM {links} AS link"
            " WHERE link.{key} = record.id) IS DISTINCT FROM"
            " (SELECT array_agg(member.id ORDER BY member.id) FROM {members} AS member (id)))"
        ).format(name=field.name, members=members(field, AFTER), **names_of(field))
        for field in sets
    ]
    differing += [
        sql.SQL("(event.changes ? {} AND record.custom -> {} IS DISTINCT FROM {})").format(
            key, number(key), kept(key, AFTER, stored)
        )
        for key, stored in custom.items()
    ]
    if not differing:
        return []
    rows = run(
        "SELECT record.id FROM {events} JOIN {record} AS record ON record.id = event.subject_id"
        " WHERE {differing} ORDER BY record.id",
        events=changes.events,
        record=table(changes.model),
        differing=sql.SQL(" OR ").join(differing),
    )
    return [pk for (pk,) in rows]


def put_back(changes: Changes, fields, custom: Mapping[str, Mapping[str, Any]]) -> None:
    """Put the former values of ``fields`` and of ``custom`` back, all columns at once: some depend
    on others.
    """
    columns = {
        field.column: sql.SQL("CASE WHEN event.changes ? {} THEN {} ELSE record.{} END").format(
            field.name, former(field, BEFORE), sql.Identifier(field.column)
        )
        for field in fields
    }
    if custom:
        columns["custom"] = former_custom(custom)
    for name, at in changes.model.stamps(timezone.now()).items():
        columns[name] = sql.SQL("{}").format(at)
    run(
        "UPDATE {record} AS record SET {columns} FROM {events} WHERE record.id = event.subject_id",
        record=table(changes.model),
        columns=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), value)
            for name, value in columns.items()
        ),
        events=changes.events,
    )


def former_custom(custom):
    """A record's custom values with the former ones in their places; those without one are out."""
    puts = [
        sql.SQL(
            "CASE WHEN event.changes ? {key} THEN jsonb_build_object({number}, {kept})"
            " ELSE '{{}}' END"
        ).format(key=key, number=number(key), kept=kept(key, BEFORE, stored))
        for key, stored in custom.items()
    ]
    whole = sql.SQL(" || ").join([sql.SQL("record.custom"), *puts])
    return sql.SQL("jsonb_strip_nulls({})").format(whole)


def put_sets_back(changes: Changes, field) -> None:
    """Let each record have the members of the many-to-many ``field`` that it had before."""
    run(
        "DELETE FROM {links} AS link USING {events}"
        " WHERE link.{key} = event.subject_id AND event.changes ? {name}",
        events=changes.events,
        name=field.name,
        **names_of(field),
    )
    run(
        "INSERT INTO {links} ({key}, {member})"
        " SELECT event.subject_id, member.id FROM {events}, {members} AS member (id)",
        events=changes.events,
        members=members(field, BEFORE),
        **names_of(field),
    )


def record_turned(changes: Changes, undone: Operation) -> None:
    """Write for each event of the act the one of its undoing: before and after changed places."""
    run(
        """
        INSERT INTO {event} (operation_id, verb, subject_kind, subject_id, title, changes)
        SELECT {operation}, {verb}, {kind}, record.id, record.title, (
            SELECT jsonb_object_agg(key, jsonb_build_array(value -> 1, value -> 0))
            FROM jsonb_each(event.changes)
        )
        FROM {events} JOIN {record} AS record ON record.id = event.subject_id
        ORDER BY record.id
        """,
        event=table(Event),
        operation=undone.pk,
        verb=undone.verb,
        kind=changes.model.kind,
        events=changes.events,
        record=table(changes.model),
    )


def former(field, side):
    """What stood in ``field`` before or after, as its column holds it."""
    where = path(field.name, side, *(["id"] if field.is_relation else []))
    kind = sql.SQL(field.db_type(connection))
    return sql.SQL("(event.changes #>> {})::{}").format(where, kind)


def kept(key, side, stored):
    """What is kept for the value that was frozen of a custom field."""
    return sql.SQL("{}::jsonb -> (event.changes #>> {})").format(
        json.dumps(stored), path(key, side)
    )


def members(field, side):
    """The ids of the members that a many-to-many ``field`` had, as a table."""
    where = sql.SQL("event.changes #> {}").format(path(field.name, side))
    return sql.SQL(
        "LATERAL (SELECT (member ->> 'id')::bigint FROM jsonb_array_elements({}) AS member)"
    ).format(where)


def names_of(field):
    """The table that links records to the members of ``field``, and its two keys."""
    return {
        "links": table(field.remote_field.through),
        "key": sql.Identifier(field.m2m_column_name()),
        "member": sql.Identifier(field.m2m_reverse_name()),
    }


def path(*steps):
    return [str(step) for step in steps]


def number(key):
    return key.rpartition("_")[2]
