"""Leads as a file: at once while it is short, else by a job that keeps it for a week."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import User
from jobs.models import Job
from jobs.services import start
from leads.acts import LEADS
from leads.inbox import FIRST, USUAL, columns
from lists.columns import Column, shown_columns
from lists.exporting import csv_lines
from lists.queries import chosen_columns
from lists.selection import selection_fields
from opportunities.columns import carrying, with_custom_names

JOB = "lead.export"
AT_A_TIME = 500  # leads that are in memory together
KEPT_DAYS = 7


def columns_on(page: QueryDict, user: User) -> list[Column]:
    """The columns that the list at this address shows to ``user``."""
    return shown_columns(columns(), *chosen_columns("leads", page, user), USUAL, first=FIRST)


def lines_of(leads: QuerySet, shown: list[Column], user: User) -> Iterator[str]:
    """The file of ``leads``, in their order and in constant memory."""
    return csv_lines(shown, carried(leads, shown, user))


def carried(leads, shown, user):
    rows = carrying(leads, shown, user).iterator(AT_A_TIME)
    batch = []
    for lead in rows:
        batch.append(lead)
        if len(batch) == AT_A_TIME:
            with_custom_names(batch, shown)
            yield from batch
            batch.clear()
    with_custom_names(batch, shown)
    yield from batch


def start_export(query: QueryDict, shown: list[Column], number: int, *, by: User) -> Job:
    """Let a job write the file of what ``query`` selects."""
    return start(
        JOB,
        by=by,
        of=number,
        query=urlencode(selection_fields(query, *LEADS.filters)),
        names=[column.name for column in shown],
    )


def file_of(job: Job) -> Path:
    """Where the file of ``job`` is kept: no address leads there but the one of its user."""
    return Path(settings.MEDIA_ROOT, "exports", f"{job.pk}.csv")
