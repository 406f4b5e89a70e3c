"""A file comes in: it is stored, looked at, and its columns are guessed; and it is read anew as
somebody says it should be.
"""

import hashlib
import secrets

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_write, require
from core.errors import NotAllowed, Refused
from core.sizes import size_words
from files.naming import clean_name
from files.services import FileEmpty, FileTooLarge, refuse_full
from files.storing import forget, put, storage
from imports.guessing import guess, recognise
from imports.holding import hold
from imports.models import Import, Kind
from imports.reading import Look, look
from imports.targets import target

FOLDER = "imports"
READ = ["options", "headers", "samples", "sheets", "notices", "row_count", "kind", "system"]


def opened(one: Import) -> File:
    """The bytes of its file, as they came."""
    return storage().open(one.key)


def receive(upload: UploadedFile, *, kind: str = "", by: User) -> Import:
    """Begin to import ``upload``; each of its rows makes a record of what the file itself says by
    its headers, or else of ``kind``.

    Nothing of it is kept when it is refused: ``NotAllowed``, ``FileTooLarge``, ``FileEmpty``,
    ``StorageFull``, ``NotStored``, ``NotReadable``.
    """
    require(may_write(by))
    refuse_size(upload)
    checksum = hashlib.sha256()
    for piece in upload.chunks():
        checksum.update(piece)
    one = Import(
        by=by,
        name=clean_name(upload.name or ""),
        kind=kind or Kind.LEAD,
        key=put(upload, key=f"{FOLDER}/{secrets.token_hex(20)}"),
        size=upload.size,
        sha256=checksum.hexdigest(),
    )
    try:
        upload.seek(0)
        show(one, look(upload), is_chosen=False)
        require_kind(one.kind, by)
        with transaction.atomic():
            refuse_full(one.size + kept())
            one.save()
    except Refused:
        forget([one.key])
        raise
    return one


def reread(one: Import, options: dict, *, kind: str, by: User) -> Import:
    """Read its file as ``options`` say, its rows as records of ``kind``.

    What was matched, corrected and checked until now was so of another reading: it goes, unless
    this is no other one. Refused: ``NotReadable``, ``NotAllowed``, ``Missing``, ``AlreadyRun``.
    """
    require_kind(kind, by)
    if kind == one.kind and all(one.options.get(name) == options[name] for name in options):
        return one
    with opened(one) as file:  # not while others wait for the lock
        seen = look(file, options)
    with transaction.atomic():
        one = hold(one, by=by)
        one.kind = kind
        show(one, seen, is_chosen=True)
        start_over(one)
        one.save(update_fields=[*READ, "columns", "stage", "counts", "job"])
        one.corrections.all().delete()
        one.skipped.all().delete()
    return one


# --- What these are made of ---------------------------------------------------------------------


def require_kind(kind, by):
    """Refuse what there is no such thing of, or what ``by`` may not make."""
    if kind not in Kind.values or not target(kind).allows(by):
        raise NotAllowed(_("You cannot import this."))


def refuse_size(upload):
    if upload.size > settings.IMPORTS_LARGEST:
        size = size_words(settings.IMPORTS_LARGEST)
        raise FileTooLarge(
            _("The file is larger than %(size)s. Part it into several files.") % {"size": size}
        )
    if not upload.size:
        raise FileEmpty(_("The file is empty."))


def kept() -> int:
    """The bytes of all files of imports that are still there."""
    return Import.objects.exclude(key="").aggregate(sum=Sum("size"))["sum"] or 0


def show(one: Import, seen: Look, *, is_chosen: bool) -> None:
    """Let ``one`` be what was seen of its file, its columns guessed. The headers of a system that
    we know say more than any guess, but no more than what somebody chose.
    """
    one.options, one.headers, one.samples = seen.options, seen.headers, seen.rows
    one.sheets, one.notices, one.row_count = seen.sheets, seen.problems, seen.row_count
    known = recognise(seen.headers, user=one.by)
    if known and (known.kind == one.kind or (not is_chosen and target(known.kind).allows(one.by))):
        one.kind, one.columns, one.system = known.kind, known.columns, known.system
        return
    one.system = ""
    one.columns = guess(target(one.kind), seen.headers, seen.rows, user=one.by)


def start_over(one: Import) -> None:
    """Nothing that was found out by a check counts any more, nor does one that still runs."""
    one.stage, one.counts, one.job = Import.Stage.COLUMNS, {}, None
