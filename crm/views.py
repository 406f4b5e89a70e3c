"""Home, the page people start their day on; and which keys do what."""

from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from core.web import page


@require_GET
def home(request):
    return redirect("leads:inbox")


@require_GET
def shortcuts(request):
    return page(request, "crm/shortcuts.html", {}, parts=["shortcuts"])
