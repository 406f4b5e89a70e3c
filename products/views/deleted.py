"""Recently deleted products, and the way back."""

from django.db.models import Q
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import may_configure
from core.web import page, redirect_after, safe_next, toast
from lists.counting import capped_count
from lists.keyset import Walk, paginate
from lists.selection import selected
from products import services
from products.models import Product
from products.views.lists import tabs

LAST_FIRST = (Walk(Q(), ("-deleted_at", "-id")),)


def seen_by(user):
    return Product.everything.visible_to(user).deleted()


@require_GET
def deleted(request):
    products = seen_by(request.user)
    found = paginate(
        products,
        LAST_FIRST,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        load=lambda rows: rows.select_related("deleted_by"),
    )
    context = {
        "tabs": tabs(None),
        "records": found,
        "count": capped_count(products),
        "may_change": may_configure(request.user),
    }
    return page(request, "products/deleted.html", context, parts=["results"])


@require_POST
def bring_back(request):
    products = seen_by(request.user)
    chosen = selected(request.POST, products.none(), within=products)
    operation = services.bring_back(chosen, by=request.user)
    if operation:
        number = operation.events.count()
        told = ngettext("%(count)d product is back.", "%(count)d products are back.", number)
        toast(request, told % {"count": number}, undo=operation)
    return redirect_after(request, safe_next(request, "products:deleted"))
