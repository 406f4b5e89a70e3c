"""What is sold in a deal: its sheet, and lines added and changed where they stand."""

import uuid

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from accounts.days import today_of
from accounts.policies import may_write, require
from core.errors import Missing, NotAllowed, Stale
from core.money import CURRENCIES
from core.templatetags.ui import money
from core.web import page, place_asked, posted, redirect_after, refusals_on, toast
from core.words import with_words
from custom_fields.calculated import calculated_in, with_calculated
from custom_fields.queries import calculated_fields
from deals import services
from deals.forms import AddLineForm, LineForm
from deals.lines import lines_of, price_of, sheet_of, with_lines, with_prices
from deals.models import Deal, LineItem
from deals.services.items import checked, taken_from
from deals.services.valuing import currency_of_lines
from products.models import Product

MOST_OFFERED = 10


@require_GET
def lines(request, pk):
    """The sheet as a page of its own, with room."""
    return page(request, "deals/lines.html", {"deal": sold(request.user, pk)}, parts=["lines"])


@require_http_methods(["GET", "POST"])
def add_line(request, pk):
    """A further line. Its deal is read once it has it: who may not see that hears it then."""
    require(may_write(request.user))
    form = AddLineForm(posted(request), deal=pk, user=request.user)
    if form.is_valid():
        with refusals_on(form, but=(Missing, NotAllowed)):
            chosen, token = form.chosen(), form.cleaned_data["token"]
            operation = services.add_line(Deal(pk=pk), **chosen, token=token, by=request.user)
            again = AddLineForm(deal=pk, user=request.user)
            return done(request, pk, operation, added(operation), adding=again)
    context = {"deal": sold(request.user, pk), "form": form}
    return page(request, "deals/add_line.html", context, parts=["line-new"])


@require_http_methods(["GET", "POST"])
def line(request, pk, line):
    """A line, in the form that changes it."""
    item = line_seen(request.user, pk, line)
    require(may_write(request.user))
    if "cancel" in request.GET and request.htmx:
        return render(request, "deals/_line.html", row_of(request, pk, line))
    form, status = LineForm(posted(request), item=item), None
    if form.is_valid():
        try:
            with refusals_on(form, but=(Stale, Missing)):
                seen = form.cleaned_data["seen"]
                operation = services.change_line(item, form.changes(), seen=seen, by=request.user)
                return done(request, pk, operation, _("Product saved."), focus=line)
        except Stale as stale:
            item, status = line_seen(request.user, pk, line), stale.status
            form = LineForm(request.POST, item=item)
            form.tell_what_changed_meanwhile()
    context = row_of(request, pk, line) | {"form": form}
    template = "deals/line.html#line" if request.htmx else "deals/line.html"
    return page(request, template, context, status=status)


@require_GET
def reckon_line(request, pk, line=None):
    """What is being typed would come to, before anybody saves it."""
    deal = sold(request.user, pk)
    item, context = typed(request, deal, line), {"deal": deal}
    if item is not None:
        items = [each.item for each in deal.lines.lines]
        sheet = sheet_of(deal, items if line else [*items, item])
        context |= {"sheet": sheet, "line": next(each for each in sheet.lines if each.item is item)}
    return render(request, "deals/_reckoned.html", context)


@require_POST
def remove_line(request, pk, line):
    item = line_seen(request.user, pk, line)
    operation = services.remove_line(item, by=request.user)
    return done(request, pk, operation, _("“%(product)s” taken off.") % {"product": item})


@require_POST
def move_line(request, pk, line):
    """Up or down by a button, or to where it was dragged: then the page shows it already."""
    item = line_seen(request.user, pk, line)
    services.move_line(item, **place_asked(request), by=request.user)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect_after(request, "deals:lines", pk)


