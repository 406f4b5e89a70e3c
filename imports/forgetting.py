"""What of an import is no longer needed goes: its file and its rows a month after its end, and all
of it when it is deleted before it ran. What it did stays known.
"""

import datetime
import re

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from files.storing import forget, storage
from files.sweeping import UNTOUCHED, is_older
from imports.counting import rows_of
from imports.holding import hold
from imports.models import Correction, Import, Row, SkippedRow
from imports.receiving import FOLDER
from jobs.models import Job

KEPT_DAYS = 30
OVER = (Job.Status.DONE, Job.Status.FAILED)
KEY = r"[0-9a-f]{40}"


class BeingChecked(Refused):
    """A check is on its way."""

    status = 409


def delete_import(one: Import, *, by: User) -> None:
    """Delete ``one``, with its file and all that was matched and corrected; it has not run yet.

    Refused: ``Missing``, ``AlreadyRun``, ``BeingChecked``.
    """
    with transaction.atomic():
        one = hold(one, by=by)
        if one.stage == Import.Stage.CHECKING and one.job and not one.job.is_over:
            raise BeingChecked(_("It is being checked. Wait a moment, then delete it."))
        key = one.key
        one.delete()
        transaction.on_commit(lambda: forget([key]))


def forget_old() -> int:
    """Let go of the files and rows of imports that ended a month ago, and of those that nobody
    touched for as long before they ran; say how many. Those that never ran go as a whole, but not
    while a check is on its way.
    """
    before = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    ended = Q(stage__in=Import.OVER, finished_at__lt=before)
    left = Q(stage__in=Import.OPEN, touched_at__lt=before)
    is_checked = Q(stage=Import.Stage.CHECKING, job__in=Job.objects.exclude(status__in=OVER))
    old = Import.objects.filter(ended | left).exclude(is_checked).exclude(key="").order_by("pk")
    numbers = list(old.values_list("pk", flat=True))
    for number in numbers:
        forget_one(number, old)
    sweep()
    return len(numbers)


def forget_one(number: int, old: QuerySet[Import]) -> None:
    """Let go of one import, if it is still among the ``old`` ones."""
    with transaction.atomic():
        one = old.select_for_update(of=("self",), no_key=True).filter(pk=number).first()
        if one is None:
            return
        key = one.key
        if one.is_open:
            one.delete()
        else:
            # A run refused and left out rows that its check took for ready.
            one.counts = one.counts | {"rows": rows_of(one)}
            for model in (Row, Correction, SkippedRow):
                model.objects.filter(of=one).delete()
            one.key, one.samples = "", []
            one.save(update_fields=["key", "samples", "counts"])
        transaction.on_commit(lambda: forget([key]))


def sweep() -> None:
    """Remove files that belong to no import, as an upload leaves them that was killed on its way.
    Younger ones may still become one.
    """
    try:
        names = storage().listdir(FOLDER)[1]
    except FileNotFoundError:  # nobody has imported anything yet
        return
    keys = [f"{FOLDER}/{name}" for name in names if re.fullmatch(KEY, name)]
    known = set(Import.objects.filter(key__among=keys).values_list("key", flat=True))
    at = timezone.now() - UNTOUCHED
    forget([key for key in keys if key not in known and is_older(key, at)])
