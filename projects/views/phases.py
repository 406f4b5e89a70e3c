"""Settings: the phases that projects go through, their order, their end, and the way back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import may_configure, require
from core.web import page, place_asked, posted, redirect_after, refusals_on, toast
from projects import services
from projects.forms import EndPhaseForm, PhaseForm
from projects.held import held_by
from projects.models import Phase
from projects.tasks import LARGEST_REQUEST, ended_words, start_ending


@require_GET
def phases(request):
    """All phases, those in use first, each with the number of its open projects."""
    require(may_configure(request.user))
    every = list(Phase.objects.in_order())
    held = held_by(every)
    for phase in every:
        phase.held = held.get(phase.pk)
    context = {
        "phases": [each for each in every if not each.archived_at],
        "archived": [each for each in every if each.archived_at],
    }
    return page(request, "projects/phases.html", context)


@require_http_methods(["GET", "POST"])
def add_phase(request):
    require(may_configure(request.user))
    form = PhaseForm(posted(request), instance=Phase())
    if form.is_valid():
        with refusals_on(form):
            phase = services.add_phase(form.instance, by=request.user)
            toast(request, _("“%(name)s” is added.") % {"name": phase})
            return redirect_after(request, "projects:phases")
    return page(request, "projects/phase.html", {"form": form})


@require_http_methods(["GET", "POST"])
def change_phase(request, pk):
    phase = wanted(request, pk)
    name, form = phase.name, PhaseForm(posted(request), instance=phase)
    if form.is_valid():
        with refusals_on(form):
            phase = services.rename_phase(phase, form.cleaned_data["name"], by=request.user)
            toast(request, _("“%(name)s” is saved.") % {"name": phase})
            return redirect_after(request, "projects:phases")
    return page(request, "projects/phase.html", {"form": form, "phase": phase, "name": name})


@require_POST
def move_phase(request, pk):
    """Up or down by a button, or to where it was dragged: then the page shows it already."""
    services.move_phase(wanted(request, pk), **place_asked(request), by=request.user)
    return HttpResponse(status=204) if request.htmx else redirect_after(request, "projects:phases")


@require_http_methods(["GET", "POST"])
def end_phase(request, pk):
    """Remove a phase in which no project stands; archive any other once its projects went
    elsewhere.
    """
    phase = wanted(request, pk)
    held = held_by([phase]).get(pk)
    form = EndPhaseForm(posted(request), phase=phase) if held else None
    if request.method == "POST" and form is None:
        return ended(request, phase, None, 0)
    if form is not None and form.is_valid():
        with refusals_on(form):
            return ended(request, phase, form.cleaned_data["into"], held.all)
    return page(request, "projects/end_phase.html", {"form": form, "phase": phase, "held": held})


def ended(request, phase, into, number):
    if number > LARGEST_REQUEST:
        job = start_ending(phase, into, by=request.user)
        return redirect_after(request, "jobs:detail", job.pk)
    is_kept = services.end_phase(phase, into=into, by=request.user)
    toast(request, ended_words(phase, is_kept))
    return redirect_after(request, "projects:phases")


@require_POST
def restore_phase(request, pk):
    phase = wanted(request, pk)
    services.restore_phase(phase, by=request.user)
    toast(request, _("“%(name)s” is in use again.") % {"name": phase})
    return redirect_after(request, "projects:phases")


def wanted(request, pk):
    require(may_configure(request.user))
    return get_object_or_404(Phase, pk=pk)
