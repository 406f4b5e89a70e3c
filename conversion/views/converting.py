"""Convert leads, and take it back."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from conversion.asking import asked_leads
from conversion.forms import ConvertForm
from conversion.models import Conversion
from conversion.preview import preview
from conversion.services import DealsWentOn, convert_leads, undo_conversion
from conversion.tasks import LARGEST_REQUEST, converted_words, start_conversion
from conversion.views.dialog import dialog
from core.errors import Missing, NotAllowed, Refused
from core.web import page, redirect_after, safe_next, toast
from leads.inbox import FILTERS
from lists.acting import asked_again, asking
from pipelines.models import Pipeline


@require_http_methods(["GET", "POST"])
def convert(request):
    """Ask where to, then convert.

    A POST without a pipeline only asks: a large selection would not fit into an address.
    """
    require(may_write(request.user))
    asked = asking(request)
    leads = asked_leads(asked, request.user)
    if "pipeline" not in request.POST:
        first = Pipeline.objects.active().filter(is_default=True).first()
        form = ConvertForm(leads=leads, user=request.user, initial={"pipeline": first})
        return convert_dialog(request, leads, form)
    form = ConvertForm(request.POST, leads=leads, user=request.user)
    if not form.is_valid() or asked_again(form, asked, leads.count()):
        return convert_dialog(request, leads, form)
    where = {"into": form.cleaned_data["stage"] or form.cleaned_data["pipeline"]}
    choice = {"owner": form.cleaned_data["new_owner"], "token": form.cleaned_data["token"]}
    choice["values"] = form.answers()
    if leads.count() > LARGEST_REQUEST:
        job = start_conversion(asked, **where, **choice, by=request.user)
        return redirect_after(request, "jobs:detail", job.pk)
    try:
        conversion = convert_leads(leads, **where, **choice, by=request.user)
    except (Missing, NotAllowed):
        raise
    except Refused as refused:
        return convert_dialog(request, leads, form, refused)
    return converted(request, conversion)


def convert_dialog(request, leads, form, refused=None):
    context = {"preview": preview(leads, request.user)}
    return dialog(request, "conversion/convert.html#convert", form, context, FILTERS, refused)


def converted(request, conversion):
    """Say what was done and go on: to the deal if it is one, else where the user came from."""
    deal = conversion.pairs.get().deal if conversion.size == 1 else None
    board = reverse("deals:board", args=[conversion.stage.pipeline_id])
    there = deal.get_absolute_url() if deal else board
    toast(
        request,
        converted_words(conversion.size),
        undo=reverse("conversion:undo", args=[conversion.pk]),
        link=(there, _("See the deal") if deal else _("See the deals")),
    )
    return redirect_after(request, safe_next(request, there if deal else "leads:inbox"))


@require_POST
def undo(request, pk):
    """Bring the leads back; where that would lose something, offer to return the deals instead."""
    require(may_write(request.user))
    conversion = get_object_or_404(Conversion.objects.select_related("operation"), pk=pk)
    try:
        undo_conversion(conversion, by=request.user)
    except Missing:  # a conversion of hidden deals answers like one that never was
        raise Http404 from None
    except DealsWentOn as refused:
        context = {"refused": refused, "deals": refused.records}
        return page(request, "conversion/undo_refused.html", context, status=refused.status)
    size = conversion.size
    toast(
        request,
        ngettext("%(count)d lead is back.", "%(count)d leads are back.", size) % {"count": size},
        link=(reverse("leads:inbox"), _("See the inbox")),
    )
    return redirect_after(request, safe_next(request, "leads:inbox"))
