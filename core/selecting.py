"""``insert_from``: the INSERT … SELECT that the ORM lacks."""

from django.db import connection, models


def insert_from(rows: models.QuerySet, model: type[models.Model], **columns) -> None:
    """Insert a row of ``model`` for each of ``rows``, in their order, in one statement.

    ``columns`` maps the fields of ``model`` to expressions over ``rows``; fields that are not named
    must have a default in the database, or be allowed to be empty there.
    """
    names = [model._meta.get_field(name).column for name in columns]
    quoted = ", ".join(map(connection.ops.quote_name, names))
    chosen, parameters = rows.values_list(*columns.values()).query.sql_with_params()
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({quoted}) {chosen}", parameters)
