"""The fourth step: the run, how far it is, and how it is stopped and goes on."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.web import page, redirect_after
from imports import running
from imports.models import Import, Kind
from imports.views.finding import found

MINUTE = 60  # seconds
REVERTED = (Import.Stage.REVERTING, Import.Stage.REVERTED)


@require_http_methods(["GET", "POST"])
def run(request, number):
    """What the run will do, or how far it is; POST starts it, once."""
    one = found(request, number)
    if request.method == "POST":
        running.start(one, by=request.user)
        return redirect_after(request, "imports:run", one.pk)
    if one.stage in REVERTED or (one.is_open and one.stage != Import.Stage.CHECKED):
        return redirect(one.get_step_url())
    return page(request, "imports/run.html", context_of(request, one), parts=["run"])


@require_POST
def cancel_run(request, number):
    """Stop behind the rows that are being written."""
    one = running.cancel(found(request, number), by=request.user)
    return redirect_after(request, "imports:run", one.pk)


@require_POST
def resume_run(request, number):
    """Go on with the rows that are left."""
    one = running.resume(found(request, number), by=request.user)
    return redirect_after(request, "imports:run", one.pk)


def context_of(request, one):
    one = Import.objects.without_samples().select_related("by", "job").get(pk=one.pk)
    is_running = one.stage == Import.Stage.RUNNING and not running.is_stuck(one)
    pace, rows = one.counts.get("pace"), one.row_count or 0
    return {
        "import": one,
        "is_running": is_running,
        "is_waiting": is_running and one.job.status == "waiting" and not one.done_to,
        "may_go_on": running.may_go_on(one),
        "rows": rows,
        "left": rows - one.done_to,
        "pace": max(1, round(pace)) if pace and is_running else None,
        "time_left": time_words((rows - one.done_to) / pace) if pace and is_running else "",
        "to_do": one.counts.get("rows", {}),
        "records": titled(one.counts.get("done" if one.operation_id else "records", {})),
        # The news of the end goes to the live region of the page that is being looked at.
        "is_news": bool(request.htmx) and not is_running,
    }


def titled(counts):
    """What is counted of each kind of record, those first that come first in the file."""
    return [(Kind(kind).label, counts[kind]) for kind in Kind.values if kind in counts]


def time_words(seconds):
    """About how long that is: nobody reads seconds beyond a minute."""
    if seconds < MINUTE:
        number = max(1, round(seconds))
        return ngettext("about %(count)d second left", "about %(count)d seconds left", number) % {
            "count": number
        }
    number = round(seconds / MINUTE)
    if number < MINUTE:
        return ngettext("about %(count)d minute left", "about %(count)d minutes left", number) % {
            "count": number
        }
    return _("more than an hour left")
