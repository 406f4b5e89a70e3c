"""A web kit: do one act to the ticked rows of a list, or to all that match; it knows no CRM word.

Each act is one POST, one service and one toast with Undo, and goes back to the list. Any app above
describes its ``Rows`` and brings its sentences; buttons on a single record send the same, with one
id.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from accounts.models import User
from core.errors import Refused
from core.web import aimed_at, safe_next, toast
from lists.counting import capped_count
from lists.selection import has_grown, selected, selection_fields

CHOICES = ("to", "put", "take")  # fields in which an act says what with


class TooMany(Refused):
    """More rows than one request changes."""


@dataclass(frozen=True)
class Rows:
    """The rows of a list, each with a title: all that a user may see, what the ``filters`` of an
    address find among them, the name of the list's address, the template that asks whether an act
    is meant, and the sentence for more than ``%(most)s`` rows.
    """

    visible: Callable[[User], QuerySet]
    matching: Callable[[QueryDict, User], QuerySet]
    filters: tuple[str, ...]
    home: str
    question: str
    too_many: str


def act(request, rows, service, done, *, asks_first=False, name="", **arguments):
    """Do ``service`` to the selected ``rows`` and go back to the list; or ask, and change nothing.

    It asks when ``asks_first``, and when more rows match than the page said there were. ``done``
    gives the sentence for a number of rows.
    """
    records = selection(request, rows)
    number = count_of(records, rows)
    is_confirmed = request.POST.get("confirmed") == str(number)
    if (asks_first or has_grown(request.POST, number)) and not is_confirmed:
        return ask(request, rows, records, number)
    changed, undo = outcome(service(records, by=request.user, **arguments))
    if changed:
        toast(request, done(changed) % {"count": changed, "name": name}, undo=undo)
    else:
        toast(request, _("Nothing to change: they are like this already."), level="info")
    return back(request, rows)


def selection(request, rows):
    """The records that were selected, found among all that the user may see."""
    matching = rows.matching(request.POST, request.user)
    return selected(request.POST, matching, within=rows.visible(request.user))


def count_of(records, rows):
    """How many are selected; refused when they are more than one request changes."""
    count = capped_count(records)
    if count.is_capped:
        raise TooMany(rows.too_many % {"most": str(count).rstrip("+")})
    return count.number


def ask(request, rows, records, number):
    """Say how many records the act is about, with the whole selection ready to be sent again."""
    again = [name for name in (*CHOICES, "next") if name in request.POST]
    context = {
        "number": number,
        "titles": list(records.order_by("-pk").values_list("title", flat=True)[:3]),
        "fields": [
            *selection_fields(request.POST, *rows.filters),
            *((name, request.POST[name]) for name in again),
            ("count", number),
            ("confirmed", number),
        ],
        "act": request.resolver_match.url_name,
        "shown": request.POST.get("count"),
        "has_grown": has_grown(request.POST, number),
        "next": safe_next(request, rows.home),
    }
    if not request.htmx:
        return render(request, "lists/confirm.html", context | {"question": rows.question})
    return reswap(retarget(render(request, rows.question, context), "#dialog"), "innerHTML")


def outcome(result):
    """How many records a service changed, and the address that takes it back: from its operation,
    or from the mere number where nothing is recorded.
    """
    if isinstance(result, int):
        return result, None
    if result is None:
        return 0, None
    return result.events.count(), reverse("history:undo", args=[result.pk])


def back(request, rows):
    """To the list: only its rows if htmx asked for them, else the whole page."""
    url = safe_next(request, rows.home)
    if request.htmx and aimed_at(request) != "results":
        return HttpResponseClientRedirect(url)
    return redirect(url)


def chosen(request, name):
    """The id in the field ``name``; one that is none finds nothing."""
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None
