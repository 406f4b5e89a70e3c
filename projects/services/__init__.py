"""What happens to projects alone, from starting one to reopening it, and what they are linked to.

Each takes a set where users act on sets. They are assigned, labelled, archived, restored, deleted
and brought back as leads and deals are, by ``opportunities.services``.
"""

from projects.services.changing import EndsBeforeStart, change_projects
from projects.services.ending import cancel_projects, finish_projects, reopen_projects
from projects.services.linking import AlreadyLinked, link, unlink
from projects.services.movement import move_projects
from projects.services.phases import (
    HoldsProjects,
    LastPhase,
    TooManyPhases,
    add_phase,
    end_phase,
    move_phase,
    rename_phase,
    restore_phase,
)
from projects.services.starting import change_project, owner_after, start_project
from projects.services.state import PhaseArchived, ProjectArchived, ProjectEnded

__all__ = [
    "AlreadyLinked",
    "EndsBeforeStart",
    "HoldsProjects",
    "LastPhase",
    "PhaseArchived",
    "ProjectArchived",
    "ProjectEnded",
    "TooManyPhases",
    "add_phase",
    "cancel_projects",
    "change_project",
    "change_projects",
    "end_phase",
    "finish_projects",
    "link",
    "move_phase",
    "move_projects",
    "owner_after",
    "rename_phase",
    "reopen_projects",
    "restore_phase",
    "start_project",
    "unlink",
]
