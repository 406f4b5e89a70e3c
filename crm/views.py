"""Home: the page people start their day on."""

from django.shortcuts import redirect
from django.views.decorators.http import require_GET


@require_GET
def home(request):
    return redirect("leads:inbox")
