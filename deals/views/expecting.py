"""Say when a deal should close: by a drag on the forecast, or in a dialog by month or day."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.days import today_of
from accounts.policies import may_write, require
from core.errors import Refused, Stale
from core.frozen import NOTHING
from core.templatetags.ui import day
from core.web import on_screen, page, redirect_after, refusals_on, safe_next, toast
from deals.forecast import MONTHS, UNDATED, bucket_of_month, month_after, month_of
from deals.forms import ExpectForm
from deals.models import Deal
from deals.services import expect_deal
from deals.services.state import refuse_archived, refuse_closed
from deals.views.forecast import redrawn_forecast

QUIET = {"HX-Reswap": "none"}  # nothing but what comes out of band


class NotAMonth(Refused):
    """A drag ended where no month is."""


@require_http_methods(["GET", "POST"])
def expect(request, pk):
    """GET asks for the month or the day. POST writes it, and answers with what the forecast shows
    anew.
    """
    deal = get_object_or_404(Deal.objects.visible_to(request.user), pk=pk)
    require(may_write(request.user))
    if request.method == "GET":
        refuse_archived([deal])
        refuse_closed([deal])
    is_drag = request.htmx and request.POST.get("drag") == "1"
    form, status = ExpectForm(sent(request), deal=deal), None
    if form.is_valid():
        try:
            with refusals_on(form, but=Refused if is_drag else Stale):
                return expected(request, deal, form.cleaned_data)
        except Stale as stale:
            deal.refresh_from_db(fields=["expected_close_on"])
            words, status = in_both_words(deal, stale), stale.status
            if is_drag:
                toast(request, words, level="error")
                return shown_anew(request, deal, status=status)
            form.add_error(None, words)
    if is_drag:
        raise NotAMonth(next(iter(form.errors.values()))[0])
    return asked(request, deal, form, status)


def sent(request):
    """What was sent. A card says in its own address which day it shows."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if "seen" in request.GET:
        data.setdefault("seen", request.GET["seen"])
    return data


def expected(request, deal, given):
    until, seen = given["until"], given["seen"]
    operation = expect_deal(deal, until, seen=seen, by=request.user)
    if operation:
        toast(request, told(deal, until), undo=operation)
    if not is_on_forecast(request):
        return redirect_after(request, safe_next(request, deal))
    deal.refresh_from_db(fields=["expected_close_on"])
    return shown_anew(request, deal)


def told(deal, until):
    if until is None:
        return _("“%(deal)s” has no expected close any more.") % {"deal": deal}
    return _("“%(deal)s”: expected close %(day)s.") % {"deal": deal, "day": day(until)}


def is_on_forecast(request):
    """Whether the page that asks shows the forecast."""
    return request.htmx and request.POST.get("forecast") == "1"


def shown_anew(request, deal, status=200):
    """The column that ``deal`` left, that it was dropped on, and the one it is in by now."""
    touched = {request.POST.get(name, "") for name in ("left", "month")}
    html = redrawn_forecast(request, deal, on_screen(request), touched=touched)
    return HttpResponse(html, status=status, headers=QUIET if status != 200 else None)


def in_both_words(deal, stale):
    """Which day the writer saw, and which it is by now."""
    return _("“%(deal)s” had the expected close %(seen)s when you changed it; now: %(found)s.") % {
        "deal": deal,
        "seen": day(stale.seen) or NOTHING,
        "found": day(stale.found) or NOTHING,
    }


def asked(request, deal, form, status):
    now = month_of(today_of(request.user))
    here = deal.expected_close_on and month_of(deal.expected_close_on)
    context = {
        "deal": deal,
        "form": form,
        "months": [bucket_of_month(month_after(now, number)) for number in range(MONTHS)],
        "undated": UNDATED,
        "here": f"{here:%Y-%m}" if here else UNDATED,
        "seen": deal.expected_close_on,
        "forecast": request.POST.get("forecast") or request.GET.get("forecast") or "",
        "left": request.POST.get("left") or request.GET.get("left") or "",
        "next": safe_next(request, deal),
    }
    return page(request, "deals/expect.html", context, parts=["expect"], status=status)
