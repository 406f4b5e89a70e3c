"""Won, lost, reopened: how a deal ends, at once but for the reason of a loss and what it lacks."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from core.web import on_screen, posted, redirect_after, refusals_on, safe_next, toast
from deals import services
from deals.forms import LostForm
from deals.models import Deal
from deals.views.board import redrawn
from deals.views.needs import asking_for_needs, in_dialog
from opportunities.services import rows
from pipelines.models import Requirement


@require_POST
def won(request, pk):
    deal = visible(request, pk)

    def win(values):
        operation = services.win_deals([deal], values=values, by=request.user)
        return told(request, deal, operation, _("“%(deal)s” is won."), level="celebration")

    return asking_for_needs(request, deal, Requirement.Moment.WON, win)


@require_POST
def reopen(request, pk):
    deal = visible(request, pk)
    operation = services.reopen_deals([deal], by=request.user)
    return told(request, deal, operation, _("“%(deal)s” is open again."))


@require_http_methods(["GET", "POST"])
def lost(request, pk):
    """Ask why, and for what the deal lacks; then close it."""
    deal = visible(request, pk)
    needed = services.missing_fields(rows([deal]), Requirement.Moment.LOST)
    form = LostForm(
        posted(request),
        needed=needed,
        needs_reason=deal.stage.pipeline.lost_needs_reason,
        user=request.user,
    )
    if form.is_valid():
        reason, comment = form.cleaned_data.get("reason"), form.cleaned_data["comment"]
        with refusals_on(form):
            operation = services.lose_deals(
                [deal], reason=reason, comment=comment, values=form.answers(), by=request.user
            )
            return told(request, deal, operation, _("“%(deal)s” is lost."))
    context = {
        "deal": deal,
        "form": form,
        "board": request.POST.get("board") or request.GET.get("board") or "",
        "next": safe_next(request, deal),
    }
    return in_dialog(request, "deals/lost.html", context, part="lost")


def visible(request, pk):
    deals = Deal.objects.visible_to(request.user).select_related("stage__pipeline")
    deal = get_object_or_404(deals, pk=pk)
    require(may_write(request.user))
    return deal


def told(request, deal, operation, text, *, level="success"):
    """Say what was done; on the board its column is drawn anew, elsewhere a page follows."""
    if operation:
        undo = reverse("history:undo", args=[operation.pk])
        toast(request, text % {"deal": deal}, undo=undo, level=level)
    if not (request.htmx and request.POST.get("board") == str(deal.stage.pipeline_id)):
        return redirect_after(request, safe_next(request, deal))
    return HttpResponse(redrawn(request, deal, on_screen(request), touched={deal.stage_id}))
