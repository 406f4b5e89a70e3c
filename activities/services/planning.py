"""Plan, do, change and remove activities."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_write, require
from activities.models import Activity
from activities.services.holding import (
    columns_of,
    differences,
    hold,
    hold_subject,
    settle,
    write,
)
from core.errors import Refused
from history.models import Operation
from history.services import AlreadyDone, begin, changed, record


class AssigneeCannotSee(Refused):
    """Activities are given to people who still work here and see the record."""


@transaction.atomic
def plan(
    activity: Activity, *, is_done: bool = False, token: uuid.UUID | None = None, by: User
) -> Activity:
    """Save an unsaved ``activity`` about one record, with its event; ``is_done`` notes one that
    was done already.

    The assignee is ``by`` unless there is one. A repeat with the same ``token`` answers with the
    first activity. Refused: ``Missing`` and ``NotAllowed`` as for changing the record,
    ``AssigneeCannotSee``; ``ValidationError`` for what a field cannot hold.
    """
    require(may_write(by))
    operation, is_new = begin(
        "activity.done" if is_done else "activity.planned", by=by, token=token
    )
    if not is_new:
        return first_result(operation)
    subject = hold_subject(activity, by=by)
    if activity.assignee_id is None:
        activity.assignee = by
    require_assignee(activity.assignee, subject, by=by)
    if is_done:
        activity.done_at, activity.done_by = operation.at, by
    activity.created_by = by
    activity.full_clean()
    activity.save()
    settle(subject, has_news=is_done)
    record(
        operation,
        [subject],
        changes={
            "activity": changed(None, activity),
            "type": changed(None, activity.type),
            "due_on": changed(None, activity.due_on),
            "assignee": changed(None, activity.assignee),
        },
    )
    return activity


def first_result(operation: Operation) -> Activity:
    """The activity that ``operation`` made, for a repeated submission."""
    event = operation.events.first()
    made = event.changes.get("activity", [None, None])[1] if event else None
    activity = Activity.objects.filter(pk=made["id"]).first() if made else None
    if activity is None:
        raise AlreadyDone(_("This was already saved, and it is no longer there."))
    return activity


def require_assignee(assignee: User, subject, *, by: User) -> None:
    """Refuse to give an activity to somebody who could not see what it is about."""
    if assignee.pk == by.pk:
        return
    visible = type(subject).objects.visible_to(assignee).filter(pk=subject.pk)
    if not may_write(assignee) or not visible.exists():
        raise AssigneeCannotSee(
            _("%(name)s cannot see this record. Choose somebody else, or share it first.")
            % {"name": assignee}
        )


@transaction.atomic
def complete(activity: Activity, *, by: User) -> Operation | None:
    """Note that ``activity`` is done. What is done already stays as it is: ``None``.

    Refused: ``Missing`` and ``NotAllowed`` as for changing its record.
    """
    subject, locked = hold(activity, by=by)
    if locked.is_done:
        return None
    operation, _new = begin("activity.done", by=by)
    locked.done_at, locked.done_by = operation.at, by
    return _save_doneness(locked, subject, operation)


@transaction.atomic
def reopen(activity: Activity, *, by: User) -> Operation | None:
    """Note that ``activity`` is not done after all. What is still to do stays as it is: ``None``.

    Refused: ``Missing`` and ``NotAllowed`` as for changing its record.
    """
    subject, locked = hold(activity, by=by)
    if not locked.is_done:
        return None
    operation, _new = begin("activity.undone", by=by)
    locked.done_at, locked.done_by = None, None
    return _save_doneness(locked, subject, operation)


def _save_doneness(activity, subject, operation):
    activity.save(update_fields=["done_at", "done_by", "updated_at"])
    settle(subject, has_news=activity.is_done)
    record(operation, [subject], changes={"activity": changed(activity, activity)})
    return operation


@transaction.atomic
def change(
    activity: Activity, values: dict, *, by: User, seen: dict | None = None
) -> Operation | None:
    """Set fields of ``activity`` to ``values``; nothing changed, nothing recorded.

    ``seen`` holds what the writer saw in those fields: ``Stale`` when one says something else by
    now. Refused as for planning.
    """
    subject, locked = hold(activity, by=by)
    changes = differences(locked, values, seen)
    if not changes:
        return None
    if "assignee" in changes:
        require_assignee(values["assignee"], subject, by=by)
    write(locked, {name: values[name] for name in changes})
    settle(subject)
    operation, _new = begin("activity.changed", by=by)
    record(operation, [subject], changes={"activity": changed(locked, locked), **changes})
    return operation


@transaction.atomic
def remove(activity: Activity, *, by: User) -> Operation:
    """Remove ``activity``; its event remembers enough to bring it back.

    Refused: ``Missing`` and ``NotAllowed`` as for changing its record.
    """
    subject, locked = hold(activity, by=by)
    operation, _new = begin("activity.removed", by=by)
    changes = {"activity": changed(locked, None), **columns_of(locked)}
    locked.delete()
    settle(subject)
    record(operation, [subject], changes=changes)
    return operation


@transaction.atomic
def put_back(activity: Activity, *, by: User) -> Operation:
    """Save ``activity`` again, as it was before it was removed."""
    subject = hold_subject(activity, by=by)
    activity.save(force_insert=True)
    settle(subject)
    operation, _new = begin("activity.planned", by=by)
    record(operation, [subject], changes={"activity": changed(None, activity)})
    return operation
