"""Write, change, pin and remove notes."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_write, require
from activities.models import Note
from activities.policies import may_rewrite
from activities.services.holding import (
    columns_of,
    differences,
    hold,
    hold_subject,
    settle,
    write,
)
from core.errors import NotAllowed
from history.models import Operation
from history.services import AlreadyDone, begin, changed, record


class NotYourNote(NotAllowed):
    """Notes are changed and removed by their author, the team's manager or an admin."""


@transaction.atomic
def write_note(note: Note, *, token: uuid.UUID | None = None, by: User) -> Note:
    """Save an unsaved ``note`` about one record, written by ``by``, with its event.

    A repeat with the same ``token`` answers with the first note. Refused: ``Missing`` and
    ``NotAllowed`` as for changing the record; ``ValidationError`` for what a note cannot hold.
    """
    require(may_write(by))
    operation, is_new = begin("note.written", by=by, token=token)
    if not is_new:
        return first_result(operation)
    subject = hold_subject(note, by=by)
    note.author = by
    note.full_clean()
    note.save()
    settle(subject, has_news=True)
    record(operation, [subject], changes={"note": changed(None, note)})
    return note


def first_result(operation: Operation) -> Note:
    """The note that ``operation`` made, for a repeated submission."""
    event = operation.events.first()
    made = event.changes.get("note", [None, None])[1] if event else None
    note = Note.objects.filter(pk=made["id"]).first() if made else None
    if note is None:
        raise AlreadyDone(_("This was already saved, and it is no longer there."))
    return note


@transaction.atomic
def change_note(note: Note, text: str, *, by: User, seen: str | None = None) -> Operation | None:
    """Rewrite ``note``; the same text records nothing.

    ``seen`` is the text the writer saw: ``Stale`` when it says something else by now. Refused:
    ``NotYourNote``, and ``Missing`` and ``NotAllowed`` as for changing its record.
    """
    return _change(note, {"text": text}, by=by, seen=None if seen is None else {"text": seen})


@transaction.atomic
def pin(note: Note, is_pinned: bool, *, by: User) -> Operation | None:
    """Keep ``note`` above all others, or no longer: whoever may change its record may."""
    return _change(note, {"is_pinned": is_pinned}, by=by)


def _change(note, values, *, by, seen=None):
    subject, locked = hold(note, by=by)
    if "text" in values:
        require_author(locked, by=by)
    changes = differences(locked, values, seen)
    if not changes:
        return None
    write(locked, values)
    settle(subject, has_news="text" in changes)
    operation, _new = begin("note.changed", by=by)
    record(operation, [subject], changes={"note": changed(locked, locked), **changes})
    return operation


@transaction.atomic
def remove_note(note: Note, *, by: User) -> Operation:
    """Remove ``note``; its event remembers enough to bring it back.

    Refused: ``NotYourNote``, and ``Missing`` and ``NotAllowed`` as for changing its record.
    """
    subject, locked = hold(note, by=by)
    require_author(locked, by=by)
    operation, _new = begin("note.removed", by=by)
    changes = {"note": changed(locked, None), **columns_of(locked)}
    locked.delete()
    record(operation, [subject], changes=changes)
    return operation


@transaction.atomic
def put_back_note(note: Note, *, by: User) -> Operation:
    """Save ``note`` again, as it was before it was removed."""
    subject = hold_subject(note, by=by)
    note.save(force_insert=True)
    operation, _new = begin("note.written", by=by)
    record(operation, [subject], changes={"note": changed(None, note)})
    return operation


def require_author(note, *, by):
    if not may_rewrite(note, by):
        raise NotYourNote(_("Only its author may change this note."))
