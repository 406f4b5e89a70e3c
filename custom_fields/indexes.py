"""The indexes by which lists are sorted by a custom field: built without keeping anybody waiting.

``CREATE INDEX CONCURRENTLY`` runs in no transaction, so all of this goes through a connection of
its own. An index that was left half built is no index; it is dropped and built anew.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.db import connection
from psycopg import sql

from custom_fields.models import CustomValues, Field
from custom_fields.queries import models_with

LOCK_SPACE = 0x434649  # "CFI"
PATIENCE = 0.2  # seconds between two looks whether another builder is done


def build(field: Field) -> None:
    """Build what is missing of the indexes of ``field``, one on each table that has it."""
    with alone() as cursor:
        for model in models_with(field.of):
            name = index_name(field, model)
            if not is_valid(cursor, name):
                drop_one(cursor, name)
                cursor.execute(statement(field, model))


def drop(field: Field) -> None:
    """Drop the indexes of ``field``, whole or half built."""
    with alone() as cursor:
        for model in models_with(field.of):
            drop_one(cursor, index_name(field, model))


def index_name(field: Field, model: type[CustomValues]) -> str:
    return f"{field.key}_{model._meta.db_table}"


def statement(field: Field, model: type[CustomValues]) -> str:
    """The index over what the list sorts by: the same expression, in the words of SQL."""
    query = model.everything.annotate(by=field.behaviour.sort_expression(field)).query
    compiler = query.get_compiler(connection=connection)
    text, parameters = compiler.compile(query.annotations["by"])
    with connection.cursor() as cursor:
        text = cursor.mogrify(text, parameters)
    return (
        sql.SQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} (({by}), id)"
            " WHERE deleted_at IS NULL"
        )
        .format(
            name=sql.Identifier(index_name(field, model)),
            table=sql.Identifier(model._meta.db_table),
            by=sql.SQL(text),
        )
        .as_string()
    )


def is_valid(cursor, name: str) -> bool:
    cursor.execute(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)",
        [sql.Identifier(name).as_string()],
    )
    return cursor.fetchone() == (True,)


def drop_one(cursor, name: str) -> None:
    drop = sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {name}").format(name=sql.Identifier(name))
    cursor.execute(drop.as_string())


@contextmanager
def alone() -> Iterator:
    """A cursor whose every statement is committed by itself, and the only one that builds.

    Whoever waits looks again and again: waiting inside a statement would keep the other builder
    waiting for that statement.
    """
    with closing(connection.copy()) as second, second.cursor() as cursor:
        while not is_free(cursor):
            time.sleep(PATIENCE)
        try:
            cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
            yield cursor
        finally:  # the connection goes back to those that wait for work
            cursor.execute("RESET lock_timeout; RESET statement_timeout")
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [LOCK_SPACE])


def is_free(cursor):
    cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [LOCK_SPACE])
    return cursor.fetchone()[0]
