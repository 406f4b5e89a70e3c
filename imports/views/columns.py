"""The second step: which column goes into which field, and how it is read."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.policies import may_configure, require
from core.lookups import number_in
from core.web import aimed_at, page, posted, redirect_after, refusals_on
from imports.checking import start_check
from imports.forms.columns import Matching
from imports.forms.fields import FieldForm
from imports.forms.matchings import SystemForm
from imports.matching import NotMatched, add_field_for, finish_matching, match
from imports.models import Import, SavedMatching
from imports.targets import target, wants
from imports.views.finding import found


@require_http_methods(["GET", "POST"])
def columns(request, number):
    """All columns; what is sent of them is kept at once, and ``go`` begins the check."""
    one = found(request, number, with_samples=True)
    if not one.is_open:
        return redirect(one.get_absolute_url())
    if request.method == "GET":
        return shown(request, one, SystemForm(instance=one))
    sent = Matching(one).sent(request.POST)
    system = SystemForm({"system": request.POST.get("system", one.system)})
    told = system.cleaned_data["system"] if system.is_valid() else one.system
    one = match(one, sent, system=told, by=request.user)
    if not system.is_valid() or (request.htmx and "go" not in request.POST):
        return shown(request, one, system)
    if "go" not in request.POST:
        return redirect("imports:columns", one.pk)
    try:
        one = finish_matching(one, by=request.user)
    except NotMatched:
        return shown(request, one, system, is_refused=True)
    if one.stage != Import.Stage.CHECKED:
        start_check(one, by=request.user)
    return redirect_after(request, "imports:check", one.pk)


def shown(request, one, system, *, is_refused=False):
    """All of it; or the one column that was changed, along with how far the matching is."""
    matching = Matching(one)
    context = {"import": one, "may_configure": may_configure(request.user)}
    context["wanted"] = list(wants(target(one.kind), one.columns))
    asked = column_asked(request, one)
    if asked is not None and not is_refused:
        [context["column"]] = matching.columns(only=asked)
        return render(request, "imports/_column.html", {**context, "is_news": True})
    saved = SavedMatching.objects.visible_to(request.user).filter(kind=one.kind)
    status = 422 if is_refused or system.errors else None
    saved = list(saved.select_related("owner").order_by("name", "pk"))
    context |= {
        "columns": matching.columns(),
        "is_refused": is_refused,
        "system": system,
        "saved": saved,
        "removable": {each.pk for each in saved if each.is_changeable_by(request.user)},
    }
    return page(request, "imports/columns.html", context, parts=["matching"], status=status)


def column_asked(request, one):
    """The number of the column that htmx is aiming at."""
    name, _dash, number = (aimed_at(request) or "").rpartition("-")
    column = number_in(number) if name == "column" else None
    return column if column is not None and column < len(one.headers) else None


@require_http_methods(["GET", "POST"])
def add_field(request, number, column):
    """A custom field for a column that has none."""
    one = found(request, number, with_samples=True)
    require(may_configure(request.user))
    if not one.is_open or column >= len(one.headers):
        raise Http404
    form = FieldForm(posted(request), one=one, column=column)
    if form.is_valid():
        with refusals_on(form):
            add_field_for(
                one,
                column,
                form.field,
                record=form.cleaned_data["record"],
                options=form.cleaned_data["lines"],
                by=request.user,
            )
            return redirect_after(request, "imports:columns", one.pk)
    context = {"import": one, "form": form, "column": column, "header": one.headers[column]}
    return page(request, "imports/field.html", context, parts=["field"])
