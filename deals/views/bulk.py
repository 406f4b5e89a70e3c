"""Acts on ticked deals, or on all that match: each is one POST, one service, one toast with Undo.

A single deal's buttons send the same, with one id.
"""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from accounts.models import User
from accounts.policies import may_write, require
from core.errors import Refused
from core.web import aimed_at, safe_next, toast
from deals.models import Deal
from deals.table import FILTERS, matching
from labels.models import Label
from lists.counting import capped_count
from lists.selection import has_grown, selected, selection_fields
from opportunities import services as opportunities


class TooMany(Refused):
    """More deals than one request changes."""


@require_POST
def archive(request):
    def done(number):
        return ngettext("%(count)d deal archived.", "%(count)d deals archived.", number)

    return act(request, opportunities.archive, done)


@require_POST
def restore(request):
    def done(number):
        return ngettext("%(count)d deal restored.", "%(count)d deals restored.", number)

    return act(request, opportunities.restore, done)


@require_POST
def assign(request):
    to = get_object_or_404(User.objects.filter(is_active=True), pk=chosen(request, "to"))

    def done(number):
        return ngettext(
            "%(count)d deal assigned to %(name)s.", "%(count)d deals assigned to %(name)s.", number
        )

    return act(request, opportunities.assign, done, to=to, name=to)


@require_POST
def label(request):
    word = get_object_or_404(Label, pk=chosen(request, "put"))

    def done(number):
        return ngettext(
            "%(count)d deal labelled “%(name)s”.", "%(count)d deals labelled “%(name)s”.", number
        )

    return act(request, opportunities.add_label, done, label=word, name=word)


@require_POST
def unlabel(request):
    word = get_object_or_404(Label, pk=chosen(request, "take"))

    def done(number):
        return ngettext(
            "Label “%(name)s” taken off %(count)d deal.",
            "Label “%(name)s” taken off %(count)d deals.",
            number,
        )

    return act(request, opportunities.remove_label, done, label=word, name=word)


@require_POST
def delete(request):
    def done(number):
        return ngettext("%(count)d deal deleted.", "%(count)d deals deleted.", number)

    return act(request, opportunities.delete, done, asks_first=True)


def act(request, service, done, *, asks_first=False, name="", **arguments):
    """Do ``service`` to the selection and go back to the list; or ask, and change nothing.

    It asks when ``asks_first``, and when more deals match than the page said there were. ``done``
    gives the sentence for a number of deals.
    """
    require(may_write(request.user))
    deals = selection(request)
    number = count_of(deals)
    is_confirmed = request.POST.get("confirmed") == str(number)
    if (asks_first or has_grown(request.POST, number)) and not is_confirmed:
        return ask(request, deals, number)
    operation = service(deals, by=request.user, **arguments)
    if operation is None:
        toast(request, _("Nothing to change: they are like this already."), level="info")
    else:
        changed = operation.events.count()
        undo = reverse("history:undo", args=[operation.pk])
        toast(request, done(changed) % {"count": changed, "name": name}, undo=undo)
    return back(request)


def selection(request):
    """The deals that were selected, found among all that the user may see."""
    visible = Deal.objects.visible_to(request.user)
    return selected(request.POST, matching(request.POST, request.user), within=visible)


def count_of(deals):
    """How many are selected; refused when they are more than one request changes."""
    count = capped_count(deals)
    if count.is_capped:
        raise TooMany(
            _("More than %(most)s deals match. Narrow the list down with a filter first.")
            % {"most": str(count).rstrip("+")}
        )
    return count.number


def chosen(request, name):
    """The id in the field ``name``; one that is none finds nothing."""
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None


def ask(request, deals, number):
    """Say how many deals the act is about, with the whole selection ready to be sent again."""
    again = [name for name in ("to", "put", "take", "next") if name in request.POST]
    context = {
        "number": number,
        "titles": list(deals.order_by("-pk").values_list("title", flat=True)[:3]),
        "fields": [
            *selection_fields(request.POST, *FILTERS),
            *((name, request.POST[name]) for name in again),
            ("count", number),
            ("confirmed", number),
        ],
        "act": request.resolver_match.url_name,
        "shown": request.POST.get("count"),
        "has_grown": has_grown(request.POST, number),
        "next": safe_next(request, "deals:list"),
    }
    if not request.htmx:
        return render(request, "deals/confirm.html", context)
    part = render(request, "deals/confirm.html#confirm", context)
    return reswap(retarget(part, "#dialog"), "innerHTML")


def back(request):
    """To the list: only its rows if htmx asked for them, else the whole page."""
    url = safe_next(request, "deals:list")
    if request.htmx and aimed_at(request) != "results":
        return HttpResponseClientRedirect(url)
    return redirect(url)
