"""Write a list into a file: at once while it is short, else by a job."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone, translation

from accounts.models import User
from exports.formats import Format
from exports.registry import Export
from jobs.models import Job
from jobs.services import start
from lists.columns import Column
from lists.selection import selection_fields

JOB = "exports.write"
MOST_AT_ONCE = 10_000  # records that are written while one waits


def pieces_of(
    export: Export, records: QuerySet, columns: list[Column], file_format: Format, user: User
) -> Iterator[bytes]:
    """The file of ``records``, in the language and the time zone of ``user``: it is read after the
    request.
    """
    with translation.override(user.language), timezone.override(user.time_zone):
        rows = export.rows(records, columns, user)
        yield from file_format.pieces(columns, rows, str(export.title))


def start_export(
    export: Export,
    query: QueryDict,
    page: QueryDict,
    columns: list[Column],
    file_format: Format,
    number: int,
    *,
    by: User,
) -> Job:
    """Let a job write the file of what ``query`` selects, as many as ``number`` by now; ``columns``
    are those of the list at the address ``page``.
    """
    return start(
        JOB,
        by=by,
        of=number,
        export=export.name,
        query=urlencode(selection_fields(query, *export.filters)),
        page=page.urlencode(),
        names=[column.name for column in columns],
        file_format=file_format.name,
    )
