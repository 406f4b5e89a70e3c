"""Let many deals go on: to another stage, to be won or lost, or open again; asked first for what
they lack.
"""

from functools import partial

from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from core.web import next_on_this_host, page, refusals_on
from deals.acts import DEALS
from deals.forms import LostForm, MoveManyForm, NeedsForm
from deals.services import missing_fields
from deals.views.bulk import ROWS, act
from lists import acting
from lists.selection import selection_fields
from pipelines.models import Pipeline, Requirement

PREFIX = "new"  # "reason" says what to look for, "new-reason" why they were lost


@require_http_methods(["GET", "POST"])
def move_many(request):
    """Ask for the stage, then move."""
    return go_on(request, "move", Requirement.Moment.ENTER, lambda _deals: MoveManyForm)


@require_POST
def win_many(request):
    """At once, unless something is lacking."""
    return go_on(request, "win", Requirement.Moment.WON, lambda _deals: NeedsForm)


@require_http_methods(["GET", "POST"])
def lose_many(request):
    """Ask why, then close."""
    return go_on(request, "lose", Requirement.Moment.LOST, asking_why)


@require_POST
def reopen_many(request):
    return act(request, "reopen")


def asking_why(deals):
    """The form that wants a reason if one of the pipelines does."""
    wanting = Pipeline.objects.filter(lost_needs_reason=True, stages__deals__in=deals.order_by())
    return partial(LostForm, needs_reason=wanting.exists())


def go_on(request, name, moment, form_for):
    """Do the act called ``name`` to the selected deals once its form says enough; ``form_for`` is
    that of some deals.

    What they lack at this ``moment`` is asked for in the same dialog. Without ``save`` a POST only
    asks, where there is anything to ask.
    """
    require(may_write(request.user))
    asked = acting.asking(request)
    deals = DEALS.chosen(asked, request.user)
    number, act_ = deals.count(), DEALS[name]
    form_of = partial(form_for(deals), user=request.user, prefix=PREFIX)
    has_answer = "save" in request.POST or not form_of().fields
    form = form_of(request.POST if has_answer else None)
    if form.is_valid():
        form = with_needs(request, form, form_of, deals, number, moment)
    if form.is_valid() and not acting.asked_again(form, asked, number):
        given = {name: form.cleaned_data.get(name) for name in form.base_fields}
        with refusals_on(form):
            return acting.perform(
                request, ROWS, act_, deals, number, **given, values=form.answers()
            )
    context = {
        "form": form,
        "title": act_.title,
        "question": act_.question(number),
        "number": number,
        "selection": selection_fields(asked, *DEALS.filters),
        "next": next_on_this_host(request),
        "home": acting.home(request, ROWS),
    }
    return page(request, "deals/onwards.html", context, parts=["onwards"])


def with_needs(request, form, form_of, deals, number, moment):
    """The ``form`` that asks for what the deals lack as well; so many that a job has to act are
    left to its word.
    """
    if number > acting.LARGEST_REQUEST:
        return form
    needed = missing_fields(deals, moment, to=form.cleaned_data.get("to"))
    if not needed:
        return form
    sent = request.POST if "answered" in request.POST else None
    return form_of(sent, needed=needed, initial=form.cleaned_data)
