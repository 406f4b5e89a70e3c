"""Acts on ticked leads, or on all that match. A single lead's buttons send the same: one id."""

from django.views.decorators.http import require_POST

from leads.acts import LEADS
from leads.tasks import start_act
from lists import acting
from opportunities.pages import bulk

ROWS = acting.Rows(acts=LEADS, question="leads/_confirm.html", later=start_act)


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
def mark_unseen(request):
    return bulk.act(request, ROWS, "mark_unseen")


@require_POST
def delete(request):
    return bulk.act(request, ROWS, "delete", asks_first=True)
