"""Share the selected leads out among several owners."""

from django.views.decorators.http import require_http_methods

from leads.views.bulk import ROWS
from opportunities.pages import sharing


@require_http_methods(["GET", "POST"])
def share_out(request):
    return sharing.share_out(request, ROWS)
