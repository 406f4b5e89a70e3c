"""The phases are kept: add, rename, put in order, end with a move of their projects, restore,
remove.

Whoever changes which phases there are locks all of them, in the order of their ids: there are few,
and nobody enters one meanwhile.
"""

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_configure, require
from core.errors import Missing, Refused
from core.ordering import move_in_line, rank_last
from history.models import Operation
from history.services import begin, changed, record
from opportunities.services import LOCKED, WRITTEN, Tell, silent
from projects.models import Phase, Project
from projects.services.state import PhaseArchived, refuse_unusable

MOST_PHASES = 50  # a board is looked at from left to right


class LastPhase(Refused):
    """A project stands in a phase, so there is always one."""


class HoldsProjects(Refused):
    """Projects move elsewhere before their phase goes."""


class TooManyPhases(Refused):
    """There is a limit to phases, far above what people can oversee."""


@transaction.atomic
def add_phase(phase: Phase, *, by: User) -> Phase:
    """Save an unsaved ``phase`` as the last one; ``ValidationError`` when there is one of its name,
    ``TooManyPhases``.
    """
    require(may_configure(by))
    line = in_use(locked_phases())
    require_room(line)
    phase.position = line[-1].position + 1 if line else 0
    phase.full_clean()
    phase.save()
    note("created", phase, by=by)
    return phase


@transaction.atomic
def rename_phase(phase: Phase, name: str, *, by: User) -> Phase:
    """Give ``phase`` another name; ``ValidationError`` when another one has it. The same name
    records nothing.
    """
    require(may_configure(by))
    phase = found_in(locked_phases(), phase)
    before, phase.name = phase.name, name
    phase.full_clean()
    if phase.name != before:
        phase.save(update_fields=["name"])
        note("changed", phase, by=by, changes={"name": changed(before, phase.name)})
    return phase


@transaction.atomic
def move_phase(phase: Phase, *, step: int = 0, before: int | None = None, by: User) -> None:
    """Move ``phase`` up (-1) or down (1) among those in use, or right before the one with the id
    ``before``, without one to the end.
    """
    require(may_configure(by))
    line = in_use(locked_phases())
    if move_in_line(phase, line, step=step, before=before):
        order = sorted(line, key=lambda each: each.position)
        moved = found_in(line, phase)
        note("changed", moved, by=by, changes={"phases": changed(line, order)})


@transaction.atomic
def end_phase(phase: Phase, *, into: Phase | None = None, by: User, tell: Tell = silent) -> bool:
    """Move all projects of ``phase`` to the end of the column ``into``, and archive it; without any
    remove it. Whether it was archived.

    All of them: open, ended, archived and deleted ones alike, whoever may see them. They keep their
    order and how they ended, and history tells where they went. A few statements, however many
    there are. Refused as a whole: ``NotAllowed``, ``Missing``, ``LastPhase``, ``PhaseArchived``
    where projects cannot enter the other one, ``HoldsProjects`` without one.
    """
    require(may_configure(by))
    phases = locked_phases()
    phase = found_in(phases, phase)
    if in_use(phases) == [phase]:
        raise LastPhase(
            _("“%(phase)s” is the only phase. Add another one first.") % {"phase": phase}
        )
    if into is None:
        remove(phase, by=by)
        return False
    into = refuse_unusable(next((each for each in phases if each.pk == into.pk), None))
    if into == phase:
        raise PhaseArchived(_("Choose another phase to move the projects to."))
    empty(phase, into, by=by, tell=tell)
    if phase.archived_at is None:
        phase.archived_at = timezone.now()
        phase.save(update_fields=["archived_at"])
        note("archived", phase, by=by)
    return True


