"""Move a project: by a drag on the board, by the menu of a card, by a step of the path on its page.

And out of the board: to the archive.
"""

from django.db.models import Subquery
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from core.errors import Missing, Refused, Stale
from core.lookups import number_in
from core.web import in_full, page, posted, safe_next, toast
from opportunities import services as opportunities
from projects.forms import DragForm, MoveForm
from projects.models import Phase
from projects.services import move_projects
from projects.views.answering import answered, asked_from, drawn, projects_seen, visible


class CannotMoveThere(Refused):
    """A drag ended where projects cannot go."""


@require_http_methods(["GET", "POST"])
def move(request, pk):
    """GET asks for the phase. POST moves, and answers with what the asking page shows anew."""
    if request.POST.get("drag") == "1":
        return drag(request, pk)
    project = visible(request, pk)
    form, status = MoveForm(posted(request), project=project), None
    if form.is_valid():
        try:
            return moved(request, project, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, in_full(refused))
            status = refused.status
    phases = list(Phase.objects.active().in_order())
    later = [phase for phase in phases if phase.position > project.phase.position]
    context = {
        "project": project,
        "form": form,
        "phases": phases,
        "likely": next(iter(later or phases), None),
        "board": asked_from(request),
        "next": safe_next(request, project),
    }
    return page(request, "projects/move.html", context, parts=["move"], status=status)


def drag(request, pk):
    """The board shows the card where it was dropped; it has no form to say what is wrong."""
    phase = number_in(request.POST.get("phase", ""))
    there = Phase.objects.active().filter(pk=phase).values("name")
    project = projects_seen(request.user).annotate(there=Subquery(there)).filter(pk=pk).first()
    if project is None:
        raise Missing(_("This project is no longer there."))
    require(may_write(request.user))
    form = DragForm(request.POST, project=project)
    if not form.is_valid():
        raise CannotMoveThere(next(iter(form.errors.values()))[0])
    try:
        return moved(request, project, form.cleaned_data)
    except Stale as stale:
        return shown_where_it_is(request, pk, form.cleaned_data, stale)


def moved(request, project, given):
    """Move ``project``; on the board answer with both columns."""
    left, to = project.phase, given["phase"]
    operation = move_projects(
        [project],
        to=to,
        left=given["left"],
        after=given["after"],
        before=given["before"],
        by=request.user,
    )
    project.phase = to
    words = _("“%(project)s” moved to %(phase)s.") % {"project": project, "phase": to}
    return answered(request, project, operation, words, left=left)


def shown_where_it_is(request, pk, given, stale):
    """Say what came first, and draw the columns that a refused drag left, aimed at and ran into."""
    toast(request, str(stale), level="error")
    project = visible(request, pk)
    touched = {*given["left"].values(), given["phase"].pk, project.phase_id}
    response = drawn(request, project, touched=touched)
    response.status_code = stale.status
    response.headers["HX-Reswap"] = "none"  # what is out of band comes in all the same
    return response


@require_POST
def archive_one(request, pk):
    """Archive one project; from the board its card goes, elsewhere a page follows."""
    project = visible(request, pk)
    operation = opportunities.archive([project], by=request.user)
    words = _("“%(project)s” is archived.") % {"project": project}
    return answered(request, project, operation, words)
