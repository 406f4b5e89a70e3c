"""Move a deal: by a drag on the board, by the menu of a card, by a step of the path on its page.

And out of the board: into another pipeline, or to the archive.
"""

from django.db.models import Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from core.errors import Missing, Refused, Stale
from core.lookups import number_in
from core.web import in_full, on_screen, page, posted, redirect_after, safe_next, toast
from deals.forms import DragForm, MoveForm
from deals.models import Deal
from deals.services import move_deals
from deals.views.board import redrawn
from deals.views.needs import asking_for_needs
from opportunities import services as opportunities
from pipelines.models import Requirement, Stage


class CannotMoveThere(Refused):
    """A drag ended where this deal cannot go."""


@require_http_methods(["GET", "POST"])
def move(request, pk):
    """GET asks for the stage. POST moves, and answers with what the asking page shows anew."""
    if request.POST.get("drag") == "1":
        return drag(request, pk)
    deal = get_object_or_404(visible(request), pk=pk)
    require(may_write(request.user))
    form, status = MoveForm(posted(request), deal=deal), None
    if form.is_valid():
        try:
            return moved(request, deal, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, in_full(refused))
            status = refused.status
    return page(
        request, "deals/move.html", asked(request, deal, form), parts=["move"], status=status
    )


def drag(request, pk):
    """The board shows the card where it was dropped; it has no form to say what is wrong."""
    stage, board = (number_in(request.POST.get(name, "")) for name in ("stage", "board"))
    there = Stage.objects.active().filter(pk=stage, pipeline=board).values("name")
    deal = visible(request).annotate(there=Subquery(there)).filter(pk=pk).first()
    if deal is None:
        raise Missing(_("This deal is no longer there."))
    require(may_write(request.user))
    form = DragForm(request.POST, deal=deal, board=board)
    if not form.is_valid():
        raise CannotMoveThere(next(iter(form.errors.values()))[0])
    try:
        return moved(request, deal, form.cleaned_data)
    except Stale as stale:
        return shown_where_it_is(request, pk, form.cleaned_data, stale)


def visible(request):
    return Deal.objects.visible_to(request.user).select_related("stage__pipeline")


def moved(request, deal, given):
    """Move ``deal``, or ask for what it lacks there; on the board answer with both columns."""

    def act(values):
        operation = move_deals([deal], **where, values=values, by=request.user)
        if operation:
            told(request, deal, to, operation)
        if not is_on_board(request, left):
            return redirect_after(request, safe_next(request, deal))
        deal.stage = to
        return answer(request, deal, left.pipeline, touched={left.pk, to.pk})

    left, to = deal.stage, given["stage"]
    where = {"to": to, "left": given["left"], "after": given["after"], "before": given["before"]}
    return asking_for_needs(request, deal, Requirement.Moment.ENTER, act, to=to)


def told(request, deal, to, operation):
    if to.pipeline_id == deal.stage.pipeline_id:
        text = _("“%(deal)s” moved to %(stage)s.") % {"deal": deal, "stage": to}
    else:
        names = {"deal": deal, "pipeline": to.pipeline, "stage": to}
        text = _("“%(deal)s” moved to %(pipeline)s, %(stage)s.") % names
    toast(request, text, undo=reverse("history:undo", args=[operation.pk]))


def shown_where_it_is(request, pk, given, stale):
    """Say what came first, and draw the columns that a refused drag left, aimed at and ran into."""
    toast(request, str(stale), level="error")
    deal = visible(request).get(pk=pk)
    touched = {*given["left"].values(), given["stage"].pk, deal.stage_id}
    response = answer(request, deal, given["stage"].pipeline, touched=touched)
    response.status_code = stale.status
    response.headers["HX-Reswap"] = "none"  # what is out of band comes in all the same
    return response


def answer(request, deal, board, *, touched):
    """What the board of the pipeline ``board`` shows anew after an act."""
    query = on_screen(request)
    return HttpResponse(redrawn(request, deal, query, touched=touched, pipeline=board))


def is_on_board(request, stage):
    """Whether the page that asks shows the board of ``stage``'s pipeline."""
    return bool(request.htmx) and request.POST.get("board") == str(stage.pipeline_id)


@require_POST
def archive_one(request, pk):
    """Archive one deal; from the board its card goes, elsewhere a page follows."""
    deal = get_object_or_404(visible(request), pk=pk)
    require(may_write(request.user))
    operation = opportunities.archive([deal], by=request.user)
    if operation:
        undo = reverse("history:undo", args=[operation.pk])
        toast(request, _("“%(deal)s” is archived.") % {"deal": deal}, undo=undo)
    if not is_on_board(request, deal.stage):
        return redirect_after(request, safe_next(request, deal))
    return answer(request, None, deal.stage.pipeline, touched={deal.stage_id})


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
        "is_elsewhere": "elsewhere" in request.GET or "elsewhere" in request.POST,
        "others": others,
        "board": request.POST.get("board") or request.GET.get("board") or "",
        "next": safe_next(request, deal),
    }
