"""Share the selected records out among several owners, in turns."""

from accounts.policies import may_write, require
from core.web import page, refusals_on
from lists import acting
from opportunities.forms import ShareOutForm


def share_out(request, rows):
    """Ask among whom, then share out: without ``save`` a POST only asks."""
    require(may_write(request.user))
    asked = acting.asking(request)
    records = rows.acts.chosen(asked, request.user)
    number, act = records.count(), rows.acts["share_out"]
    form = ShareOutForm(request.POST if "save" in request.POST else None)
    if form.is_valid() and not acting.asked_again(form, asked, number):
        among, anew = list(form.cleaned_data["among"]), form.cleaned_data["anew"]
        with refusals_on(form):
            return acting.perform(request, rows, act, records, number, among=among, anew=anew)
    context = {"form": form} | acting.dialog_of(request, rows, act, number)
    return page(request, "opportunities/share_out.html", context, parts=["share-out"])
