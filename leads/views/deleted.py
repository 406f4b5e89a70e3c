"""Recently deleted: the leads that people deleted, for 30 days, and the way back."""

from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.web import page, safe_next, toast
from leads.inbox import INBOX
from leads.models import Lead
from lists.counting import capped_count
from lists.keyset import Walk, paginate
from lists.selection import selected
from opportunities import services
from opportunities.pages.table import tabs

LAST_FIRST = (Walk(Q(), ("-deleted_at", "-id")),)


@require_GET
def deleted(request):
    leads = Lead.everything.visible_to(request.user).recently_deleted()
    may_bring_back = Lead.everything.deletable_by(request.user).recently_deleted()
    found = paginate(
        leads,
        LAST_FIRST,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        load=lambda rows: rows.for_table().select_related("deleted_by"),
    )
    shown = [lead.pk for lead in found.rows]
    context = {
        "tabs": tabs(INBOX, None),
        "leads": found,
        "count": capped_count(leads),
        "restorable": set(may_bring_back.filter(pk__among=shown).values_list("pk", flat=True)),
    }
    return page(request, "leads/deleted.html", context, parts=["results"])


@require_POST
def bring_back(request):
    leads = Lead.everything.visible_to(request.user).recently_deleted()
    chosen = selected(request.POST, leads.none(), within=leads)
    operation = services.bring_back(chosen, by=request.user)
    if operation:
        number = operation.events.count()
        told = ngettext("%(count)d lead is back.", "%(count)d leads are back.", number)
        undo = reverse("history:undo", args=[operation.pk])
        toast(request, told % {"count": number}, undo=undo)
    return redirect(safe_next(request, "leads:deleted"))
