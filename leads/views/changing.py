"""Change a lead: only what was really changed is written, and nobody's change is overwritten."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policies import may_write, require
from core.errors import Stale
from core.web import page, redirect_after, refusals_on, toast
from leads.forms import ChangeLeadForm
from leads.models import Lead
from opportunities import services


@require_http_methods(["GET", "POST"])
def edit(request, pk):
    visible = Lead.objects.visible_to(request.user).for_panel()
    lead = get_object_or_404(visible, pk=pk)
    require(may_write(request.user))
    form = ChangeLeadForm(request.POST or None, record=lead, user=request.user)
    if form.is_valid():
        try:
            with refusals_on(form, but=Stale):
                return saved(request, form, lead)
        except Stale:
            lead = get_object_or_404(visible, pk=pk)
            form = ChangeLeadForm(request.POST, record=lead, user=request.user)
            form.tell_what_changed_meanwhile()
            return shown(request, form, lead, status=409)
    return shown(request, form, lead)


def saved(request, form, lead):
    values, seen = form.changes(), form.cleaned_data["seen"]
    if operation := services.change(lead, values, seen=seen, by=request.user):
        toast(request, _("Lead “%(title)s” changed.") % {"title": lead}, undo=operation)
    return redirect_after(request, lead)


def shown(request, form, lead, status=None):
    context = {"form": form, "lead": lead}
    return page(request, "leads/edit.html", context, parts=["edit"], status=status)
