"""Recently deleted: the deals that people deleted, for 30 days, and the way back."""

from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.web import page, safe_next, toast
from deals.models import Deal
from deals.table import TABLE
from lists.counting import capped_count
from lists.keyset import Walk, paginate
from lists.selection import selected
from opportunities import services
from opportunities.pages.table import tabs

LAST_FIRST = (Walk(Q(), ("-deleted_at", "-id")),)


@require_GET
def deleted(request):
    deals = Deal.everything.visible_to(request.user).recently_deleted()
    found = paginate(
        deals,
        LAST_FIRST,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        load=lambda rows: rows.for_table().select_related("deleted_by"),
    )
    own = Deal.everything.deletable_by(request.user)
    shown = [deal.pk for deal in found.rows]
    context = {
        "tabs": tabs(TABLE, None),
        "deals": found,
        "count": capped_count(deals),
        "restorable": set(own.filter(pk__among=shown).values_list("pk", flat=True)),
    }
    return page(request, "deals/deleted.html", context, parts=["results"])


@require_POST
def bring_back(request):
    deals = Deal.everything.visible_to(request.user).recently_deleted()
    chosen = selected(request.POST, deals.none(), within=deals)
    operation = services.bring_back(chosen, by=request.user)
    if operation:
        number = operation.events.count()
        told = ngettext("%(count)d deal is back.", "%(count)d deals are back.", number)
        undo = reverse("history:undo", args=[operation.pk])
        toast(request, told % {"count": number}, undo=undo)
    return redirect(safe_next(request, "deals:deleted"))
