"""The statements by which many rows are drawn, kept and written."""

from django.db import connection

from history.models import Event, Operation


def draw(name, model, rows, parameters):
    """Keep drawn ``rows`` in the temporary table ``name``, numbered in the order of their age."""
    run(
        f"""
        CREATE TEMP TABLE {name} ON COMMIT DROP AS
        SELECT row_number() OVER () AS number,
            nextval(pg_get_serial_sequence('{model._meta.db_table}', 'id')) AS id,
            nextval(pg_get_serial_sequence('{Operation._meta.db_table}', 'id')) AS operation_id,
            drawn.*
        FROM (SELECT * FROM ({rows}) AS rows ORDER BY created_at) AS drawn
        """,  # noqa: S608
        parameters,
    )
    run(f"ANALYZE {name}")


def insert(model, columns, source, parameters):
    """Write one row of ``model`` for each of ``source``; ``columns`` are SQL by column."""
    names, values = ", ".join(columns), ", ".join(columns.values())
    run(
        f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {source}",  # noqa: S608
        parameters,
    )


def tell(model, fresh, parameters):
    """Each record was made by its owner, in an act of its own."""
    verb = f"'{model.kind}.created'"
    insert(
        Operation,
        {"id": "operation_id", "verb": verb, "by_id": "owner_id", "at": "created_at"},
        fresh,
        parameters,
    )
    insert(
        Event,
        {
            "operation_id": "operation_id",
            "verb": verb,
            "subject_kind": f"'{model.kind}'",
            "subject_id": "id",
            "title": "title",
            "changes": "'{}'",
        },
        fresh,
        parameters,
    )


def one_of(name, kind="text"):
    """SQL that draws one of the array parameter ``name``."""
    array = f"(%({name})s::{kind}[])"
    return f"{array}[1 + floor(random() * cardinality{array})::int]"


def some_time_ago():
    """SQL that draws a moment of the last years, more often a late one."""
    return "%(now)s - power(random(), 1.5) * %(days)s * interval '1 day'"


def run(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
