"""Plan, change, do and remove an activity."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from activities import services
from activities.forms import ActivityForm, PlanForm
from activities.models import Activity
from activities.queries import visible_activities
from activities.views.parts import answer, composer, record_at
from core.web import page, posted, refusals_on, toast


@require_POST
def plan(request):
    """A new activity about the record that ``on`` names."""
    record = record_at(request.POST.get("on"), request.user)
    require(may_write(request.user))
    form = PlanForm(request.POST, by=request.user)
    if form.is_valid():
        values = {
            name: value
            for name, value in form.cleaned_data.items()
            if name not in ("token", "when", "is_done")
        }
        with refusals_on(form):
            activity = services.plan(
                Activity(**{record.kind: record}, **values),
                is_done=form.cleaned_data["is_done"],
                token=form.cleaned_data["token"],
                by=request.user,
            )
            toast(request, _("Saved.") if activity.is_done else _("Planned."))
            return answer(request, activity)
    context = composer(record, request.user, plan=form)
    return compose_again(request, context)


def compose_again(request, context):
    """The composer with what is wrong in it, as a part or on a page of its own; 422."""
    template = "activities/_composer.html" if request.htmx else "activities/compose.html"
    return render(request, template, context, status=422)


@require_http_methods(["GET", "POST"])
def change(request, pk):
    activity = visible(request, pk)
    require(may_write(request.user))
    form = ActivityForm(posted(request), activity=activity)
    if form.is_valid():
        with refusals_on(form):
            operation = services.change(activity, form.changed(), by=request.user, seen=form.seen())
            toast(request, _("Saved."), undo=operation)
            return answer(request, activity)
    context = {"form": form, "activity": activity, **where(request)}
    return page(request, "activities/change.html", context, parts=["change-activity"])


@require_POST
def complete(request, pk):
    activity = visible(request, pk)
    operation = services.complete(activity, by=request.user)
    toast(request, _("Done: %(activity)s") % {"activity": activity}, undo=operation)
    return answer(request, activity)


@require_POST
def reopen(request, pk):
    activity = visible(request, pk)
    operation = services.reopen(activity, by=request.user)
    toast(request, _("To do again: %(activity)s") % {"activity": activity}, undo=operation)
    return answer(request, activity)


@require_POST
def remove(request, pk):
    activity = visible(request, pk)
    operation = services.remove(activity, by=request.user)
    toast(request, _("Removed: %(activity)s") % {"activity": activity}, undo=operation)
    return answer(request, activity)


def visible(request, pk):
    """The activity, if its record may be seen."""
    activity = visible_activities(request.user).filter(pk=pk).first()
    if activity is None:
        raise Http404
    return activity


def where(request):
    """On which record's page a form stands, and where one returns to, for the form to send."""
    sent = request.POST if request.method == "POST" else request.GET
    return {"place": sent.get("on", ""), "next": sent.get("next", "")}
