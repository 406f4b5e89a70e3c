"""Write down what an act did: begin an operation, record events, undo."""

import uuid

from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import named
from core.errors import NotAllowed, Refused, Stale
from core.frozen import frozen
from core.selecting import insert_from
from history.models import Event, Operation
from history.signals import operation_undone
from history.undoing import BEING_UNDONE, UNDOERS, undoing


class NothingToUndo(Refused):
    """The act was undone before, or is of a kind that cannot be undone."""

    status = 409


def changed_again(records: list) -> Stale:
    """Why an act is not undone: somebody changed ``records`` after it."""
    words = _("Changed again since: %(titles)s.") % {"titles": named(records)}
    return Stale(words, records=records)


def gone_since(name: str) -> NothingToUndo:
    """Why an act is not undone: what would come back was removed after it."""
    return NothingToUndo(_("“%(name)s” is no longer there.") % {"name": name})


class TokenUsed(Refused):
    """The token of this submission belongs to another act of the same user."""

    status = 409


class AlreadyDone(Refused):
    """A repeat of a submission whose result is gone meanwhile."""

    status = 409


def begin(verb: str, *, by: User | None, token: uuid.UUID | None = None) -> tuple[Operation, bool]:
    """Begin an act of ``by``; the answer's second half says whether it is new.

    With a ``token`` a repeated submission finds the first one's operation: the caller then answers
    with that one's result and writes nothing. A repeat that comes while the first still runs waits
    for it, on the unique constraint. Must run inside the act's transaction.
    """
    made = {"verb": verb, "undoes": BEING_UNDONE.get()}
    if token is None:
        return Operation.objects.create(**made, by=by), True
    operation, is_new = Operation.objects.get_or_create(by=by, token=token, defaults=made)
    if operation.verb != verb:
        raise TokenUsed(_("This form was already sent. Please open it again."))
    return operation, is_new


def first_result(operation: Operation, model: type[models.Model]) -> models.Model:
    """The record of ``model`` that ``operation`` made, for a repeated submission.

    ``AlreadyDone`` when it is gone meanwhile.
    """
    number = operation.events.filter(subject_kind=model.kind).values_list("subject_id", flat=True)
    found = model.objects.filter(pk__in=number[:1]).first()
    if found is None:
        raise AlreadyDone(_("This was already saved, and the record is no longer there."))
    return found


def hold_begins(operation: Operation) -> None:
    """Let ``operation`` count from here, now that all it writes is locked.

    It began before it waited for the locks: dated by that, it would lie before what it waited for.
    """
    operation.at = timezone.now()
    operation.save(update_fields=["at"])


def record(operation: Operation, subjects, *, verb: str | None = None, changes=None) -> None:
    """Write one event for each of ``subjects``, in one statement.

    ``changes`` is one mapping for all, a list with one for each, or a function of a subject; see
    ``Event`` for its shape and ``changed`` for making it. ``verb`` is the operation's unless
    another is given.
    """
    subjects = list(subjects)
    if callable(changes):
        changes = [changes(subject) for subject in subjects]
    elif not isinstance(changes, list):
        changes = [changes or {}] * len(subjects)
    Event.objects.bulk_create(
        Event(
            operation=operation,
            verb=verb or operation.verb,
            subject_kind=subject.kind,
            subject_id=subject.pk,
            title=str(subject)[:200],
            changes=change,
        )
        for subject, change in zip(subjects, changes, strict=True)
    )


def record_rows(
    operation: Operation, rows: models.QuerySet, *, verb: str | None = None, changes=None
) -> None:
    """Write one event for each of ``rows``, records with a title, in one statement over them.

    ``changes`` is one mapping for all, or an expression that makes one of each row; ``verb`` is the
    operation's unless another is given.
    """
    if not hasattr(changes, "resolve_expression"):
        changes = Value(changes or {}, models.JSONField())
    insert_from(
        rows,
        Event,
        operation=Value(operation.pk),
        verb=Value(verb or operation.verb),
        subject_kind=Value(rows.model.kind),
        subject_id=F("pk"),
        title=Left("title", 200),
        changes=changes,
    )


def changed(before, after) -> list:
    """``[before, after]`` in the form an event keeps: names frozen, amounts and days as text."""
    return [frozen(before), frozen(after)]


@transaction.atomic
def undo(operation: Operation, *, by: User) -> Operation:
    """Take ``operation`` back, as the app that knows its verb says.

    Refused: ``NotAllowed`` for anybody but its author and admins, ``NothingToUndo`` when it was
    undone before or its kind cannot be undone, and whatever the app itself refuses.
    """
    operation = Operation.objects.select_for_update(no_key=True).get(pk=operation.pk)
    if operation.by_id != by.pk and not by.is_admin:
        raise NotAllowed(_("Only the person who did this may undo it."))
    if operation.undone_at is not None:
        raise NothingToUndo(_("This was already undone."))
    if operation.verb not in UNDOERS:
        raise NothingToUndo(_("This cannot be undone."))
    with undoing(operation):
        UNDOERS[operation.verb](operation, by=by)
    mark_undone(operation, by=by)
    operation_undone.send(Operation, operation=operation)
    return operation


def mark_undone(operation: Operation, *, by: User) -> None:
    """Note that ``operation``, locked by the caller, was taken back."""
    operation.undone_at = timezone.now()
    operation.undone_by = by
    operation.save(update_fields=["undone_at", "undone_by"])
