"""Add a deal, and change one."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Visibility
from accounts.policies import may_write, require
from core.errors import Stale
from core.lookups import number_in
from core.web import page, redirect_after, refusals_on, safe_next, toast
from deals.forms import AddDealForm, ChangeDealForm
from deals.models import Deal
from deals.services import change_deal, open_deal
from pipelines.models import Stage


@require_http_methods(["GET", "POST"])
def create(request):
    require(may_write(request.user))
    initial = {
        "owner": request.user,
        "currency": request.user.currency,
        "visibility": Visibility.EVERYONE,
        "stage": asked_stage(request),
    }
    form = AddDealForm(sent(request), user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            deal = open_deal(
                form.draft(), labels=given["labels"], token=given["token"], by=request.user
            )
            toast(request, _("“%(deal)s” is added.") % {"deal": deal})
            return redirect_after(request, deal)
    context = {"form": form, "next": safe_next(request, "deals:board")}
    return page(request, "deals/create.html", context, parts=["deal"])


@require_http_methods(["GET", "POST"])
def edit(request, pk):
    visible = Deal.objects.visible_to(request.user).select_related(
        "person", "organization", "owner", "channel", "stage"
    )
    deal = get_object_or_404(visible, pk=pk)
    require(may_write(request.user))
    form, status = ChangeDealForm(sent(request), record=deal, user=request.user), None
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            with refusals_on(form, but=Stale):
                operation = change_deal(deal, form.changes(), seen=seen, by=request.user)
                return saved(request, deal, operation)
        except Stale as stale:
            deal = get_object_or_404(visible, pk=pk)
            form = ChangeDealForm(request.POST, record=deal, user=request.user)
            form.tell_what_changed_meanwhile()
            status = stale.status
    context = {"form": form, "deal": deal, "next": deal.get_absolute_url()}
    return page(request, "deals/edit.html", context, parts=["deal"], status=status)


def saved(request, deal, operation):
    if operation:
        toast(request, _("“%(deal)s” is saved.") % {"deal": deal}, undo=operation)
    return redirect_after(request, deal)


def sent(request):
    return request.POST if request.method == "POST" else None


def asked_stage(request):
    """The stage in ``?stage=``, or the first of the default pipeline."""
    asked = number_in(request.GET.get("stage", ""))
    stages = Stage.objects.active().in_order()
    if asked is not None:
        return stages.filter(pk=asked).first()
    return stages.filter(pipeline__is_default=True).first()
