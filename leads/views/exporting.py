"""The selected leads as a file for a spreadsheet."""

from django.views.decorators.http import require_GET, require_POST

from leads.acts import EXPORT
from opportunities.pages import exporting


@require_POST
def export(request):
    return exporting.export(request, EXPORT)


@require_GET
def export_file(request, number):
    return exporting.export_file(request, EXPORT, number)
