"""A web kit: do one act to the ticked rows of a list, or to all that match; it knows no CRM word.

Each act is one POST, one service and one toast with Undo, and goes back to the list. Any app above
describes its ``Rows`` and brings its sentences; buttons on a single record send the same, with one
id.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from accounts.policies import may_write, require
from core.errors import Refused
from core.lookups import number_in
from core.web import aimed_at, next_on_this_host, safe_next, toast
from lists.selection import has_grown, selection_fields

LARGEST_REQUEST = 5_000  # rows that are changed while the user waits
LARGEST_ADDRESS = 200  # ids that an address may carry; more are posted
CHOICES = ("to", "put", "take")  # fields in which an act says what with


class AddressTooLong(Refused):
    """An address names at most 200 records: on its way a longer one may be cut."""


@dataclass(frozen=True)
class Rows:
    """The rows of a list: its ``acts``, which know what the address asks for, the template that
    asks whether one is meant, and ``later``, which leaves an act to a job; without it, any number
    of rows is changed at once.
    """

    acts: Any
    question: str
    later: Callable | None = None


def act(request, rows, act, *, asks_first=False, **arguments):
    """Do ``act`` to the selected rows and go back to the list; or ask, and change nothing.

    It asks when ``asks_first``, and when more rows match than the page said there were. More rows
    than one request changes are left to a job.
    """
    require(may_write(request.user))
    records = rows.acts.chosen(request.POST, request.user)
    number = records.count()
    is_confirmed = request.POST.get("confirmed") == str(number)
    if (asks_first or has_grown(request.POST, number)) and not is_confirmed:
        return ask(request, rows, records, number)
    return perform(request, rows, act, records, number, **arguments)


def perform(request, rows, act, records, number, **arguments):
    """Do ``act`` to ``records``, as many as ``number``, or leave it to a job; then to the list."""
    if rows.later and number > LARGEST_REQUEST:
        return leave(request, rows, act, number, arguments)
    changed, operation = outcome(act.service(records, by=request.user, **arguments))
    if changed:
        toast(request, act.sentence(changed, arguments), undo=operation)
    else:
        toast(request, _("Nothing to change: they are like this already."), level="info")
    return back(request, rows)


def leave(request, rows, act, number, arguments):
    """Leave ``act`` to a job, and say where one sees how far it is."""
    query = request.POST.copy()
    query["count"] = str(number)
    job = rows.later(act, query, arguments, back=home(request, rows), by=request.user)
    told = ngettext(
        "This takes a while with %(count)s record. It goes on without you.",
        "This takes a while with %(count)s records. It goes on without you.",
        number,
    )
    shown = {"count": number_format(number, force_grouping=True)}
    toast(request, told % shown, level="info", link=(job.get_absolute_url(), _("How far it is")))
    return back(request, rows)


def ask(request, rows, records, number):
    """Say how many records the act is about, with the whole selection ready to be sent again."""
    again = [name for name in (*CHOICES, "next") if name in request.POST]
    context = {
        "number": number,
        "titles": list(records.order_by("-pk").values_list("title", flat=True)[:3]),
        "fields": [
            *selection_fields(request.POST, *rows.acts.filters),
            *((name, request.POST[name]) for name in again),
            ("count", number),
            ("confirmed", number),
        ],
        "act": request.resolver_match.url_name,
        "shown": request.POST.get("count"),
        "has_grown": has_grown(request.POST, number),
        "next": home(request, rows),
    }
    if not request.htmx:
        return render(request, "lists/confirm.html", context | {"question": rows.question})
    return reswap(retarget(render(request, rows.question, context), "#dialog"), "innerHTML")


def asking(request):
    """The part of a request that says which rows its dialog is about."""
    if len(request.GET.getlist("ids")) > LARGEST_ADDRESS:
        raise AddressTooLong(_("Too many records for one address. Please select them in the list."))
    return request.POST if request.method == "POST" else request.GET


def dialog_of(request, rows, act, number) -> dict:
    """What every dialog of an act on ``number`` records shows besides its form: the question, the
    selection ready to be sent again, and the way back.
    """
    return {
        "question": act.question(number),
        "number": number,
        "selection": selection_fields(asking(request), *rows.acts.filters),
        "next": next_on_this_host(request),
        "home": home(request, rows),
    }


def asked_again(form, asked, size) -> bool:
    """Whether more match by now than the dialog said; the form then asks whether all are meant."""
    if not has_grown(asked, size):
        return False
    words = ngettext(
        "By now %(count)d record matches. Go on?",
        "By now %(count)d records match. Go on with all of them?",
        size,
    )
    form.add_error(None, words % {"count": size})
    return True


def outcome(result):
    """How many records a service changed, and the operation that Undo takes back: none where it
    answers with the mere number.
    """
    if isinstance(result, int):
        return result, None
    if result is None:
        return 0, None
    return result.events.count(), result


def back(request, rows):
    """To the list: only its rows if htmx asked for them, else the whole page."""
    url = home(request, rows)
    if request.htmx and aimed_at(request) != "results":
        return HttpResponseClientRedirect(url)
    return redirect(url)


def home(request, rows):
    """The address of the list as the user left it."""
    return safe_next(request, rows.acts.home)


def chosen(request, name):
    """The id in the field ``name``; one that is none finds nothing."""
    return number_in(request.POST.get(name, ""))
