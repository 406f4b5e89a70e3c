"""Move a deal: by a drag on the board, by the menu of a card, by a step of the path on its page.

And out of the board: into another pipeline, or to the archive.
"""

from django.db.models import Subquery
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from core.errors import Missing, Refused, Stale
from core.lookups import number_in
from core.web import in_full, page, posted, safe_next, toast
from deals.forms import DragForm, MoveForm
from deals.services import move_deals
from deals.views.answering import asked_from, deals_seen, done, drawn, visible
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
    deal = visible(request, pk)
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
    deal = deals_seen(request.user).annotate(there=Subquery(there)).filter(pk=pk).first()
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


def moved(request, deal, given):
    """Move ``deal``, or ask for what it lacks there; on the board answer with both columns."""
    left, to = deal.stage, given["stage"]
    where = {"to": to, "left": given["left"], "after": given["after"], "before": given["before"]}

    def act(values):
        operation = move_deals([deal], **where, values=values, by=request.user)
        deal.stage = to
        return done(request, deal, operation, told(deal, left), left=left)

    return asking_for_needs(request, deal, Requirement.Moment.ENTER, act, to=to)


def told(deal, left):
    """Where ``deal`` is now that it left the stage ``left``."""
    names = {"deal": deal, "pipeline": deal.stage.pipeline, "stage": deal.stage}
    if deal.stage.pipeline_id == left.pipeline_id:
        return _("“%(deal)s” moved to %(stage)s.") % names
    return _("“%(deal)s” moved to %(pipeline)s, %(stage)s.") % names


def shown_where_it_is(request, pk, given, stale):
    """Say what came first, and draw the columns that a refused drag left, aimed at and ran into."""
    toast(request, str(stale), level="error")
    deal = visible(request, pk)
    touched = {*given["left"].values(), given["stage"].pk, deal.stage_id}
    response = drawn(request, deal, given["stage"].pipeline, touched=touched)
    response.status_code = stale.status
    response.headers["HX-Reswap"] = "none"  # what is out of band comes in all the same
    return response


@require_POST
def archive_one(request, pk):
    """Archive one deal; from the board its card goes, elsewhere a page follows."""
    deal = visible(request, pk)
    operation = opportunities.archive([deal], by=request.user)
    return done(request, deal, operation, _("“%(deal)s” is archived.") % {"deal": deal})


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
        "board": asked_from(request),
        "next": safe_next(request, deal),
    }
