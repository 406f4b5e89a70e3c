"""Move, win or lose the selected deals: one dialog asks once for what some of them lack."""

from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from core.lookups import number_in
from core.web import page, refusals_on
from deals.acts import DEALS
from deals.forms import LostForm, MoveManyForm, NeedsForm
from deals.services import missing_fields, need_reason
from deals.views.bulk import ROWS
from lists import acting
from opportunities.pages import bulk
from pipelines.models import Requirement, Stage

Moment = Requirement.Moment


@require_http_methods(["GET", "POST"])
def move_many(request):
    """To which stage, of whatever pipeline; what it requires is asked as soon as it is chosen."""
    deals = chosen(request)
    stages = Stage.objects.active().in_order()
    if asked := request.POST.get("new-stage"):
        stages = stages.filter(pk=number_in(asked))
    to = stages.first()
    needed = missing_fields(deals.open(), Moment.ENTER, to=to) if to else []
    form = form_for(request, MoveManyForm, needed, initial={"stage": to})
    return done_or_asked(request, "move", deals, form, lambda given: {"to": given["stage"]})


@require_http_methods(["GET", "POST"])
def win_many(request):
    """At once where nothing is missing."""
    deals = chosen(request)
    needed = missing_fields(deals.open(), Moment.WON)
    form = form_for(request, NeedsForm, needed, asks=bool(needed))
    return done_or_asked(request, "win", deals, form, lambda given: {})


@require_http_methods(["GET", "POST"])
def lose_many(request):
    """One reason for all of them; any of their pipelines may need one."""
    deals = chosen(request)
    needed = missing_fields(deals.open(), Moment.LOST)
    form = form_for(request, LostForm, needed, needs_reason=need_reason(deals))
    return done_or_asked(
        request,
        "lose",
        deals,
        form,
        lambda given: {"reason": given.get("reason"), "comment": given["comment"]},
    )


@require_POST
def reopen_many(request):
    return bulk.act(request, ROWS, "reopen")


def chosen(request):
    require(may_write(request.user))
    return DEALS.chosen(acting.asking(request), request.user)


def form_for(request, form, needed, *, asks=True, **more):
    """Its fields are called "new-…": those of the filters travel in the same form."""
    is_sent = "save" in request.POST or (request.method == "POST" and not asks)
    sent = request.POST if is_sent else None
    return form(sent, needed=needed, user=request.user, prefix="new", **more)


def done_or_asked(request, name, deals, form, arguments):
    """Do the act, or show its dialog: without ``save`` a POST only asks."""
    asked, number, act = acting.asking(request), deals.count(), DEALS[name]
    if form.is_valid() and not acting.asked_again(form, asked, number):
        given = arguments(form.cleaned_data) | {"values": form.answers()}
        with refusals_on(form):
            return acting.perform(request, ROWS, act, deals, number, **given)
    context = {"form": form, "title": act.title} | acting.dialog_of(request, ROWS, act, number)
    return page(request, "deals/many.html", context, parts=["many"])
