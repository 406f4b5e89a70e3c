"""The projects of a deal: start one, or link one that there is."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policies import may_write, require
from core.web import page, posted, redirect_after, refusals_on, safe_next, toast
from deals.models import Deal
from projects import services
from projects.forms import AddProjectForm, LinkToDealForm
from projects.views.editing import started


@require_http_methods(["GET", "POST"])
def start(request, pk):
    """A project for what the deal sold: all is filled in from the deal, one click starts it."""
    deal = visible_deal(request, pk)
    initial = {
        "title": deal.title,
        "owner": services.owner_after(deal, request.user),
        "visibility": deal.visibility,
    }
    form = AddProjectForm(posted(request), user=request.user, initial=initial, is_linked=True)
    if form.is_valid():
        with refusals_on(form):
            project = started(request, form, deals=[deal])
            return redirect_after(request, safe_next(request, project))
    context = {"form": form, "deal": deal, "next": safe_next(request, deal)}
    return page(request, "projects/start.html", context, parts=["start"])


@require_http_methods(["GET", "POST"])
def link_to_deal(request, pk):
    deal = visible_deal(request, pk)
    form = LinkToDealForm(posted(request), user=request.user)
    if form.is_valid():
        project = form.cleaned_data["project"]
        with refusals_on(form):
            operation = services.link(project, deal, by=request.user)
            words = _("Linked to “%(record)s”.") % {"record": project}
            toast(request, words, undo=operation)
            return redirect_after(request, safe_next(request, deal))
    context = {"form": form, "deal": deal, "next": safe_next(request, deal)}
    return page(request, "projects/link_to_deal.html", context, parts=["link-to-deal"])


def visible_deal(request, pk):
    """The deal, for those who may write."""
    deals = Deal.objects.visible_to(request.user).select_related("owner")
    deal = get_object_or_404(deals, pk=pk)
    require(may_write(request.user))
    return deal
