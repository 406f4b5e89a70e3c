"""Files that jobs wrote are kept for a week, where no address leads but the one of their user: in a
folder, since an archive of everything is as large as the storage itself.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone

from jobs.models import Job

KEPT_DAYS = 7
WHILE_AWAY = datetime.timedelta(days=KEPT_DAYS * 10)  # nobody may have looked after them so long


def folder() -> Path:
    return Path(settings.MEDIA_ROOT, "exports")


def file_of(job: Job, suffix: str) -> Path:
    """Where the file of ``job`` is, once it is written."""
    return folder() / f"{job.pk}.{suffix}"


@contextmanager
def put(job: Job, suffix: str) -> Iterator[BinaryIO]:
    """A file to write for ``job``; it is there once it is whole, and nothing is left of half."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = file_of(job, suffix)
    begun = path.with_suffix(".begun")
    try:
        with begun.open("wb") as file:
            yield file
        begun.rename(path)
    finally:
        begun.unlink(missing_ok=True)


def forget(*kinds: str) -> None:
    """The files of a week ago go; those that are older went on the nights before."""
    before = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    old = Job.objects.filter(kind__in=kinds, created_at__range=(before - WHILE_AWAY, before))
    for number in old.values_list("pk", flat=True):
        for path in folder().glob(f"{number}.*"):
            path.unlink(missing_ok=True)
