"""The second step: which column goes into which field."""

from django.views.decorators.http import require_GET

from core.web import page
from imports.views.finding import found


@require_GET
def columns(request, number):
    return page(request, "imports/columns.html", {"import": found(request, number)})
