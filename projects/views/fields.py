"""Change one field of a project where it stands."""

from django.views.decorators.http import require_http_methods

from opportunities.pages import fields
from projects.forms import ChangeProjectForm
from projects.services import change_project
from projects.table import TABLE
from projects.views.detail import shown_to

PLACES = fields.InPlace(
    TABLE, ChangeProjectForm, change_project, shown_to, facts="projects/_facts.html"
)


@require_http_methods(["GET", "POST"])
def edit_field(request, pk, name):
    return fields.edit_field(request, PLACES, pk, name)
