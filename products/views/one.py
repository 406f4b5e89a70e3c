"""A product: as a page, and as a panel beside the list."""

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.lookups import number_in
from core.web import page, page_on_screen
from products.queries import events_of, shown_to


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
    return {"product": product, "events": events_of(product), "back": back}
