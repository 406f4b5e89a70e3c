"""The third step: what would become of each row."""

from django.views.decorators.http import require_GET

from core.web import page
from imports.views.finding import found


@require_GET
def check(request, number):
    return page(request, "imports/check.html", {"import": found(request, number)})
