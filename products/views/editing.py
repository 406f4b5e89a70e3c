"""The forms by which products are made and changed, as a whole or one field where it stands."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policies import may_configure, require
from core.errors import Stale
from core.lookups import number_in
from core.web import on_screen, page, posted, redirect_after, refusals_on, toast
from custom_fields.values import split, write
from lists.in_place import Places
from lists.in_place import edit_field as edit_in_place
from products import services
from products.catalogue import CATALOGUE, carrying, columns, currency_on, with_custom_names
from products.forms import ChangeProductForm, NewProductForm, PricesInput
from products.models import Product
from products.queries import shown_to


@require_http_methods(["GET", "POST"])
def create(request):
    """A new product; ``?like=`` names one that it begins as."""
    require(may_configure(request.user))
    asked = number_in(request.GET.get("like", ""))
    seen = Product.objects.visible_to(request.user)
    like = None if asked is None else seen.filter(pk=asked).first()
    form = NewProductForm(posted(request), user=request.user, like=like)
    if form.is_valid():
        with refusals_on(form):
            product = save_new(form, by=request.user)
            toast(request, _("“%(name)s” is added.") % {"name": product})
            return redirect_after(request, product)
    context = {"form": form, "back": like.get_absolute_url() if like else reverse("products:list")}
    return page(request, "products/form.html", context, parts=["form"])


def save_new(form, *, by):
    given = dict(form.cleaned_data)
    token, prices = given.pop("token"), given.pop("prices")
    own, custom = split(given)
    product = Product(**own)
    write(product, custom)
    return services.create(product, prices=prices, token=token, by=by)


@require_http_methods(["GET", "POST"])
def change(request, number):
    product = get_object_or_404(Product.objects.visible_to(request.user), pk=number)
    require(may_configure(request.user))
    form, status = ChangeProductForm(posted(request), record=product, user=request.user), None
    if form.is_valid():
        try:
            with refusals_on(form, but=Stale):
                return saved(request, form, product)
        except Stale as stale:
            status, product = stale.status, Product.objects.visible_to(request.user).get(pk=number)
            form = ChangeProductForm(posted(request), record=product, user=request.user)
            form.tell_what_changed_meanwhile()
    context = {"form": form, "product": product, "back": product.get_absolute_url()}
    return page(request, "products/form.html", context, parts=["form"], status=status)


def saved(request, form, product):
    seen = form.cleaned_data["seen"]
    operation = services.change(product, form.changes(), seen=seen, by=request.user)
    if operation:
        toast(
            request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]}, undo=operation
        )
    return redirect_after(request, product)


@require_GET
def price_row(request):
    """One more blank row for a price, with the button that asks for the next."""
    used = request.GET.getlist("prices-currency")
    context = PricesInput(currency=request.user.currency).blank("prices", used)
    return render(request, "products/prices.html", context)


@dataclass(frozen=True)
class ProductPlaces(Places):
    """How products are changed in their places."""

    def may_change(self, user):
        return may_configure(user)

    def columns_for(self, request):
        return columns(currency=currency_on(on_screen(request), request.user))

    def seen(self, user, column):
        return carrying(Product.objects.visible_to(user), [column])

    def ready(self, record, column):
        with_custom_names([record], [column])


PLACES = ProductPlaces(
    CATALOGUE, ChangeProductForm, services.change, shown_to, "products/_facts.html"
)


@require_http_methods(["GET", "POST"])
def edit_field(request, number, name):
    return edit_in_place(request, PLACES, number, name)
