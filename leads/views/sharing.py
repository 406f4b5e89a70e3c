"""Share the selected leads out among several owners, in turns."""

from django.views.decorators.http import require_http_methods

from accounts.policies import may_write, require
from core.web import next_on_this_host, page, refusals_on
from leads.acts import LEADS
from leads.forms import ShareOutForm
from leads.views.bulk import ROWS
from lists import acting
from lists.selection import selection_fields


@require_http_methods(["GET", "POST"])
def share_out(request):
    """Ask among whom, then share out: without ``save`` a POST only asks."""
    require(may_write(request.user))
    asked = acting.asking(request)
    leads = LEADS.chosen(asked, request.user)
    number = leads.count()
    form = ShareOutForm(request.POST if "save" in request.POST else None)
    if form.is_valid() and not acting.asked_again(form, asked, number):
        among, anew = list(form.cleaned_data["among"]), form.cleaned_data["anew"]
        with refusals_on(form):
            act = LEADS["share_out"]
            return acting.perform(request, ROWS, act, leads, number, among=among, anew=anew)
    context = {
        "form": form,
        "number": number,
        "selection": selection_fields(asked, *LEADS.filters),
        "next": next_on_this_host(request),
    }
    return page(request, "leads/share_out.html", context, parts=["share-out"])
