"""What people type about projects, one file for each thing they do."""

from projects.forms.linking import LinkForm, LinkToDealForm
from projects.forms.projects import AddProjectForm, ChangeProjectForm, ProjectForm

__all__ = [
    "AddProjectForm",
    "ChangeProjectForm",
    "LinkForm",
    "LinkToDealForm",
    "ProjectForm",
]
