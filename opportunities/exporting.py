"""Leads or deals as a file: at once while it is short, else by a job that keeps it for a week."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import User
from jobs.models import Job
from jobs.services import start
from lists.columns import Column
from lists.exporting import csv_lines
from lists.selection import selection_fields
from opportunities.acts import Acts
from opportunities.columns import carrying, with_custom_names

AT_A_TIME = 500  # records that are in memory together
KEPT_DAYS = 7


@dataclass(frozen=True)
class Export:
    """The files of a list: ``acts`` know what its address asks for, ``title`` is that of the jobs,
    ``done`` says how many records one has written.
    """

    acts: Acts
    title: str
    done: Callable[[int], str]

    @property
    def job(self) -> str:
        """The kind of the jobs that write a file."""
        return f"{self.acts.model.kind}.export"

    def start(self, query: QueryDict, shown: list[Column], number: int, *, by: User) -> Job:
        """Let a job write the file of what ``query`` selects."""
        return start(
            self.job,
            by=by,
            of=number,
            query=urlencode(selection_fields(query, *self.acts.filters)),
            names=[column.name for column in shown],
        )


def lines_of(records: QuerySet, shown: list[Column], user: User) -> Iterator[str]:
    """The file of ``records``, in their order and in constant memory."""
    return csv_lines(shown, carried(records, shown, user))


def carried(records, shown, user):
    rows = carrying(records, shown, user).iterator(AT_A_TIME)
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_A_TIME:
            with_custom_names(batch, shown)
            yield from batch
            batch.clear()
    with_custom_names(batch, shown)
    yield from batch


def file_of(job: Job) -> Path:
    """Where the file of ``job`` is kept: no address leads there but the one of its user."""
    return Path(settings.MEDIA_ROOT, "exports", f"{job.pk}.csv")
