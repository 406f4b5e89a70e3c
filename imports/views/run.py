"""The fourth step: the run and how far it is."""

from django.views.decorators.http import require_GET

from core.web import page
from imports.views.finding import found


@require_GET
def run(request, number):
    return page(request, "imports/run.html", {"import": found(request, number)})
