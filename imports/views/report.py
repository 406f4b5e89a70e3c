"""What became of an import, with the rows that became nothing as a file. Before it has run, its
address leads to the step it is at.
"""

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from core.web import page
from imports import reverting, running
from imports.left_out import lines_left_out, name_of_file
from imports.models import Import
from imports.reporting import figures_of, left_of, reasons_told, rows_told
from imports.views.finding import found

# Where the records of a kind are listed: the words, the address, and what it asks for.
LISTS = {
    "lead": [
        (_("Inbox"), "leads:inbox", {}),
        (pgettext_lazy("view", "Archived"), "leads:archived", {}),
    ],
    "deal": [
        (pgettext_lazy("view", "Open"), "deals:list", {}),
        (pgettext_lazy("view", "Won"), "deals:list", {"view": "won"}),
        (pgettext_lazy("view", "Lost"), "deals:list", {"view": "lost"}),
    ],
    "person": [(_("Show them"), "contacts:people", {})],
    "organization": [(_("Show them"), "contacts:organizations", {})],
    "product": [(_("Show them"), "products:list", {"view": "all"})],
    "activity": [
        (_("To do"), "activities:list", {"assignee": "all"}),
        (pgettext_lazy("view", "Done"), "activities:list", {"assignee": "all", "view": "done"}),
    ],
}


@require_GET
def detail(request, number):
    one = found(request, number)
    step = one.get_step_url()
    if step != one.get_absolute_url():
        return redirect(step)
    return page(request, "imports/report.html", told_of(one, request.user), parts=["report"])


def told_of(one, user):
    rows = rows_told(one)
    state = one.counts.get("reverted", {})
    left = left_of(one, user) if one.stage == Import.Stage.REVERTED else []
    is_listed = rows["skipped"] or rows["refused"]
    return {
        "import": one,
        "rows": rows,
        "segments": [
            ("won", rows["imported"]),
            ("none", rows["skipped"] + rows["unreached"]),
            ("lost", rows["refused"]),
        ],
        "figures": [(figure, links_to(figure.kind, one)) for figure in figures_of(one)],
        "reasons": reasons_told(one) if is_listed and not one.is_forgotten else [],
        "has_left_out": bool(is_listed or rows["unreached"]) and not one.is_forgotten,
        "may_go_on": running.may_go_on(one),
        "may_revert": reverting.may_be_reverted(one),
        "is_reverting": reverting.is_under_way(one),
        "is_stuck": reverting.is_stuck(one),
        "reverted": reverting.told(one) if one.stage == Import.Stage.REVERTED else "",
        "left": left,
        "more_left": sum(state.get("left", {}).values()) - len(left),
    }


def links_to(kind, one):
    """Where to see what it did to records of ``kind``: words and addresses."""
    if one.operation_id is None:
        return []
    return [
        (words, f"{reverse(name)}?{urlencode({**asked, 'act': one.operation_id})}")
        for words, name, asked in LISTS.get(kind, ())
    ]


@require_GET
def left_out(request, number):
    """The rows that became nothing, as a file."""
    one = found(request, number)
    if one.is_open or one.is_forgotten:
        raise Http404
    response = StreamingHttpResponse(lines_left_out(one), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name_of_file(one))
    return response
