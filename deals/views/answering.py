"""What the views of one deal's acts share: which deal it is, where it was asked, what is answered.

The board that asks gets the columns that the act touched, out of band; elsewhere a page follows.
"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.policies import may_write, require
from core.web import on_screen, redirect_after, safe_next, toast
from deals.models import Deal
from deals.views.board import redrawn


def deals_seen(user):
    """The deals that ``user`` may see, with all that an answer says of them."""
    return Deal.objects.visible_to(user).select_related("stage__pipeline")


def visible(request, pk):
    """The deal, for those who may write."""
    deal = get_object_or_404(deals_seen(request.user), pk=pk)
    require(may_write(request.user))
    return deal


def asked_from(request):
    """The id of the pipeline whose board is on screen, for a dialog to send on; else nothing."""
    return request.POST.get("board") or request.GET.get("board") or ""


def done(request, deal, operation, text, *, left=None, level="success"):
    """Say what was done, if anything was. On the board of the stage that ``deal`` ``left``, or in
    which it still stands, its columns are drawn anew.
    """
    left = left or deal.stage
    if operation:
        toast(request, text, undo=operation, level=level)
    if not (request.htmx and request.POST.get("board") == str(left.pipeline_id)):
        return redirect_after(request, safe_next(request, deal))
    return drawn(request, deal, left.pipeline, touched={left.pk, deal.stage_id})


def drawn(request, deal, board, *, touched):
    """What the board of the pipeline ``board`` shows anew of the stages ``touched``."""
    query = on_screen(request)
    return HttpResponse(redrawn(request, deal, query, touched=touched, pipeline=board))
