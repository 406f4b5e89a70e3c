"""The third step: what would become of each row, before anything is written."""

from urllib.parse import urlencode

from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from core.lookups import number_in
from core.web import page, posted, redirect_after
from imports.checking import check_as_chosen
from imports.forms.choices import ChoicesForm
from imports.models import Import, Row
from imports.reporting import TITLES
from imports.showing import columns_of, page_of, rows_asked, shown
from imports.views.finding import found


@require_http_methods(["GET", "POST"])
def check(request, number):
    """How the check is or what it found; POST checks, with what was chosen for what is there."""
    one = found(request, number)
    if not one.is_open or one.stage == Import.Stage.COLUMNS:
        return redirect(one.get_step_url())
    form = ChoicesForm(posted(request), one=one)
    if form.is_valid():
        check_as_chosen(one, form.cleaned_data, by=request.user)
        return redirect_after(request, "imports:check", one.pk)
    return checked(request, one, form=form)


def checked(request, one, *, form=None, changed=None):
    """The page as it is now; ``changed`` is the number of the row that was just changed."""
    one = Import.objects.without_samples().select_related("by", "job").get(pk=one.pk)
    is_checking = one.stage == Import.Stage.CHECKING
    context = {
        "import": one,
        "form": form or ChoicesForm(one=one),
        "job": one.job if is_checking else None,
        "is_checking": is_checking and one.job is not None and not one.job.is_over,
        "is_checked": one.stage == Import.Stage.CHECKED,
    }
    if context["is_checked"]:
        context |= findings(request, one, changed)
    return page(request, "imports/check.html", context, parts=["check"])


def findings(request, one, changed):
    """The figures, what is wrong by its reason, and the rows that are asked for."""
    columns = columns_of(one)
    headers = {column.number: column for column in columns}
    rows = one.counts["rows"]
    asked = asked_in(request, rows)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found_rows = page_of(rows_asked(one, **asked), after=after, before=before)
    shown_rows = shown(one, found_rows.rows, columns)
    return {
        "rows": rows,
        "segments": [("won", rows["ready"]), ("none", rows["skipped"]), ("lost", rows["refused"])],
        "records": [
            (TITLES[kind], told) for kind, told in one.counts["records"].items() if kind in TITLES
        ],
        "reasons": [
            each | {"header": headers.get(each["column"]), "query": query_of(each)}
            for each in one.counts["reasons"]
        ],
        "columns": columns,
        "shown_rows": shown_rows,
        "page": found_rows,
        "asked": asked,
        "has_left_out": asked["show"] == Row.Verdict.SKIPPED and one.skipped.exists(),
        "query": request.GET.urlencode(),
        "focused": focused(shown_rows, changed),
    }


def asked_in(request, rows):
    """Which rows the address asks for: at first those that need somebody."""
    usual = next((verdict for verdict in ("refused", "skipped") if rows[verdict]), "ready")
    return {
        "show": request.GET.get("show") or usual,
        "column": number_in(request.GET.get("column", "")),
        "reason": request.GET.get("reason", "").replace("\0", ""),
    }


def query_of(reason):
    """The address of the rows that are not ready for this reason."""
    asked = {"show": reason["verdict"], "reason": reason["reason"]}
    if reason["column"] is not None:
        asked["column"] = reason["column"]
    return urlencode(asked)


def focused(shown_rows, changed):
    """Where one goes on: in the row that was just changed if it is still there, else in the next
    one.
    """
    if changed is None:
        return None
    later = (each.row.number for each in shown_rows if each.row.number >= changed)
    return next(later, None)
