"""Acts on ticked deals, or on all that match. A single deal's buttons send the same: one id."""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.models import User
from deals.acts import DEALS
from deals.tasks import start_act
from labels.models import Label
from lists import acting
from lists.acting import chosen

ROWS = acting.Rows(acts=DEALS, question="deals/_confirm.html", later=start_act)


@require_POST
def archive(request):
    return act(request, "archive")


@require_POST
def restore(request):
    return act(request, "restore")


@require_POST
def assign(request):
    to = get_object_or_404(User.objects.filter(is_active=True), pk=chosen(request, "to"))
    return act(request, "assign", to=to)


@require_POST
def label(request):
    return act(request, "label", label=get_object_or_404(Label, pk=chosen(request, "put")))


@require_POST
def unlabel(request):
    return act(request, "unlabel", label=get_object_or_404(Label, pk=chosen(request, "take")))


@require_POST
def delete(request):
    return act(request, "delete", asks_first=True)


def act(request, name, **how):
    return acting.act(request, ROWS, DEALS[name], **how)
