"""A product: as a page, and as a panel beside the list."""

from django.db.models import Exists, OuterRef, Subquery, Sum
from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.lookups import number_in
from core.web import page, page_on_screen
from deals.models import Deal, LineItem
from products.queries import events_of, shown_to

MOST_SHOWN = 20  # deals


@require_GET
def product(request, number):
    found = shown_to(request.user, number)
    if found is None:
        raise Http404
    return page(request, "products/product.html", panel_of(request, found), parts=["panel"])


def beside(request):
    """The product that ``?peek=`` asks for beside the list, if it is there."""
    number = number_in(request.GET.get("peek", ""))
    return None if number is None else shown_to(request.user, number)


def panel_of(request, product):
    """The context of ``products/_panel.html``; ``back`` is where its acts lead."""
    back = page_on_screen(request)
    if back.partition("?")[0] == product.get_absolute_url():
        back = reverse("products:list")
    deals = list(deals_with(product, request.user)[: MOST_SHOWN + 1])
    return {
        "product": product,
        "deals": deals[:MOST_SHOWN],
        "has_more_deals": len(deals) > MOST_SHOWN,
        "events": events_of(product),
        "back": back,
    }


def deals_with(product, user):
    """The visible deals in which ``product`` counts, newest first, each with how much of it."""
    lines = LineItem.objects.enabled().filter(product=product, deal=OuterRef("pk"))
    amount = lines.order_by().values("deal").annotate(sum=Sum("quantity")).values("sum")
    deals = Deal.objects.visible_to(user).filter(Exists(lines))
    return deals.annotate(amount=Subquery(amount)).select_related("stage").order_by("-pk")
