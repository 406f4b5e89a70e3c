"""Answer one view with a whole page, or only with the part of it htmx asked for."""

import json
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from core.errors import Missing, Refused
from core.lookups import number_in

# Places in base.html that show a part of any page: what fills them is that page's first part.
HOSTS = ("dialog", "drawer", "palette-list")
STEPS = {"up": -1, "down": 1}
LEVELS = {
    "success": messages.SUCCESS,
    "celebration": messages.SUCCESS,
    "info": messages.INFO,
    "warning": messages.WARNING,
    "error": messages.ERROR,
}


def page(request, template, context, *, parts=(), status=None):
    """Render ``template``, or only the part htmx is aiming at.

    A part has one name in three places: ``{% partialdef results %}`` in the template,
    ``id="results"`` on its root element, ``hx-target="#results"`` on whatever asks for it. The
    hosts ``#dialog`` and ``#drawer`` get the first part. A page whose form has errors answers 422.
    """
    target = aimed_at(request)
    if target in HOSTS and parts:
        target = parts[0]
    if target in parts:
        template = f"{template}#{target}"
    if status is None:
        form = context.get("form")
        # Only a form that was sent can be wrong; asking an unsent one would be harmless but slow.
        status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, template, context, status=status)


def posted(request):
    """What was sent, for a form: an empty submission is one too, a GET is none."""
    return request.POST if request.method == "POST" else None


def aimed_at(request):
    """The id htmx will swap into: ``results`` in htmx 2, ``section#results`` in htmx 4."""
    if not request.htmx:
        return None
    return (request.htmx.target or "").rpartition("#")[2] or None


def on_screen(request):
    """The query of the page the user is looking at, as its own ``request.GET`` had it."""
    try:
        return QueryDict(urlsplit(request.htmx.current_url or "").query)
    except ValueError:  # no browser sends such an address
        return QueryDict()


def page_on_screen(request):
    """The address of the page the user is looking at, of which this answer may be a part."""
    try:
        shown = request.htmx.current_url_abs_path if request.htmx else None
    except ValueError:  # no browser sends such an address
        shown = None
    return shown or request.get_full_path()


@contextmanager
def refusals_on(form, *, but=()):
    """Let the domain say no in the user's own form; what is in ``but`` the view tells itself."""
    try:
        yield
    except but:
        raise
    except Refused as refused:
        form.add_error(None, in_full(refused))
    except ValidationError as invalid:  # what became wrong after the form had looked at it
        add_invalid(form, invalid)


def add_invalid(form, invalid):
    """Tell what is ``invalid`` at the fields that ``form`` has, and the rest above them."""
    told = invalid.error_dict if hasattr(invalid, "error_dict") else {None: invalid.error_list}
    for name, errors in told.items():
        form.add_error(name if name in form.fields else None, errors)


def in_full(refused):
    """What ``refused`` says, with the link to where it is put right."""
    if not refused.link:
        return str(refused)
    return format_html('{} <a href="{}">{}</a>', refused, *refused.link)


def toast(request, text, *, undo=None, link=None, level="success"):
    """Tell the user what happened, on this answer or on the page they are sent to.

    ``undo`` is what was done, which knows the address that takes it back by POST, or that address;
    ``link`` is a pair of address and words.
    ``level`` is success, celebration, info, warning or error; errors stay until closed.
    """
    extra = {"level": level}
    if undo:
        extra["undo"] = undo if isinstance(undo, str) else undo.get_undo_url()
    if link:
        url, words = link
        extra["link"] = {"url": str(url), "text": str(words)}
    # A message carries nothing but its tags; the cookie it travels in is signed.
    messages.add_message(request, LEVELS[level], str(text), extra_tags=json.dumps(extra))


def place_asked(request):
    """Where a row goes in its line, as ``move_in_line`` takes it: one ``step`` by a button, or
    right ``before`` another row, without one last, by a drag.
    """
    direction, before = request.POST.get("direction"), request.POST.get("before")
    if direction in STEPS:
        return {"step": STEPS[direction]}
    if direction or before is None or (before and number_in(before) is None):
        raise Missing(_("There is no such place."))
    return {"before": number_in(before)}


def redirect_after(request, to, *arguments, **keywords):
    """Send the user to another page after a write: a full navigation, with or without htmx."""
    url = resolve_url(to, *arguments, **keywords)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def safe_next(request, default):
    """The address in ``next`` if it is on this host, else ``default``."""
    return next_on_this_host(request) or resolve_url(default)


def next_on_this_host(request):
    """The address in ``next``, or nothing: nobody is sent to another host, nor to a script. One
    without a slash would be taken for the name of a page.
    """
    url = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours and url.startswith("/") else ""
