"""Say that two leads are no duplicates."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.web import aimed_at, safe_next, toast
from leads import duplicates
from leads.models import Lead
from leads.views.detail import shown_to
from lists.acting import chosen


@require_POST
def keep_separate(request, pk):
    """For everybody, from now on; the answer is what is left to be suspected."""
    visible = Lead.objects.visible_to(request.user)
    lead = get_object_or_404(visible, pk=pk)
    other = get_object_or_404(visible.exclude(pk=pk), pk=chosen(request, "other"))
    operation = duplicates.keep_separate(lead, other, by=request.user)
    if operation:
        told = _("“%(title)s” is kept separate.") % {"title": other}
        toast(request, told, undo=operation)
    if aimed_at(request) == "duplicates":
        context = {"lead": shown_to(request.user, pk), "takes_focus": True}
        return render(request, "leads/_duplicates.html", context)
    return redirect(safe_next(request, lead))
