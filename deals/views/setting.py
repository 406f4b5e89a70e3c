"""Set one field of the selected deals."""

from django.views.decorators.http import require_http_methods

from deals.forms import DealForm
from deals.views.bulk import ROWS
from opportunities.pages import setting


@require_http_methods(["GET", "POST"])
def set_field(request):
    return setting.set_field(request, ROWS, DealForm)
