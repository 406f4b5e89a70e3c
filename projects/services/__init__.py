"""What happens to projects alone, from starting one to reopening it, and what they are linked to.

Each takes a set where users act on sets. They are assigned, labelled, archived, restored, deleted
and brought back as leads and deals are, by ``opportunities.services``.
"""

from projects.services.ending import cancel_projects, finish_projects, reopen_projects
from projects.services.linking import AlreadyLinked, link, unlink
from projects.services.starting import change_project, start_project
from projects.services.state import PhaseArchived, ProjectArchived, ProjectEnded

__all__ = [
    "AlreadyLinked",
    "PhaseArchived",
    "ProjectArchived",
    "ProjectEnded",
    "cancel_projects",
    "change_project",
    "finish_projects",
    "link",
    "reopen_projects",
    "start_project",
    "unlink",
]
