"""The selected projects as a file for a spreadsheet."""

from django.views.decorators.http import require_GET, require_POST

from opportunities.pages import exporting
from projects.acts import EXPORT


@require_POST
def export(request):
    return exporting.export(request, EXPORT)


@require_GET
def export_file(request, number):
    return exporting.export_file(request, EXPORT, number)
