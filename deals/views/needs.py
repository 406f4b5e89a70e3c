"""Ask in a dialog for the fields that a deal still lacks, and act once they are there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django_htmx.http import reswap, retarget

from core.errors import Missing, NotAllowed, Refused
from core.web import in_full, page, refusals_on, safe_next
from deals.forms import NeedsForm
from deals.models import Deal
from deals.services import FieldsMissing, missing_fields
from opportunities.services import rows
from pipelines.models import Requirement, Stage

ANSWERED = "answered"  # sent by the dialog alone: what was typed into it is told from a first try
CARRIED = ("stage", "left", "after", "before", "board", "shown")


def asking_for_needs(
    request: HttpRequest,
    deal: Deal,
    moment: Requirement.Moment,
    act: Callable[[dict], HttpResponse],
    *,
    to: Stage | None = None,
) -> HttpResponse:
    """The answer of ``act``, which is given values by the keys of their fields; or the dialog that
    asks for them, where ``deal`` lacks what it needs at this ``moment``, or to enter the stage
    ``to``.

    The dialog posts to the same address what this request did, and what was typed: values and act
    are written together or not at all. What else the domain refuses is raised at the first try, and
    said in the dialog once that is open.
    """
    is_answered, status = ANSWERED in request.POST, None
    if not is_answered:
        try:
            return act({})
        except FieldsMissing:
            pass
    needed = missing_fields(rows([deal]), moment, to=to)
    form = NeedsForm(request.POST if is_answered else None, needed=needed, user=request.user)
    if form.is_valid():
        try:
            with refusals_on(form, but=Refused):
                return act(form.answers())
        except (Missing, NotAllowed):
            raise
        except Refused as refused:
            form.add_error(None, in_full(refused))
            status = refused.status
    context = {
        "deal": deal,
        "form": form,
        "stage": to,
        "carried": [(name, request.POST[name]) for name in CARRIED if name in request.POST],
        "next": safe_next(request, deal),
    }
    return in_dialog(request, "deals/needs.html", context, part="needs", status=status)


def in_dialog(request, template, context, *, part, status=None):
    """A page, or its ``part`` in the dialog, whatever htmx aimed at: a drag aims at nothing."""
    if not request.htmx:
        return page(request, template, context, status=status)
    response = page(request, f"{template}#{part}", context, status=status)
    return reswap(retarget(response, "#dialog"), "innerHTML")
