"""Coming from Pipedrive: its export files, in the order in which they know of each other.

What the rows of a file are, its headers say; whom they are about, the numbers say that Pipedrive
gave. So organizations come first and notes last: each file finds what it speaks of.
"""

from contextlib import suppress
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from imports.forgetting import delete_import
from imports.guessing.pipedrive import SYSTEM
from imports.matching import NotMatched, finish_matching
from imports.models import Import, Kind
from imports.receiving import receive
from imports.targets import kinds_for

ORDER = (
    Kind.ORGANIZATION,
    Kind.PERSON,
    Kind.PRODUCT,
    Kind.LEAD,
    Kind.DEAL,
    Kind.ACTIVITY,
    Kind.NOTE,
)
BUSY = (Import.Stage.CHECKING, Import.Stage.RUNNING, Import.Stage.REVERTING)
# What became of nothing stands in nobody's way.
GONE = (Import.Stage.FAILED, Import.Stage.REVERTED)


class NotExported(Refused):
    """A file is none that Pipedrive exports."""


class BroughtAlready(Refused):
    """The same file is there already."""

    status = 409


@dataclass(frozen=True)
class Part:
    """The files of one kind of record; of all parts, one has the file that ``is_next``."""

    kind: Kind
    files: list[Import]
    is_next: bool

    @property
    def is_over(self) -> bool:
        return bool(self.files) and all(file.is_over for file in self.files)

    @property
    def is_done(self) -> bool:
        """Whether all of it was imported, and nothing of it cancelled."""
        return bool(self.files) and all(file.stage == Import.Stage.DONE for file in self.files)

    @property
    def is_busy(self) -> bool:
        """Whether it may look different in a moment, without anybody doing anything."""
        return any(file.stage in BUSY for file in self.files)


def parts_of(user: User) -> list[Part]:
    """How far ``user`` is with what they bring along; one statement."""
    files = list(brought_by(user).order_by("pk"))
    of = {kind: [file for file in files if file.kind == kind] for kind in ORDER}
    waiting = [kind for kind in ORDER if any(not file.is_over for file in of[kind])]
    allowed = {each.kind for each in kinds_for(user)}
    return [
        Part(kind, of[kind], is_next=kind in waiting[:1])
        for kind in ORDER
        if kind in allowed or of[kind]
    ]


def brought_by(user):
    return Import.objects.without_samples().filter(by=user, system=SYSTEM).exclude(stage__in=GONE)


def bring(upload: UploadedFile, *, by: User) -> Import:
    """Take in a file that Pipedrive exported: its columns go where they belong, and it is ready to
    be checked.

    Refused with ``NotExported``, ``BroughtAlready``, and as ``receive`` refuses; nothing of it is
    kept then.
    """
    one = receive(upload, by=by)
    if refused := kept_once(one, by=by):
        raise refused
    with suppress(NotMatched):  # the page of its columns tells what they lack
        finish_matching(one, by=by)
    return one


@transaction.atomic
def kept_once(one: Import, *, by: User) -> Refused | None:
    """Why ``one`` is not kept, if it is not: of the same file that is sent twice at a time, one
    stays.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one file after the other
    if one.system != SYSTEM:
        refused = NotExported(
            _("Pipedrive exports no file with such headers. Import it by itself.")
        )
    elif brought_by(by).filter(sha256=one.sha256).exclude(pk=one.pk).exists():
        refused = BroughtAlready(_("This file is here already."))
    else:
        return None
    delete_import(one, by=by)
    return refused
