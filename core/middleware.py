"""Finish every answer for htmx: toasts, refusals, expired sessions and caching."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from psycopg.errors import DeadlockDetected, LockNotAvailable, UniqueViolation

from core.errors import Refused
from core.web import toast

# PostgreSQL gave up waiting for a lock, or ended one of two that waited for each other.
HELD_BY_OTHERS = (LockNotAvailable, DeadlockDetected)
GOES_ELSEWHERE = ("HX-Redirect", "HX-Location", "HX-Refresh")


class Busy(Refused):
    """Somebody else held the records for longer than a request may wait; nothing was written."""

    status = 503


class Taken(Refused):
    """What there is once was written by another request between the look and the writing of this
    one: a dialog that was sent twice, as a rule.
    """

    status = 409


class Fragments:
    """Stands inside the messages and htmx middlewares, around every view."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.htmx:
            response = sign_in_on_full_page(request, response)
            response = with_toasts(request, response)
        if is_html(response):
            patch_vary_headers(response, ["HX-Request", "HX-Target"])
        # Private, because nearly every page shows what one user may see; not no-store, so that the
        # browser may still go back to a page without asking.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def process_exception(self, request, exception):
        """A refusal that no form has caught becomes a toast, or a page with a way back."""
        if is_held_by_others(exception):
            exception = Busy(
                _("Somebody else is changing these records right now. Please try again.")
            )
        if is_taken(exception):
            exception = Taken(_("The same was saved a moment ago. Please load the page again."))
        if isinstance(exception, ValidationError):  # no form was there to show it
            exception = Refused(" ".join(exception.messages))
        if not isinstance(exception, Refused):
            return None
        status = exception.status
        if request.htmx:
            return error_toast(request, str(exception), status, link=exception.link)
        context = {"refused": exception, "records": exception.records}
        return render(request, "core/refused.html", context, status=status)


def is_held_by_others(exception):
    return isinstance(exception, OperationalError) and isinstance(
        exception.__cause__, HELD_BY_OTHERS
    )


def is_taken(exception):
    return isinstance(exception, IntegrityError) and isinstance(
        exception.__cause__, UniqueViolation
    )


def error_toast(request, text, status, *, link=None):
    """Say ``text`` over the page as it stands: nothing is swapped, so what was typed stays."""
    toast(request, text, level="error", link=link)
    return HttpResponse(status=status, headers={"HX-Reswap": "none"})


def is_html(response):
    return response.headers.get("Content-Type", "").startswith("text/html")


def sign_in_on_full_page(request, response):
    """An expired session sends the whole page to the sign-in form, and back to where it was."""
    location = urlsplit(response.headers.get("Location", ""))
    if response.status_code != 302 or location.path != resolve_url(settings.LOGIN_URL):
        return response
    if request.user.is_authenticated:
        return response
    if request.method == "POST":
        toast(request, _("You were signed out. What you did last was not saved."), level="error")
    here = urlsplit(request.htmx.current_url_abs_path or "/")
    return HttpResponseClientRedirect(f"{location.path}?{urlencode({'next': here.geturl()})}")


def with_toasts(request, response):
    """Append the messages that wait, unless the browser is about to load a page that shows them."""
    if response.streaming or 300 <= response.status_code < 400:
        return response
    if any(header in response.headers for header in GOES_ELSEWHERE):
        return response
    if response.status_code != 204 and not is_html(response):
        return response
    storage = get_messages(request)
    # Reading them empties the cookie: an answer that has nothing to say would take away what the
    # one beside it, on its way by a redirect, is about to show.
    if not storage or (request.method == "POST" and not storage.added_new):
        return response
    waiting = list(storage)
    if response.status_code == 204:  # htmx reads no body of a 204
        response = HttpResponse(headers={**response.headers, "HX-Reswap": "none"})
    # Without the request: context processors would ask the database for the navigation's counts.
    context = {"messages": waiting, "out_of_band": True, "csrf_token": get_token(request)}
    response.content += render_to_string("ui/toasts.html", context).encode()
    if response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))
    return response
