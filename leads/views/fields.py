"""Change one field of a lead where it stands."""

from django.views.decorators.http import require_http_methods

from leads.forms import ChangeLeadForm
from leads.inbox import INBOX
from leads.views.detail import shown_to
from opportunities import services
from opportunities.pages import fields

PLACES = fields.InPlace(
    INBOX, ChangeLeadForm, services.change, shown_to, "opportunities/_facts.html"
)


@require_http_methods(["GET", "POST"])
def edit_field(request, pk, name):
    return fields.edit_field(request, PLACES, pk, name)
