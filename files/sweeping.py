"""What is no longer a file of anything goes: rows after 30 days, bytes without a row after one.

Bytes lose their row when a record is purged; and they never had one when an upload was killed
between its bytes and its row. Younger ones may be on their way to a row, so they stay. So does
whatever is not called as our files are; and everything, when it looks as if the rows were lost.
"""

import datetime
import logging
import re
from collections.abc import Iterator

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from files.models import Attachment, File
from files.storing import FOLDER, NAME, forget, storage

logger = logging.getLogger(__name__)

KEPT_DAYS = 30
UNTOUCHED = datetime.timedelta(days=1)
BATCH = 1_000
HANDFUL = 50  # orphans that are removed whatever share of the storage they are


def holders() -> list[type[Attachment]]:
    """The models of attachments, of all records that have files."""
    return [model for model in apps.get_models() if issubclass(model, Attachment)]


def let_go(attachments: QuerySet[Attachment]) -> int:
    """Remove ``attachments`` and the rows of their files for good; the sweep finds the bytes."""
    numbers = list(attachments.values_list("file", flat=True))
    attachments.model.everything.filter(file__pk__among=numbers).delete()
    File.objects.filter(pk__among=numbers).delete()
    return len(numbers)


def sweep(*, is_sure: bool = False) -> dict[str, int]:
    """Remove what was deleted a month ago, and bytes that belong to nothing; say how many.

    ``is_sure`` says that somebody looked, and that even most of what is stored may go.
    """
    before = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    deleted = sum(purge_deleted(holder, before) for holder in holders())
    return {"deleted": deleted, "orphans": sweep_storage(is_sure=is_sure)}


def purge_deleted(holder, before) -> int:
    gone = 0
    while True:
        with transaction.atomic():
            old = holder.everything.filter(deleted_at__lt=before).order_by("pk")
            free = old.select_for_update(of=("self",), skip_locked=True)
            numbers = list(free.values_list("pk", flat=True)[:BATCH])
            gone += let_go(holder.everything.filter(pk__among=numbers))
        if not numbers:
            return gone


def sweep_storage(*, is_sure: bool) -> int:
    """Remove stored bytes that no row names, but for young ones.

    Nothing, when they are most of what is stored: then rather the rows are missing, as after the
    restore of an old dump, or those of another installation lie in the same place.
    """
    stored, lost = 0, []
    for keys in folders():
        stored += len(keys)
        lost += orphans_among(keys)
    if len(lost) > max(HANDFUL, stored / 2) and not is_sure:
        logger.error(
            "Nothing was removed from the storage: no file is known for %s of the %s things in it. "
            "Were rows lost, or is the place shared? If they may go: manage.py sweep_files --sure",
            len(lost),
            stored,
        )
        return 0
    forget(lost)
    return len(lost)


def orphans_among(keys: list[str]) -> list[str]:
    """Those of ``keys`` that no row names, and that are old enough."""
    rows = File.objects.filter(key__among=keys) | File.objects.filter(preview__among=keys)
    known = {key for row in rows.values_list("key", "preview") for key in row}
    at = timezone.now() - UNTOUCHED
    return [key for key in keys if key not in known and is_older(key, at)]


def folders() -> Iterator[list[str]]:
    """The keys in each folder of the storage; what is not called as ours are is left out."""
    try:
        names, _loose = storage().listdir("")
    except FileNotFoundError:  # nobody has stored anything yet
        return
    for folder in sorted(names):
        if re.fullmatch(FOLDER, folder):
            _further, found = storage().listdir(folder)
            yield [f"{folder}/{name}" for name in found if re.fullmatch(NAME, name)]


def is_older(key, at) -> bool:
    try:
        return storage().get_modified_time(key) < at
    except FileNotFoundError:  # somebody was faster
        return False
