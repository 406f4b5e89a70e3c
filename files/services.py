"""Files of a record: added, described, deleted and brought back, each with history and Undo.

Every one of these acts takes the model of the attachments and finds the record by it, so that deals
and whatever else has files do the same. Who may change the record may do all of it.
"""

import uuid

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.policies import lock, may_write, require
from core.errors import Missing, Refused
from core.stale import refuse_stale
from files.models import Attachment, File
from files.naming import renamed
from files.storing import discard, store
from history.models import Operation
from history.services import begin, changed, changed_again, gone_since, record
from history.undoing import undoes

MOST_AT_ONCE = 20
MOST_OF_ONE = 1_000
QUOTA = 0x46494C  # "FIL": the advisory lock under which the sum of all files is looked at


class FileTooLarge(Refused):
    """A file is larger than this installation takes."""

    status = 413


class FileEmpty(Refused):
    """A file without a byte is no file: as a rule it was not there yet when it was chosen."""


class TooManyFiles(Refused):
    """More files than one record has, or than are sent at once."""


class StorageFull(Refused):
    """All files together are as many as this installation keeps."""

    status = 413


def attach(
    holder: type[Attachment], to, uploads: list, *, token: uuid.UUID | None = None, by: User
) -> Operation:
    """Attach what was uploaded to the record ``to``.

    The bytes are written before anything is locked, so that nobody waits for a slow storage; what
    is refused takes them out again. A repeat with the same ``token`` answers with the first act.
    Refused as a whole: ``Missing``, ``NotAllowed``, ``FileTooLarge``, ``FileEmpty``,
    ``TooManyFiles``, ``StorageFull``, ``NotStored``.
    """
    require(may_write(by))
    with transaction.atomic():  # nothing is written anywhere for who may not
        lock([to], by=by)
    refuse_uploads(uploads)
    stored = []
    try:
        for upload in uploads:
            stored.append(store(upload, by=by))
        operation, is_new = keep(holder, to, stored, token=token, by=by)
    except Refused:
        discard(stored)
        raise
    if not is_new:
        discard(stored)
    return operation


@transaction.atomic
def keep(holder, to, stored: list[File], *, token, by: User) -> tuple[Operation, bool]:
    """Write the rows of ``stored`` files, whose bytes are there; and whether this act is new."""
    operation, is_new = begin(f"{to.kind}.file_added", by=by, token=token)
    if not is_new:
        return operation, False
    [locked] = lock([to], by=by)
    refuse_too_many(holder.everything.filter(**{holder.holder: locked}).count() + len(stored))
    refuse_full(sum(file.size for file in stored))
    File.objects.bulk_create(stored)
    attached = holder.objects.bulk_create(
        holder(**{holder.holder: locked}, file=file) for file in stored
    )
    tell(operation, locked, {"file": changed([], attached)})
    return operation, True


@transaction.atomic
def change(
    attachment: Attachment, *, name: str, description: str, seen: dict | None = None, by: User
) -> Operation | None:
    """Call the file ``name``, which keeps its ending, and describe it.

    ``seen`` is what the writer saw in both: ``Stale`` when somebody else wrote meanwhile. Changing
    nothing records nothing. Refused: ``Missing``, ``NotAllowed``; ``ValidationError`` for what a
    field cannot hold.
    """
    locked, held = hold(attachment, by=by)
    file = locked.file
    description = type(attachment)._meta.get_field("description").clean(description.strip(), None)
    news = {"name": renamed(name, file.name), "description": description}
    now = {"name": file.name, "description": locked.description}
    news = {what: value for what, value in news.items() if value != now[what]}
    for what in news:
        refuse_stale(held, what, now[what], seen, label=LABELS[what])
    if not news:
        return None
    told = {TOLD_AS[what]: [now[what], value] for what, value in news.items()}
    write(locked, news)
    operation, _new = begin(f"{held.kind}.file_changed", by=by)
    tell(operation, held, {"file": changed(locked, locked), **told})
    return operation


@transaction.atomic
def remove(attachment: Attachment, *, by: User) -> Operation:
    """Take the file off its record: for 30 days it can come back, then its bytes go for good."""
    locked, held = hold(attachment, by=by)
    operation, _new = begin(f"{held.kind}.file_removed", by=by)
    set_aside([locked], by=by)
    tell(operation, held, {"file": changed([locked], [])})
    return operation


# --- What these acts are made of ----------------------------------------------------------------

# What the history calls the columns of a file.
TOLD_AS = {"name": "file_name", "description": "description"}
LABELS = {"name": gettext_lazy("file name"), "description": gettext_lazy("description")}


def refuse_uploads(uploads) -> None:
    """Refuse what no record takes, before anything is written."""
    if len(uploads) > MOST_AT_ONCE:
        words = _("At most %(most)s files can be added at once.")
        raise TooManyFiles(words % {"most": MOST_AT_ONCE})
    if large := [upload.name for upload in uploads if upload.size > settings.FILES_LARGEST]:
        raise too_large(large)
    if empty := [upload.name for upload in uploads if not upload.size]:
        raise FileEmpty(_("%(names)s: there is nothing in it.") % {"names": quoted(empty)})


def too_large(names: list[str]) -> FileTooLarge:
    words = ngettext(
        "%(names)s is larger than %(size)s.", "%(names)s are larger than %(size)s each.", len(names)
    )
    size = filesizeformat(settings.FILES_LARGEST)
    return FileTooLarge(words % {"names": quoted(names), "size": size})


