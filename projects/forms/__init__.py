"""What people type about projects, one file for each thing they do."""

from projects.forms.linking import LinkForm, LinkToDealForm
from projects.forms.moving import DragForm, MoveForm, MoveManyForm
from projects.forms.phases import EndPhaseForm, PhaseForm
from projects.forms.projects import AddProjectForm, ChangeProjectForm, ProjectForm

__all__ = [
    "AddProjectForm",
    "ChangeProjectForm",
    "DragForm",
    "EndPhaseForm",
    "LinkForm",
    "LinkToDealForm",
    "MoveForm",
    "MoveManyForm",
    "PhaseForm",
    "ProjectForm",
]
