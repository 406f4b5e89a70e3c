"""Put what was sent into the storage, and take it out again.

Bytes go first and their row follows: whatever is interrupted leaves bytes without a row, which the
sweep finds, never a row without bytes. What is in the storage is called by a random key.
"""

import hashlib
import logging
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from files import previews
from files.models import File
from files.naming import clean_name
from files.sorts import HEAD, decide

logger = logging.getLogger(__name__)

# What keys look like: the first two signs of a random word are its folder.
FOLDER, NAME = "[0-9a-f]{2}", "[0-9a-f]{38}"


class NotStored(Refused):
    """The storage failed: full, out of reach, or not writable."""

    status = 503


def storage() -> Storage:
    return storages["files"]


def store(upload: UploadedFile, *, by: User) -> File:
    """Write the bytes of ``upload`` into the storage; answer with its row, not yet saved.

    Refused with ``NotStored`` when they cannot be written.
    """
    name, checksum = clean_name(upload.name or ""), hashlib.sha256()
    upload.seek(0)
    content_type = decide(name, upload.read(HEAD))
    for piece in upload.chunks():
        checksum.update(piece)
    return File(
        key=put(upload),
        preview=put_preview(upload, content_type),
        name=name,
        type=content_type,
        size=upload.size,
        checksum=checksum.hexdigest(),
        uploaded_by=by,
    )


def put(content, *, key: str = "") -> str:
    """The key under which ``content`` was written: a fresh one, or the random one given."""
    key = key or fresh_key()
    content.seek(0)
    try:
        return storage().save(key, content)
    except Exception as problem:  # each storage has its own ones
        logger.exception("Could not write into the storage")
        forget([key])
        raise NotStored(
            _("The file could not be stored. Nothing was changed; please try again later.")
        ) from problem


def put_preview(upload, content_type) -> str:
    """The key of the small picture; a file without one is as good as it was."""
    picture = previews.draw(upload, content_type)
    try:
        return put(ContentFile(picture)) if picture else ""
    except NotStored:
        return ""


def fresh_key() -> str:
    """A key that nobody can guess; the first two signs spread keys over folders."""
    key = secrets.token_hex(20)
    return f"{key[:2]}/{key[2:]}"


def discard(files: list[File]) -> None:
    """Take the bytes of ``files``, whose rows are not there or gone, out of the storage."""
    forget([key for file in files for key in (file.key, file.preview) if key])


def forget(keys: list[str]) -> None:
    """Remove what the storage has under ``keys``. What cannot be removed now, the sweep finds."""
    for key in keys:
        try:
            storage().delete(key)
        except Exception:
            logger.exception("Could not remove from the storage")
