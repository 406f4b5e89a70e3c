"""The door of Django admin, which leads to our own sign-in page."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.web import safe_next


@login_not_required
@require_GET
def admin_sign_in(request):
    """Where Django admin sends everybody whom it does not let in."""
    wanted = safe_next(request, reverse("admin:index"))
    if not request.user.is_authenticated:
        return redirect_to_login(wanted)
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect(wanted)
