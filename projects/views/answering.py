"""What the views of one project's acts share: which project it is, where it was asked, and what is
answered.

The board that asks gets the columns that the act touched, out of band; elsewhere a page follows.
"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.policies import may_write, require
from core.web import redirect_after, safe_next, toast
from projects.models import Project
from projects.views.board import redrawn

BOARD = "projects"  # what the board says of itself when it asks


def projects_seen(user):
    """The projects that ``user`` may see, with all that an answer says of them."""
    return Project.objects.visible_to(user).select_related("phase")


def visible(request, pk):
    """The project, for those who may write."""
    project = get_object_or_404(projects_seen(request.user), pk=pk)
    require(may_write(request.user))
    return project


def asked_from(request):
    """What says that the board is on screen, for a dialog to send on; else nothing."""
    return request.POST.get("board") or request.GET.get("board") or ""


def answered(request, record, operation, text, *, left=None, level="success"):
    """Say what was done, if anything was, and go where one came from, else to ``record``.

    On the board the column of the phase that the project ``record`` ``left``, or in which it still
    stands, is drawn anew with that where it is.
    """
    if operation:
        toast(request, text, undo=operation, level=level)
    if not (request.htmx and request.POST.get("board") == BOARD):
        return redirect_after(request, safe_next(request, record))
    touched = {record.phase_id, left.pk if left else record.phase_id}
    return drawn(request, record, touched=touched)


def drawn(request, project, *, touched):
    """What the board shows anew of the phases ``touched``."""
    return HttpResponse(redrawn(request, project, touched=touched))