@require_GET
def line_options(request, pk):
    """The list items of a combobox: products whose name or code begins like ``q``, with prices in
    the currency of the deal, or that of the form of a first line.
    """
    deal = sold(request.user, pk)
    found = Product.objects.visible_to(request.user).active()
    if words := request.GET.get("q", "").strip()[:200]:
        found = with_words(found, words, column="found_by")
    chosen = request.GET.get("currency", "")
    currency = currency_of_lines(deal, chosen if chosen in CURRENCIES else "", request.user)
    found = with_prices(found).by_name()[:MOST_OFFERED]
    offered = [(product, price_of(product, currency)) for product in found]
    return render(request, "deals/_line_options.html", {"offered": offered, "currency": currency})


# --- What these are made of ---------------------------------------------------------------------


def sold(user, pk, calculated=()):
    """The deal with its ``lines``, and all that is drawn anew when they change, the ``calculated``
    fields too: one statement.
    """
    changeable = Deal.objects.changeable_by(user).filter(pk=OuterRef("pk"))
    deals = Deal.objects.visible_to(user).annotate(may_change=Exists(changeable))
    deals = with_calculated(with_lines(deals), calculated, today=today_of(user))
    deal = get_object_or_404(deals.select_related("stage__pipeline", "owner"), pk=pk)
    deal.calculated = calculated_in(deal, calculated)
    deal.lines = lines_of(deal)
    return deal


def line_seen(user, pk, number):
    """A line of a deal that ``user`` may see."""
    deals = Deal.objects.visible_to(user)
    items = LineItem.objects.select_related("deal").filter(deal__in=deals)
    return get_object_or_404(items, pk=number, deal=pk)


def row_of(request, pk, number):
    """What a row of the sheet is drawn from."""
    deal = sold(request.user, pk)
    row = next((each for each in deal.lines.lines if each.item.pk == number), None)
    if row is None:
        raise Http404
    return {"deal": deal, "line": row}


def typed(request, deal, number):
    """The line that ``?`` describes, as it would be; ``None`` as long as it is none."""
    items = [each.item for each in deal.lines.lines]
    item = next((each for each in items if each.pk == number), None)
    if (item is None) != (number is None):
        raise Http404
    sent = request.GET.copy()
    deal.lines_currency = currency_of_lines(deal, sent.get("currency", ""), request.user)
    try:
        if item is None:
            sent["token"] = str(uuid.uuid4())
            return line_in(AddLineForm(sent, deal=deal.pk, user=request.user), deal)
        sent["seen"] = LineForm(item=item).initial["seen"]
        return changed_line(LineForm(sent, item=item), item)
    except ValidationError:
        return None


def line_in(form, deal):
    """The unsaved line that a form would add."""
    if not form.is_valid():
        return None
    chosen = form.chosen()
    given = taken_from(chosen["product"], deal.lines_currency, chosen["values"])
    item = LineItem(deal=deal, **given)
    checked(item)
    return item


def changed_line(form, item):
    """``item`` as a form would change it; not saved."""
    if not form.is_valid():
        return None
    for name, value in form.changes().items():
        setattr(item, name, value)
    checked(item)
    return item


# --- Answers ------------------------------------------------------------------------------------


def added(operation):
    """That a line was added; with both values where one that was typed gave way to the first."""
    told = getattr(operation, "told", {})  # a repeat adds nothing
    before, after = told.get("value", (None, None))
    if before is None or "is_summed" not in told:
        return _("Product added.")
    _none, currency = told["lines_currency"]
    return _("Product added. The deal was worth %(typed)s; its products come to %(sum)s.") % {
        "typed": money(before, currency),
        "sum": money(after, currency),
    }


def done(request, pk, operation, words, *, adding=None, focus=None):
    """Say what was done; with htmx the sheet and the value are drawn anew, else the page is."""
    if operation:
        toast(request, words, undo=operation)
    if not request.htmx:
        return redirect_after(request, "deals:detail", pk)
    deal = sold(request.user, pk, calculated_fields())
    context = {"deal": deal, "adding": adding, "focus": focus}
    answer = render(request, "deals/_lines_redrawn.html", context)
    return reswap(retarget(answer, "#lines"), "outerHTML")
