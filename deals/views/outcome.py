"""Won, lost, reopened: how a deal ends, at once but for the reason of a loss."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from core.web import page, redirect_after, refusals_on, safe_next, toast
from deals import services
from deals.forms import LostForm
from deals.models import Deal


@require_POST
def won(request, pk):
    deal = visible(request, pk)
    operation = services.win_deals([deal], by=request.user)
    return told(request, deal, operation, _("“%(deal)s” is won."), level="celebration")


@require_POST
def reopen(request, pk):
    deal = visible(request, pk)
    operation = services.reopen_deals([deal], by=request.user)
    return told(request, deal, operation, _("“%(deal)s” is open again."))


@require_http_methods(["GET", "POST"])
def lost(request, pk):
    """Ask why, and close the deal."""
    deal = visible(request, pk)
    require(may_write(request.user))
    form = LostForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason, comment = form.cleaned_data.get("reason"), form.cleaned_data["comment"]
        with refusals_on(form):
            operation = services.lose_deals([deal], reason=reason, comment=comment, by=request.user)
            return told(request, deal, operation, _("“%(deal)s” is lost."))
    context = {"deal": deal, "form": form, "next": safe_next(request, deal)}
    return page(request, "deals/lost.html", context, parts=["lost"])


def visible(request, pk):
    return get_object_or_404(Deal.objects.visible_to(request.user), pk=pk)


def told(request, deal, operation, text, *, level="success"):
    if operation:
        undo = reverse("history:undo", args=[operation.pk])
        toast(request, text % {"deal": deal}, undo=undo, level=level)
    return redirect_after(request, safe_next(request, deal))
