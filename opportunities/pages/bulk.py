"""Acts on ticked records that take something along: an owner, a label."""

from django.shortcuts import get_object_or_404

from accounts.models import User
from labels.models import Label
from lists import acting
from lists.acting import chosen


def assign(request, rows):
    to = get_object_or_404(User.objects.filter(is_active=True), pk=chosen(request, "to"))
    return act(request, rows, "assign", to=to)


def label(request, rows):
    label = get_object_or_404(Label, pk=chosen(request, "put"))
    return act(request, rows, "label", label=label)


def unlabel(request, rows):
    label = get_object_or_404(Label, pk=chosen(request, "take"))
    return act(request, rows, "unlabel", label=label)


def act(request, rows, name, **how):
    """Do the act of this name to the selected rows."""
    return acting.act(request, rows, rows.acts[name], **how)
