"""Home, the page people start their day on; and the door of Django admin."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.web import safe_next


@require_GET
def home(request):
    return redirect("leads:inbox")


@require_GET
def admin_sign_in(request):
    """Django admin sends people here whom it does not let in. Signed in they all are by now."""
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect(safe_next(request, reverse("admin:index")))
