"""Acts on ticked projects, or on all that match. The buttons of a single one send the same."""

from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from core.web import page, refusals_on
from lists import acting
from opportunities.pages import bulk, setting, sharing
from projects.acts import PROJECTS
from projects.forms import MoveManyForm, ProjectForm
from projects.tasks import start_act

ROWS = acting.Rows(acts=PROJECTS, question="projects/_confirm.html", later=start_act)


@require_POST
def archive(request):
    return bulk.act(request, ROWS, "archive")


@require_POST
def restore(request):
    return bulk.act(request, ROWS, "restore")


@require_POST
def assign(request):
    return bulk.assign(request, ROWS)


@require_POST
def label(request):
    return bulk.label(request, ROWS)


@require_POST
def unlabel(request):
    return bulk.unlabel(request, ROWS)


@require_POST
def finish_many(request):
    return bulk.act(request, ROWS, "finish")


@require_POST
def cancel_many(request):
    return bulk.act(request, ROWS, "cancel")


@require_POST
def reopen_many(request):
    return bulk.act(request, ROWS, "reopen")


@require_POST
def delete(request):
    return bulk.act(request, ROWS, "delete", asks_first=True)


@require_http_methods(["GET", "POST"])
def move_many(request):
    """Ask for the phase, then move: without ``save`` a POST only asks."""
    require(may_write(request.user))
    asked = acting.asking(request)
    projects = PROJECTS.chosen(asked, request.user)
    number, act = projects.count(), PROJECTS["move"]
    form = MoveManyForm(request.POST if "save" in request.POST else None, prefix="new")
    if form.is_valid() and not acting.asked_again(form, asked, number):
        with refusals_on(form):
            to = form.cleaned_data["phase"]
            return acting.perform(request, ROWS, act, projects, number, to=to)
    context = {"form": form, "title": act.title, **acting.dialog_of(request, ROWS, act, number)}
    return page(request, "projects/move_many.html", context, parts=["move-many"])


@require_http_methods(["GET", "POST"])
def set_field(request):
    return setting.set_field(request, ROWS, ProjectForm)


@require_http_methods(["GET", "POST"])
def share_out(request):
    return sharing.share_out(request, ROWS)
