"""Move a deal: by a drag on the board, by the menu of a card, by a step of the path on its page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policies import may_write, require
from core.errors import Refused
from core.web import in_full, on_screen, page, redirect_after, safe_next, toast
from deals.forms import MoveForm
from deals.models import Deal
from deals.services import move_deals
from deals.views.board import redrawn
from deals.views.needs import asking_for_needs
from pipelines.models import Requirement, Stage


class CannotMoveThere(Refused):
    """A drag ended where this deal cannot go."""


@require_http_methods(["GET", "POST"])
def move(request, pk):
    """GET asks for the stage. POST moves, and answers with what the asking page shows anew."""
    deals = Deal.objects.visible_to(request.user).select_related("stage__pipeline")
    deal = get_object_or_404(deals, pk=pk)
    require(may_write(request.user))
    is_drag = request.POST.get("drag") == "1"
    sent = request.POST if request.method == "POST" else None
    form, status = MoveForm(sent, deal=deal, user=request.user, is_drag=is_drag), None
    if request.method == "POST" and form.is_valid():
        try:
            return asking_for_needs(
                request,
                deal,
                Requirement.Moment.ENTER,
                lambda values: moved(request, deal, form.cleaned_data, values),
                to=form.cleaned_data["stage"],
            )
        except Refused as refused:
            if is_drag:  # no form is on screen that could say it
                raise
            form.add_error(None, in_full(refused))
            status = refused.status
    if is_drag:
        raise CannotMoveThere(next(iter(form.errors.values()))[0])
    context = asked(request, deal, form)
    return page(request, "deals/move.html", context, parts=["move"], status=status)


def moved(request, deal, given, values):
    left, to = deal.stage, given["stage"]
    operation = move_deals(
        [deal],
        to=to,
        left=given["left"],
        after=given["after"],
        before=given["before"],
        values=values,
        by=request.user,
    )
    if operation:
        text = _("“%(deal)s” moved to %(stage)s.") % {"deal": deal, "stage": to}
        toast(request, text, undo=reverse("history:undo", args=[operation.pk]))
    if not (request.htmx and is_on_board(request, left)):
        return redirect_after(request, safe_next(request, deal))
    deal.refresh_from_db(fields=["stage", "position"])
    return HttpResponse(redrawn(request, deal, on_screen(request), touched={left.pk, to.pk}))


def is_on_board(request, stage):
    """Whether the page that asks shows the board of ``stage``'s pipeline."""
    return request.POST.get("board") == str(stage.pipeline_id)


def asked(request, deal, form):
    stages = Stage.objects.active().in_order().select_related("pipeline")
    own, others = [], {}
    for stage in stages:
        if stage.pipeline_id == deal.stage.pipeline_id:
            own.append(stage)
        else:
            others.setdefault(stage.pipeline.name, []).append(stage)
    later = [stage for stage in own if stage.position > deal.stage.position]
    return {
        "deal": deal,
        "form": form,
        "own": own,
        "likely": next(iter(later or own), None),
        "others": others,
        "board": request.POST.get("board") or request.GET.get("board") or "",
        "next": safe_next(request, deal),
    }
