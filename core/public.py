"""What anybody may ask for: the server's health, the icons, and pages that tell what went wrong."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DatabaseError, connection
from django.http import HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST, require_safe

from core import icons
from core.middleware import error_toast

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
A_YEAR = 365 * 24 * 3600
DRAINED_AT_MOST = 64 * 1024 * 1024


@login_not_required
@require_safe
def healthz(request):
    """200 when the server can ask its database, else 503: for whoever watches over it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_GET
@gzip_page
def icon_sprite(request, digest):
    """All icons in one file whose name changes with its content."""
    response = HttpResponse(icons.sprite(), content_type="image/svg+xml")
    if digest == icons.digest():
        response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    else:  # a page from before an update still finds its icons, but does not keep them
        response["Cache-Control"] = "no-cache"
    return response


# The choice of a language, kept in a cookie: a POST form on the sign-in page.
language = login_not_required(require_POST(i18n.set_language))


@login_not_required
def bad_request(request, exception=None):
    """400, or 413 when the request was refused for its size."""
    if isinstance(exception, TOO_LARGE):
        return too_large(request)
    return problem(
        request, 400, _("Your browser sent something we cannot read. Nothing was changed.")
    )


@login_not_required
def permission_denied(request, exception=None):
    return problem(request, 403, _("You may not do this. Nothing was changed."))


@login_not_required
def page_not_found(request, exception=None):
    return problem(request, 404, _("This page is not here, or you may not see it."))


@login_not_required
def too_large(request):
    """413. The rest of the request is read and dropped, else no browser reads the answer."""
    drain(request)
    return problem(request, 413, _("This was too much at once. Nothing was changed."))


@login_not_required
def csrf_failure(request, reason=""):
    """The form was too old, or came from elsewhere: the text in it is still one step back."""
    return problem(
        request,
        403,
        _("This page was open for too long. Nothing was changed. Reload it and try again."),
        template="core/expired.html",
    )


@login_not_required
def server_error(request):
    """500. Rendered without context processors: whatever broke may be what they need."""
    text = _("Something went wrong on our side. Please try again.")
    if getattr(request, "htmx", False):
        return problem(request, 500, text)
    return HttpResponse(render_to_string("500.html"), status=500)


def problem(request, status, text, *, template=None):
    """A page of its own; under htmx a toast over the page as it was, so that no form is lost."""
    if getattr(request, "htmx", False):
        return error_toast(request, text, status)
    return render(request, template or f"{status}.html", status=status)


def drain(request):
    """Read what was sent, up to a limit: closing with unread data resets the connection."""
    left = DRAINED_AT_MOST
    try:
        while left > 0 and (piece := request.read(64 * 1024)):
            left -= len(piece)
    except (UnreadablePostError, OSError, ValueError):
        pass
