"""How projects end: done, cancelled, or reopened."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policies import lock
from core.frozen import frozen
from history.models import Operation
from history.services import begin, changed, changed_again, record
from history.undoing import undoes
from opportunities.services import LOCKED, WRITTEN, Tell, rows, silent
from projects.models import Project
from projects.services.state import refuse_archived, refuse_ended


@transaction.atomic
def finish_projects(projects, *, by: User, tell: Tell = silent) -> Operation | None:
    """End ``projects`` as done, in the phase they stand in. Those done already keep their moment.

    Refused: ``Missing``, ``NotAllowed``, ``ProjectArchived``, and ``ProjectEnded`` for cancelled
    ones, which are reopened first.
    """
    return end(projects, Project.Status.DONE, by=by, tell=tell)


@transaction.atomic
def cancel_projects(projects, *, by: User, tell: Tell = silent) -> Operation | None:
    """End ``projects`` as cancelled, as ``finish_projects`` does as done."""
    return end(projects, Project.Status.CANCELLED, by=by, tell=tell)


@transaction.atomic
def reopen_projects(projects, *, by: User, tell: Tell = silent) -> Operation | None:
    """Open ``projects`` again that are done or cancelled, in their phase; open ones stay as they
    are.

    Refused: ``Missing``, ``NotAllowed``, ``ProjectArchived``.
    """
    locked = lock(projects, by=by)
    refuse_archived(locked)
    tell(LOCKED)
    ended = [project for project in locked if not project.is_open]
    if not ended:
        return None
    people = User.objects.in_bulk({project.ended_by_id for project in ended})
    at = timezone.now()
    columns = {"status": Project.Status.OPEN, "ended_at": None, "ended_by": None}
    rows(ended).update(**columns, **Project.stamps(at))
    operation, _new = begin("project.reopened", by=by)
    record(
        operation,
        ended,
        changes=lambda project: {
            "status": [project.status, "open"],
            "ended_at": changed(project.ended_at, None),
            "ended_by": changed(people[project.ended_by_id], None),
        },
    )
    tell(WRITTEN)
    return operation


def end(projects, status, *, by, tell):
    locked = lock(projects, by=by)
    refuse_archived(locked)
    refuse_ended(project for project in locked if project.status != status)
    tell(LOCKED)
    ending = [project for project in locked if project.is_open]
    if not ending:
        return None
    at = timezone.now()
    columns = {"status": status, "ended_at": at, "ended_by": by}
    rows(ending).update(**columns, **Project.stamps(at))
    operation, _new = begin(f"project.{status}", by=by)
    told = {"status": ["open", str(status)], "ended_at": changed(None, at)}
    record(operation, ending, changes=told)
    tell(WRITTEN)
    return operation


# --- Undo --------------------------------------------------------------------------------------


@undoes("project.done", "project.cancelled")
def undo_ending(operation: Operation, *, by: User) -> None:
    """Open the projects again, unless they were reopened or ended anew since."""
    events = {event.subject_id: event for event in operation.events.all()}
    locked = lock([Project(pk=pk) for pk in events], by=by)
    for project in locked:
        if frozen(project.ended_at) != events[project.pk].changes["ended_at"][1]:
            raise changed_again([project])
    reopen_projects(locked, by=by)


@undoes("project.reopened")
def undo_reopening(operation: Operation, *, by: User) -> None:
    """End the projects as they had ended before, with the moment and the person."""
    events = {event.subject_id: event.changes for event in operation.events.all()}
    locked = lock([Project(pk=pk) for pk in events], by=by)
    refuse_archived(locked)
    groups = {}
    for project in locked:
        if not project.is_open:
            raise changed_again([project])
        (status, _open), (at, _none), (person, _nobody) = (
            events[project.pk][name] for name in ("status", "ended_at", "ended_by")
        )
        groups.setdefault((status, at, person["id"]), []).append(project)
    for (status, at, person), ended in groups.items():
        columns = {"status": status, "ended_at": at, "ended_by_id": person}
        rows(ended).update(**columns, **Project.stamps(timezone.now()))
        again, _new = begin(f"project.{status}", by=by)
        record(again, ended, changes={"status": ["open", status], "ended_at": [None, at]})
