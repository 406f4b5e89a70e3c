"""Matchings under a name: kept, used for another file, removed."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.lookups import number_in
from core.web import page, posted, redirect_after, refusals_on, safe_next, toast
from imports.forms.matchings import SavedForm
from imports.matching import apply_matching
from imports.matching import remove_matching as remove
from imports.matching import save_matching as save
from imports.models import SavedMatching
from imports.views.finding import found


@require_http_methods(["GET", "POST"])
def save_matching(request, number):
    one = found(request, number)
    form = SavedForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            kept = save(one, **form.cleaned_data, by=request.user)
            toast(request, _("Matching “%(name)s” saved.") % {"name": kept})
            return redirect_after(request, "imports:columns", one.pk)
    context = {"import": one, "form": form}
    return page(request, "imports/save_matching.html", context, parts=["save-matching"])


@require_POST
def use_matching(request, number):
    """Match the columns as a saved matching says, by their headers."""
    one = found(request, number)
    asked = number_in(request.POST.get("matching", ""))
    seen = SavedMatching.objects.visible_to(request.user).filter(kind=one.kind)
    kept = get_object_or_404(seen, pk=asked)
    one = apply_matching(one, kept, by=request.user)
    words = ngettext(
        "%(count)s column is matched as “%(name)s” says.",
        "%(count)s columns are matched as “%(name)s” says.",
        one.matched_count,
    )
    toast(request, words % {"count": one.matched_count, "name": kept}, level="info")
    return redirect_after(request, "imports:columns", one.pk)


@require_http_methods(["GET", "POST"])
def remove_matching(request, pk):
    """Asks, and removes."""
    kept = get_object_or_404(SavedMatching.objects.changeable_by(request.user), pk=pk)
    back = safe_next(request, "imports:list")
    if request.method == "POST":
        remove(kept, by=request.user)
        toast(request, _("Matching “%(name)s” removed.") % {"name": kept})
        return redirect_after(request, back)
    context = {"matching": kept, "back": back}
    return page(request, "imports/remove_matching.html", context, parts=["remove-matching"])
