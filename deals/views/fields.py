"""Change one field of a deal where it stands."""

from django.views.decorators.http import require_http_methods

from deals.forms import ChangeDealForm
from deals.services import change_deal
from deals.table import TABLE
from deals.views.detail import shown_to
from opportunities.pages import fields

PLACES = fields.InPlace(
    TABLE,
    ChangeDealForm,
    change_deal,
    shown_to,
    facts="deals/_panel_facts.html",
    own_page="deals/_facts.html",
)


@require_http_methods(["GET", "POST"])
def edit_field(request, pk, name):
    return fields.edit_field(request, PLACES, pk, name)
