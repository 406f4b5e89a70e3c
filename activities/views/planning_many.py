"""Plan the same activity for the selected leads."""

from django.views.decorators.http import require_http_methods

from accounts.policies import may_write, require
from activities.acts import PLAN, PLANNING
from activities.forms import PlanManyForm
from activities.tasks import start_act
from core.web import next_on_this_host, page, refusals_on
from lists import acting
from lists.selection import selection_fields

ROWS = acting.Rows(acts=PLANNING, question="leads/_confirm.html", later=start_act)


@require_http_methods(["GET", "POST"])
def plan_many(request):
    """Ask what to plan, then plan it: without a token a POST only asks."""
    require(may_write(request.user))
    asked = acting.asking(request)
    leads = PLANNING.chosen(asked, request.user)
    number = leads.count()
    form = PlanManyForm(request.POST if "token" in request.POST else None, by=request.user)
    if form.is_valid() and not acting.asked_again(form, asked, number):
        values = {name: value for name, value in form.cleaned_data.items() if name != "when"}
        values["activity_type"] = values.pop("type")
        with refusals_on(form):
            return acting.perform(request, ROWS, PLAN, leads, number, **values)
    context = {
        "form": form,
        "number": number,
        "selection": selection_fields(asked, *PLANNING.filters),
        "next": next_on_this_host(request),
    }
    return page(request, "activities/plan_many.html", context, parts=["plan-many"])
