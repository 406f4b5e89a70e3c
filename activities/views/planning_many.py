"""Plan the same activity for the selected leads or deals."""

from django.views.decorators.http import require_http_methods

from accounts.policies import may_write, require
from activities.acts import PLANNING
from activities.forms import PlanManyForm
from activities.tasks import START
from core.web import page, refusals_on
from lists import acting

ROWS = {
    "leads": acting.Rows(PLANNING["leads"], "leads/_confirm.html", START["leads"]),
    "deals": acting.Rows(PLANNING["deals"], "deals/_confirm.html", START["deals"]),
}


@require_http_methods(["GET", "POST"])
def plan_many(request, of):
    """Ask what to plan for records of the list ``of``, then plan it: without a token a POST only
    asks.
    """
    require(may_write(request.user))
    rows, asked = ROWS[of], acting.asking(request)
    records = rows.acts.chosen(asked, request.user)
    number, act = records.count(), rows.acts["plan"]
    form = PlanManyForm(request.POST if "token" in request.POST else None, by=request.user)
    if form.is_valid() and not acting.asked_again(form, asked, number):
        values = {name: value for name, value in form.cleaned_data.items() if name != "when"}
        values["activity_type"] = values.pop("type")
        with refusals_on(form):
            return acting.perform(request, rows, act, records, number, **values)
    context = {"form": form} | acting.dialog_of(request, rows, act, number)
    return page(request, "activities/plan_many.html", context, parts=["plan-many"])
