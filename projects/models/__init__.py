"""A project, the work that follows a sale; its phases; what and whom it is about; its files."""

from projects.models.files import ProjectFile
from projects.models.links import ProjectDeal, ProjectOrganization, ProjectPerson
from projects.models.phase import Phase
from projects.models.project import DATED, ON_BOARD, Project, ProjectQuerySet

__all__ = [
    "DATED",
    "ON_BOARD",
    "Phase",
    "Project",
    "ProjectDeal",
    "ProjectFile",
    "ProjectOrganization",
    "ProjectPerson",
    "ProjectQuerySet",
]
