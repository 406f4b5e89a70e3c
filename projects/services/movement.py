"""Projects move: to another phase, to another place in their column."""

from functools import partial

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock, named
from core.errors import Stale
from core.ordering import rank_first
from history.models import Operation
from history.services import begin, changed, record
from history.undoing import undoes
from lists.placing import NoRoom, put_in_order, rank_beside, ranks_in_order, room, spread
from opportunities.services import LOCKED, WRITTEN, Tell, silent
from projects.models import Phase, Project
from projects.services.state import (
    lock_phases,
    refuse_archived,
    refuse_ended,
    refuse_unusable,
)


def move_projects(
    projects,
    *,
    to: Phase,
    left: dict[int, int] | None = None,
    after: Project | None = None,
    before: Project | None = None,
    by: User,
    tell: Tell = silent,
) -> Operation | None:
    """Move open ``projects`` to phase ``to``: to the top of its column, in the order they had.

    One project may be put right behind the project ``after``, or else right before ``before``;
    neighbours that stand elsewhere meanwhile are ignored. ``left`` says in which phase (by id) the
    writer saw each project. Moving to where a project stands changes its place in the column and
    records nothing.

    Refused: ``Missing``, ``NotAllowed``, ``PhaseArchived``, ``ProjectEnded``, ``ProjectArchived``,
    and ``Stale`` with both phases when a project left the phase in which the writer saw it.
    """
    neighbours = {"after": after, "before": before} if after or before else {}
    move = partial(carry_out, projects, to=to, left=left or {}, by=by, tell=tell)
    try:
        return move(neighbours)
    except NoRoom:  # all is as it was, and nothing is locked
        return move(neighbours, makes_room=True)


@transaction.atomic
def carry_out(projects, neighbours, *, to, left, by, tell, makes_room=False):
    """Move ``projects``, see ``move_projects``; ``NoRoom`` unless the column gets short ranks
    first.
    """
    lock_phases([to.pk])
    if makes_room:
        spread(column_of(to), projects)
    locked = lock(projects, by=by)
    tell(LOCKED)
    neighbours = neighbours if len(locked) == 1 else {}
    phases = phases_of(locked, to, by=by, **neighbours)
    to = refuse_unusable(phases.get(to.pk))
    refuse_archived(locked)
    refuse_ended(locked)
    refuse_moved_meanwhile(locked, left, to)
    moving = {project.pk: to for project in locked if project.phase_id != to.pk}
    at = timezone.now()
    ranks = ranks_in_order(locked, rank_first(at))
    if neighbours:
        ranks = {locked[0].pk: rank_beside(to, at=at)}
    if not moving:
        put_in_order(Project, ranks)
        return None
    operation = enter(moving, locked, ranks, left=phases, by=by, at=at)
    tell(WRITTEN)
    return operation


@undoes("project.moved")
def undo_move(operation: Operation, *, by: User) -> None:
    """Move the projects back to the phases and places they left, unless they moved on since."""
    events = {event.subject_id: event for event in operation.events.all()}
    to = {pk: event.changes["phase"][0]["id"] for pk, event in events.items()}
    lock_phases(to.values())
    locked = lock([Project(pk=pk) for pk in events], by=by)
    refuse_archived(locked)
    refuse_ended(locked)
    went_to = {pk: event.changes["phase"][1]["id"] for pk, event in events.items()}
    if moved_on := [each for each in locked if each.phase_id != went_to[each.pk]]:
        raise Stale(_("Moved on since: %(titles)s.") % {"titles": named(moved_on)})
    phases = Phase.objects.in_bulk({*to.values(), *went_to.values()})
    back = {pk: refuse_unusable(phases.get(phase)) for pk, phase in to.items()}
    ranks = {pk: event.changes["position"][0] for pk, event in events.items()}
    enter(back, locked, ranks, left=phases, by=by, at=timezone.now())


def phases_of(projects, to, *, by, after=None, before=None):
    """The phase ``to`` and those in which ``projects`` stand, by their ids: what they are now that
    ``to`` is locked, and where in ``to`` there is room beside the neighbours ``after`` and
    ``before``. One statement.
    """
    column = column_of(to).exclude(pk__in=[each.pk for each in projects])
    phases = Phase.objects.annotate(**room(column.visible_to(by), column, after, before))
    return phases.in_bulk({to.pk, *(each.phase_id for each in projects)})


def column_of(phase: Phase) -> QuerySet:
    """The projects that stand in the column of ``phase``."""
    return Project.objects.on_board().filter(phase=phase)


def refuse_moved_meanwhile(projects, left, to):
    for project in projects:
        seen = left.get(project.pk, project.phase_id)
        if project.phase_id in (seen, to.pk):
            continue
        phases = Phase.objects.in_bulk([seen, project.phase_id])
        raise Stale(
            _("“%(project)s” was in “%(seen)s” when you moved it; now it is in “%(found)s”.")
            % {
                "project": project,
                "seen": phases.get(seen, "—"),
                "found": phases[project.phase_id],
            },
            seen=phases.get(seen),
            found=phases[project.phase_id],
            records=[project],
        )


def enter(to, projects, ranks, *, left, by, at):
    """Let each of the locked ``projects`` that ``to`` names enter its phase there, and put all that
    ``ranks`` names in their places; history is written. ``left`` are the phases they come from, by
    id.
    """
    write_moves(to, ranks, at=at)
    entering = [each for each in projects if each.pk in to]
    operation, _new = begin("project.moved", by=by)
    record(
        operation,
        entering,
        changes=lambda project: {
            "phase": changed(left[project.phase_id], to[project.pk]),
            "position": changed(project.position, ranks[project.pk]),
        },
    )
    return operation


def write_moves(to, ranks, *, at):
    """The places and the clocks of a move, in one statement however many projects move. Those of
    ``ranks`` that do not move change their place alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE projects_project AS project SET position = placed.rank,
                phase_id = coalesce(placed.to_id, project.phase_id),
                phase_entered_at =
                    CASE WHEN to_id IS NULL THEN project.phase_entered_at ELSE %(at)s END,
                updated_at = CASE WHEN to_id IS NULL THEN project.updated_at ELSE %(at)s END
            FROM unnest(%(placed)s::bigint[], %(ranks)s::text[], %(to)s::bigint[])
                AS placed (id, rank, to_id)
            WHERE project.id = placed.id
            """,
            {
                "at": at,
                "placed": list(ranks),
                "ranks": list(ranks.values()),
                "to": [to[pk].pk if pk in to else None for pk in ranks],
            },
        )
