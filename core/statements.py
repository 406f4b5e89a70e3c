"""Statements written in SQL, where the ORM has no words for what is done to many rows at once."""

from django.db import connection, models
from psycopg import sql


def run(statement: str, parameters=None, **parts) -> list[tuple] | None:
    """Execute ``statement`` with its ``{parts}`` filled in, names or values, and answer with its
    rows, if it has any.
    """
    composed = sql.SQL(statement).format(**parts)
    with connection.cursor() as cursor:
        cursor.execute(composed.as_string(connection.connection), parameters)
        return cursor.fetchall() if cursor.description else None


def table(model: type[models.Model]) -> sql.Identifier:
    """The table of ``model``, as a part of a statement."""
    return sql.Identifier(model._meta.db_table)
