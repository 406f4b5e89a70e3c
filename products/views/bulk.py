"""Acts on ticked products, or on all that match. The buttons of one send the same: its id."""

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from lists import acting
from products.acts import PRODUCTS
from products.models import Category

ROWS = acting.Rows(acts=PRODUCTS, question="products/_confirm.html")
NONE = "none"


@require_POST
def activate(request):
    return acting.act(request, ROWS, PRODUCTS["activate"])


@require_POST
def deactivate(request):
    return acting.act(request, ROWS, PRODUCTS["deactivate"])


@require_POST
def categorize(request):
    """Into the category whose id is ``to``, or out of any."""
    if request.POST.get("to") == NONE:
        return acting.act(request, ROWS, PRODUCTS["uncategorize"])
    category = get_object_or_404(Category, pk=acting.chosen(request, "to"), archived_at=None)
    return acting.act(request, ROWS, PRODUCTS["categorize"], category=category)


@require_POST
def delete(request):
    return acting.act(request, ROWS, PRODUCTS["delete"], asks_first=True)
