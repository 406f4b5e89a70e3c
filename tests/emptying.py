"""Take back what a test with real commits has written, by no more work than it needs.

Django would empty all tables, whether they have rows or not, and write anew what migrating wrote.
"""

from django.core.management.color import no_style
from django.db import DatabaseError, connection

# What migrating wrote, and no test changes.
STAY = {"django_content_type", "auth_permission"}
# Tables of the queue, which is no app of ours.
QUEUE = {
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}
FEW = 500  # rows of a table, which are deleted sooner than the table is emptied


def empty_tables(_case):
    tables = set(connection.introspection.django_table_names(only_existing=True)) - STAY | QUEUE
    whole = connection.ops.sql_flush(no_style(), sorted(tables))
    rows = rows_of(sorted(tables))
    if max(rows.values()) > FEW:
        return connection.ops.execute_sql_flush(whole)
    # Keys that point at each other are looked at when all of it is gone.
    names = [connection.ops.quote_name(table) for table, number in rows.items() if number]
    try:
        connection.ops.execute_sql_flush([f"DELETE FROM {name}" for name in names])
    except DatabaseError:  # a late answer of a live server still wrote something
        connection.ops.execute_sql_flush(whole)


def rows_of(tables):
    """How many rows each has, counted no further than to see that these are not few."""
    counts = [
        f"SELECT %s, count(*) FROM (SELECT FROM {connection.ops.quote_name(table)} LIMIT {FEW + 1})"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts), tables)
        return dict(cursor.fetchall())