def quoted(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def refuse_too_many(number: int) -> None:
    if number > MOST_OF_ONE:
        words = _(
            "At most %(most)s files can be kept here, with those deleted in the last 30 days."
        )
        raise TooManyFiles(words % {"most": MOST_OF_ONE})


def refuse_full(size: int) -> None:
    """Refuse when ``size`` bytes more are too much for the installation.

    Under a lock that is taken last and held until the end, so that two do not both take the rest.
    """
    if not settings.FILES_TOTAL:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [QUOTA])
    kept = File.objects.aggregate(sum=Sum("size"))["sum"] or 0
    if kept + size > settings.FILES_TOTAL:
        words = _(
            "There is no room left: all files together may have %(size)s. An admin can make room; "
            "deleted files go after 30 days."
        )
        raise StorageFull(words % {"size": filesizeformat(settings.FILES_TOTAL)})


def hold(attachment: Attachment, *, by: User):
    """The attachment with its file, and its record, which is locked: whoever changes a file holds
    its record first.
    """
    holder, name = type(attachment), attachment.holder
    number = holder.everything.filter(pk=attachment.pk).values_list(name, flat=True).first()
    if number is None:
        raise file_gone()
    [held] = lock([holder.record_model()(pk=number)], by=by)
    found = holder.objects.filter(pk=attachment.pk, **{name: held}).select_related("file").first()
    if found is None:
        raise file_gone()
    return found, held


def file_gone() -> Missing:
    return Missing(_("This file is no longer there."))


def write(locked: Attachment, news: dict) -> None:
    if "name" in news:
        locked.file.name = news["name"]
        locked.file.save(update_fields=["name"])
    if "description" in news:
        locked.description = news["description"]
        locked.save(update_fields=["description"])


def set_aside(attachments: list[Attachment], *, by: User) -> None:
    rows = type(attachments[0]).everything.filter(pk__in=[each.pk for each in attachments])
    rows.update(deleted_at=timezone.now(), deleted_by=by)


def tell(operation: Operation, held, changes: dict) -> None:
    """Write what happened to the locked record ``held``: it is news of it."""
    type(held).everything.filter(pk=held.pk).update(**held.stamps(timezone.now()))
    record(operation, [held], changes=changes)


# --- Undo ---------------------------------------------------------------------------------------


def undo_on(holder: type[Attachment]) -> None:
    """Register how acts on the files of such records are taken back: called once by each app that
    has them.
    """
    kind = holder.holder

    @undoes(f"{kind}.file_added")
    def undo_adding(operation: Operation, *, by: User) -> None:
        """Delete the files that are still there."""
        held, [_before, added] = of_act(holder, operation, by=by)
        there = files_among(holder.objects, held, added)
        undone, _new = begin(f"{kind}.file_removed", by=by)
        set_aside(there, by=by)
        tell(undone, held, {"file": changed(there, [])})

    @undoes(f"{kind}.file_removed")
    def undo_removing(operation: Operation, *, by: User) -> None:
        """Bring back the files that are not yet gone for good."""
        held, [removed, _after] = of_act(holder, operation, by=by)
        back = files_among(holder.everything.deleted(), held, removed)
        undone, _new = begin(f"{kind}.file_added", by=by)
        rows = holder.everything.filter(pk__in=[each.pk for each in back])
        rows.update(deleted_at=None, deleted_by=None)
        tell(undone, held, {"file": changed([], back)})

    @undoes(f"{kind}.file_changed")
    def undo_changing(operation: Operation, *, by: User) -> None:
        """Put name and description back, unless they were changed again."""
        told = operation.events.get().changes
        kept = told["file"][0]
        if not holder.objects.filter(pk=kept["id"]).exists():
            raise gone_since(kept["name"])
        locked, held = hold(holder(pk=kept["id"]), by=by)
        now = {"name": locked.file.name, "description": locked.description}
        changes = {what: told[key] for what, key in TOLD_AS.items() if key in told}
        if any(now[what] != after for what, (_before, after) in changes.items()):
            raise changed_again([held])
        write(locked, {what: before for what, (before, _after) in changes.items()})
        undone, _new = begin(f"{kind}.file_changed", by=by)
        back = {TOLD_AS[what]: [after, before] for what, (before, after) in changes.items()}
        tell(undone, held, {"file": changed(locked, locked), **back})


def of_act(holder, operation, *, by):
    """The record that has the files of the act now, locked, and the files before and after it, as
    its event names them. Another one, if that of the act became part of it.
    """
    event = operation.events.get()
    files = [each["id"] for side in event.changes["file"] for each in side]
    found = holder.everything.filter(pk__in=files).values_list(holder.holder, flat=True).first()
    [held] = lock([holder.record_model()(pk=found or event.subject_id)], by=by)
    return held, event.changes["file"]


def files_among(rows, held, told) -> list[Attachment]:
    """Those of the files ``told`` by an event that are among ``rows``, and still of this record."""
    numbers = [each["id"] for each in told]
    found = rows.filter(pk__in=numbers, **{held.kind: held}).select_related("file").order_by("pk")
    found = found.select_for_update(of=("self",), no_key=True)
    if not found:
        raise gone_since(told[0]["name"])
    return list(found)
