"""What is put right after a check: a cell, a whole row, all cells that say the same; rows that are
left out, or taken in again.
"""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.lookups import number_in
from core.web import aimed_at, page, redirect_after, toast
from imports import correcting
from imports.models import Row
from imports.showing import columns_of, shown
from imports.views.check import checked
from imports.views.finding import found

CELL = "cell-"


@require_http_methods(["GET", "POST"])
def row(request, number, row):
    """All cells of a row that go somewhere. POST corrects those that are sent, as many as there
    are; one that is still refused is shown once more.
    """
    one = found(request, number)
    if request.method == "POST":
        judged = correcting.correct(one, row, cells_in(request), by=request.user)
        if judged.verdict != Row.Verdict.REFUSED or aimed_at(request) == "check":
            tell(request, judged)
            return back(request, one, changed=row)
        return row_page(request, one, judged, status=422)
    return row_page(request, one, get_object_or_404(Row, of=one, number=row))


def row_page(request, one, judged, status=200):
    [shown_row] = shown(one, [judged], columns_of(one))
    context = {"import": one, "shown": shown_row, "query": request.GET.urlencode()}
    return page(request, "imports/row.html", context, parts=["row"], status=status)


@require_POST
def skip_row(request, number, row):
    """Leave one row out, or take it in again."""
    one = found(request, number)
    act = correcting.take_in if "take" in request.POST else correcting.skip
    if not act(one, [row], by=request.user):
        raise Http404
    tell(request, Row.objects.get(of=one, number=row))
    return back(request, one, changed=row)


@require_POST
def correct_alike(request, number):
    """Say in all refused rows what one value of a column was meant to be."""
    one = found(request, number)
    column = number_in(request.POST.get("column", ""))
    value, text = said(request, "value"), said(request, "text")
    size = correcting.correct_alike(one, column, value, text, by=request.user)
    words = ngettext("%(count)d row corrected.", "%(count)d rows corrected.", size)
    toast(request, words % {"count": size})
    return back(request, one)


@require_POST
def skip_alike(request, number):
    """Leave out all rows that are refused for one reason, or take in again all that people left
    out.
    """
    one = found(request, number)
    if "take" in request.POST:
        size = correcting.take_all_in(one, by=request.user)
        words = ngettext("%(count)d row taken in again.", "%(count)d rows taken in again.", size)
    else:
        column = number_in(request.POST.get("column", ""))
        size = correcting.skip_alike(one, column, said(request, "reason"), by=request.user)
        words = ngettext("%(count)d row left out.", "%(count)d rows left out.", size)
    toast(request, words % {"count": size})
    return back(request, one)


def said(request, name) -> str:
    """What was sent, without what the database takes for no text."""
    return request.POST.get(name, "").replace("\0", "")


def cells_in(request) -> dict[int, str]:
    """The texts that were sent, by column."""
    return {
        column: text
        for name, text in request.POST.items()
        if name.startswith(CELL) and (column := number_in(name.removeprefix(CELL))) is not None
    }


def tell(request, judged):
    """Say what became of a row that somebody changed."""
    words = {
        Row.Verdict.READY: _("Row %(number)s is ready."),
        Row.Verdict.SKIPPED: _("Row %(number)s is left out."),
        Row.Verdict.REFUSED: _("Row %(number)s is still refused."),
    }[judged.verdict]
    level = "warning" if judged.verdict == Row.Verdict.REFUSED else "success"
    toast(request, words % {"number": judged.number}, level=level)


def back(request, one, *, changed=None):
    """The findings once more, with the rows that were asked for."""
    if aimed_at(request) == "check":
        return checked(request, one, changed=changed)
    address, query = reverse("imports:check", args=[one.pk]), request.GET.urlencode()
    return redirect_after(request, f"{address}?{query}" if query else address)
