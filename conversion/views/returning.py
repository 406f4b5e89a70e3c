"""Return deals to the leads."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.policies import may_write, require
from conversion.asking import asked_deals
from conversion.services import return_to_leads
from conversion.views.dialog import dialog
from core.errors import Missing, NotAllowed, Refused
from core.forms import OnceMixin
from core.web import redirect_after, safe_next, toast
from deals.table import FILTERS
from lists.acting import asked_again, asking

NAMED = 3  # how many deals the dialog names


@require_http_methods(["GET", "POST"])
def return_deals(request):
    """Ask whether the deals return to the leads, then return them; a card that was dragged there
    returns at once.
    """
    require(may_write(request.user))
    asked = asking(request)
    deals = asked_deals(asked, request.user)
    form = OnceMixin(request.POST)
    if request.POST.get("drag") == "1":
        token = form.cleaned_data["token"] if form.is_valid() else None
        return returned(request, return_to_leads(deals, token=token, by=request.user))
    if "token" not in request.POST:
        return return_dialog(request, deals, OnceMixin())
    if not form.is_valid() or asked_again(form, asked, deals.count()):
        return return_dialog(request, deals, form)
    try:
        operation = return_to_leads(deals, token=form.cleaned_data["token"], by=request.user)
    except (Missing, NotAllowed):
        raise
    except Refused as refused:
        return return_dialog(request, deals, form, refused)
    return returned(request, operation)


def return_dialog(request, deals, form, refused=None):
    titles = list(deals.values_list("title", flat=True)[:NAMED])
    context = {"size": deals.count(), "titles": titles}
    return dialog(request, "conversion/return.html#return", form, context, FILTERS, refused)


def returned(request, operation):
    """Say what was done and go on: to the lead if it is one, else where the user came from. A board
    stays, and asks for its columns.
    """
    numbers = operation.events.filter(subject_kind="lead").values_list("subject_id", flat=True)
    size = len(numbers)
    there = reverse("leads:detail", args=[numbers[0]]) if size == 1 else reverse("leads:inbox")
    words = ngettext(
        "%(count)d deal is back among the leads.",
        "%(count)d deals are back among the leads.",
        size,
    )
    toast(
        request,
        words % {"count": size},
        undo=operation,
        link=(there, ngettext("See the lead", "See the leads", size)),
    )
    if request.htmx and "board" in request.POST:
        return HttpResponse(status=204)
    return redirect_after(request, safe_next(request, there))