@transaction.atomic
def restore_phase(phase: Phase, *, by: User) -> None:
    """Take ``phase`` into use again, as the last one; ``TooManyPhases``."""
    require(may_configure(by))
    phases = locked_phases()
    phase = found_in(phases, phase)
    if phase.archived_at is None:
        return
    line = in_use(phases)
    require_room(line)
    phase.archived_at, phase.position = None, line[-1].position + 1
    phase.save(update_fields=["archived_at", "position"])
    note("restored", phase, by=by)


def note(verb: str, phase: Phase, *, by: User, changes: dict | None = None) -> Operation:
    """Write into the history what became of a phase."""
    operation, _new = begin(f"phase.{verb}", by=by)
    record(operation, [phase], changes=changes)
    return operation


def locked_phases() -> list[Phase]:
    """All phases in their order, locked, so that there is one order and always one in use."""
    locked = Phase.objects.order_by("pk").select_for_update(no_key=True)
    return sorted(locked, key=lambda each: (each.position, each.pk))


def in_use(phases: list[Phase]) -> list[Phase]:
    return [each for each in phases if each.archived_at is None]


def found_in(phases: list[Phase], phase: Phase) -> Phase:
    """``phase`` as it is now among the locked ones."""
    found = next((each for each in phases if each.pk == phase.pk), None)
    if found is None:
        raise Missing(_("This is no longer there."))
    return found


def require_room(line: list[Phase]) -> None:
    """Refuse one more phase in use where there are ``MOST_PHASES``."""
    if len(line) >= MOST_PHASES:
        raise TooManyPhases(_("There are %(most)s phases already.") % {"most": MOST_PHASES})


def remove(phase: Phase, *, by: User) -> None:
    """Remove a locked phase in which no project stands, not even one that was set aside."""
    if count := Project.everything.filter(phase=phase).count():
        raise HoldsProjects(
            ngettext(
                "%(count)d project is in “%(phase)s”, perhaps ended or deleted recently. "
                "Move it elsewhere first.",
                "%(count)d projects are in “%(phase)s”, ended and recently deleted ones included. "
                "Move them elsewhere first.",
                count,
            )
            % {"count": count, "phase": phase}
        )
    note("removed", phase, by=by)
    phase.delete()


def empty(phase: Phase, into: Phase, *, by: User, tell: Tell) -> None:
    """Move all projects of ``phase`` to ``into``; both are locked, so that nobody enters."""
    leaving = Project.everything.filter(phase=phase).order_by("pk")
    if not len(leaving.select_for_update(no_key=True).values_list("pk")):
        return
    tell(LOCKED)
    at = timezone.now()
    operation = note("emptied", phase, by=by, changes={"into": changed(phase, into)})
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE_ALL,
            {
                "left": phase.pk,
                "left_name": phase.name,
                "entered": into.pk,
                "entered_name": into.name,
                "rank": rank_last(at),
                "at": at,
                "operation": operation.pk,
            },
        )
    tell(WRITTEN)


# What stands last in a column keeps its place by a rank from the clock, see ``core.ordering``.
MOVE_ALL = """
WITH placed AS MATERIALIZED (
    SELECT id, position AS was, left(title, 200) AS title, %(rank)s || lpad((
        row_number() OVER (ORDER BY position, id) - 1
    )::text, 9, '0') || 'i' AS rank
    FROM projects_project WHERE phase_id = %(left)s
), told AS (
    INSERT INTO history_event (operation_id, verb, subject_kind, subject_id, title, changes)
    SELECT %(operation)s, 'project.moved', 'project', id, title, jsonb_build_object(
        'phase', jsonb_build_array(
            jsonb_build_object('id', %(left)s::bigint, 'name', %(left_name)s::text),
            jsonb_build_object('id', %(entered)s::bigint, 'name', %(entered_name)s::text)
        ),
        'position', jsonb_build_array(was, rank)
    )
    FROM placed
)
UPDATE projects_project AS project SET
    phase_id = %(entered)s,
    position = placed.rank,
    phase_entered_at = %(at)s,
    updated_at = %(at)s
FROM placed WHERE project.id = placed.id
"""
