"""Won, lost, reopened: how a deal ends, at once but for the reason of a loss and what it lacks."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.web import posted, refusals_on, safe_next
from deals import services
from deals.forms import LostForm
from deals.views.answering import asked_from, done, visible
from deals.views.needs import asking_for_needs, in_dialog
from opportunities.services import rows
from pipelines.models import Requirement


@require_POST
def won(request, pk):
    deal = visible(request, pk)

    def win(values):
        operation = services.win_deals([deal], values=values, by=request.user)
        text = _("“%(deal)s” is won.") % {"deal": deal}
        return done(request, deal, operation, text, level="celebration")

    return asking_for_needs(request, deal, Requirement.Moment.WON, win)


@require_POST
def reopen(request, pk):
    deal = visible(request, pk)
    operation = services.reopen_deals([deal], by=request.user)
    return done(request, deal, operation, _("“%(deal)s” is open again.") % {"deal": deal})


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
            return done(request, deal, operation, _("“%(deal)s” is lost.") % {"deal": deal})
    context = {
        "deal": deal,
        "form": form,
        "board": asked_from(request),
        "next": safe_next(request, deal),
    }
    return in_dialog(request, "deals/lost.html", context, part="lost")
