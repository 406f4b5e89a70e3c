"""Which products the list shows: its view, its filters, its columns and its order.

What a product costs differs from currency to currency: a list tells, sorts and filters by the
prices in one of them, the reader's own unless the address asks for another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter

from accounts.models import User
from core.money import CURRENCIES
from core.validators import validate_line
from core.words import with_words
from custom_fields.columns import custom_column
from custom_fields.filtering import PARAMETERS, filters_for
from custom_fields.models import PREFIX, Field
from custom_fields.queries import fields_of, names_of
from history.queries import acts_told, touched_by
from history.sentences import TOUCHED
from lists.columns import Column, shown_columns
from lists.filtering import (
    AddressFilterSet,
    AmountFilter,
    AnyOfFilter,
    PeriodFilter,
    choices_of,
    midnight,
)
from lists.keyset import Walk
from lists.periods import BEHIND
from lists.queries import chosen_columns
from lists.registry import ListPage
from lists.sorting import Order
from products.billing import Frequency
from products.models import Category, Price, Product
from products.queries import price_in

VIEWS = {
    "active": pgettext_lazy("products", "Active"),
    "inactive": pgettext_lazy("products", "Not active"),
    "all": pgettext_lazy("products", "All"),
}
FIRST = "name"  # the column that leads to the product
USUAL = ("name", "code", "category", "price", "unit", "tax", "billing")
NAME = Column(
    "name",
    _("Name"),
    "title",
    lambda product: product.name,
    order=Order("plain"),
    edits=("name",),
    is_on_phones=True,
)


def billing_of(product: Product) -> str:
    """How often it is billed, and how many times: “Monthly × 12”."""
    words = Frequency(product.frequency).label
    return f"{words} × {product.cycles}" if product.cycles else str(words)


def own_columns(currency: str) -> tuple[Column, ...]:
    in_currency = price_in(currency)
    return (
        NAME,
        Column(
            "code",
            _("Code"),
            "word",
            lambda product: product.code,
            order=Order("code_sorted", Lower("code"), is_indexed=False),
            edits=("code",),
        ),
        Column(
            "category",
            _("Category"),
            "word",
            lambda product: product.category,
            order=Order("category_name", F("category__name"), is_nullable=True, is_indexed=False),
            edits=("category",),
            is_on_phones=True,
        ),
        Column(
            "price",
            _("Price"),
            "exact-money",
            lambda product: (product.price, currency),
            order=Order(
                "price_sorted", in_currency, is_nullable=True, starts_down=True, is_indexed=False
            ),
            edits=("prices",),
            finds=(("price", in_currency),),
            is_on_phones=True,
        ),
        Column(
            "prices",
            _("All prices"),
            "amounts",
            lambda product: product.prices.all(),
            edits=("prices",),
            loads=("prices",),
        ),
        Column("unit", _("Unit"), "text", lambda product: product.unit, edits=("unit",)),
        Column(
            "tax",
            _("Tax"),
            "percent",
            lambda product: product.tax,
            order=Order("tax", is_indexed=False),
            edits=("tax",),
        ),
        Column("billing", _("Billing"), "word", billing_of, edits=("frequency", "cycles")),
        Column("cycles", _("Number of cycles"), "number", lambda product: product.cycles),
        Column(
            "active", _("Active"), "yes-no", lambda product: product.is_active, edits=("is_active",)
        ),
        Column(
            "description",
            _("Description"),
            "text",
            lambda product: product.description,
            edits=("description",),
        ),
        Column(
            "created",
            _("Added"),
            "ago",
            lambda product: product.created_at,
            order=Order("created_at", starts_down=True, is_indexed=False),
        ),
        Column(
            "updated",
            _("Changed"),
            "ago",
            lambda product: product.updated_at,
            order=Order("updated_at", starts_down=True, is_indexed=False),
        ),
    )


def columns(fields: Iterable[Field] | None = None, currency: str = "EUR") -> Mapping[str, Column]:
    """Every column that one can choose for the list, by its name; prices are those in ``currency``.

    ``fields`` are the custom fields of products, where they were read before.
    """
    fields = fields_of(Product.custom_of) if fields is None else fields
    custom = [custom_column(field, _("More fields")) for field in fields]
    return {column.name: column for column in (*own_columns(currency), *custom)}


def carrying(products: QuerySet, shown: Iterable[Column]) -> QuerySet:
    """``products`` with all that the columns ``shown`` tell of them."""
    loads = {load for column in shown for load in column.loads}
    found = dict(find for column in shown for find in column.finds)
    ordered = {"prices": Prefetch("prices", Price.objects.order_by("currency"))}
    return (
        products.select_related("category")
        .annotate(**found)
        .prefetch_related(*(ordered[load] for load in sorted(loads)))
    )


def with_custom_names(products: list[Product], shown: Iterable[Column]) -> None:
    """Let each product tell the names of what its custom values point at."""
    names = names_of(products, [column.custom for column in shown if column.custom])
    for product in products:
        product.custom_names = names


class ProductFilter(AddressFilterSet):
    """What the list can be narrowed to; ``currency`` is the one in which prices are compared."""

    q = CharFilter(
        label=_("Words in the name or the code"),
        method="with_text",
        max_length=200,
        validators=[validate_line],
    )
    category = AnyOfFilter(label=_("Category"))
    billing = AnyOfFilter(label=_("Billing"), field_name="frequency", choices=Frequency.choices)
    currency = ChoiceFilter(
        label=_("Currency"),
        method="with_price",
        choices=[(code, code) for code in CURRENCIES],
        empty_label=_("Any currency"),
    )
    price_from = AmountFilter(label=_("Price from"), method="from_price")
    price_to = AmountFilter(label=_("Price up to"), method="up_to_price")
    created = PeriodFilter(
        label=_("Added"), field_name="created_at", periods=BEHIND, kept_as=midnight
    )
    act = AnyOfFilter(label=TOUCHED, method="of_act")

    GROUPS = (
        (_("Category"), ("category",)),
        (_("Billing"), ("billing",)),
        (_("Price"), ("price_from", "price_to", "currency")),
        (_("Added"), ("created",)),
        (TOUCHED, ("act",)),
    )

    ADDED = PREFIX

    class Meta:
        model = Product
        fields = []

    def __init__(self, *args, currency: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.own_currency = currency

    def with_text(self, products, _name, text):
        return with_words(products, text, column="found_by")

    def of_act(self, products, _name, acts):
        return touched_by(acts, products)

    def with_price(self, products, _name, currency):
        return self.priced(products, currency)

    def from_price(self, products, _name, amount):
        return self.priced(products, self.compared_in, amount__gte=amount)

    def up_to_price(self, products, _name, amount):
        return self.priced(products, self.compared_in, amount__lte=amount)

    @property
    def compared_in(self):
        return self.form.cleaned_data["currency"] or self.own_currency

    def priced(self, products, currency, **amount):
        prices = Price.objects.filter(product=OuterRef("pk"), currency=currency, **amount)
        return products.filter(Exists(prices))


@dataclass(frozen=True)
class Catalogue(ListPage):
    """The list of products, and what its address asks for."""

    model = Product

    @property
    def filters(self) -> tuple[str, ...]:
        """The parameters of an address that choose rows; the others order them."""
        return tuple(name for name in self.parameters if name != "sort")

    def view_of(self, query: QueryDict) -> str:
        view = query.get("view")
        return view if view in VIEWS else "active"

    def address_of(self, view: str) -> str:
        home = reverse(self.home)
        return home if view == "active" else f"{home}?{urlencode({'view': view})}"

    def filtered(
        self, query: QueryDict, user: User, fields: Iterable[Field] | None = None
    ) -> ProductFilter:
        """The filters of ``query`` over what is in the view that it names."""
        fields = fields_of(Product.custom_of) if fields is None else fields
        choices = choices_of(category=Category.objects.all(), colleague=User.objects.who_may_own())
        visible = Product.objects.visible_to(user)
        choices["act"] = acts_told(query.getlist("act"), visible, user)
        added, colleagues = {}, choices.pop("colleague")
        for field in fields:
            added |= filters_for(field, colleagues)
        return ProductFilter(
            query,
            in_view(self.view_of(query), user),
            today=timezone.localdate(),
            choices=choices,
            added=added,
            currency=user.currency,
        )

    def matching(self, query: QueryDict, user: User) -> QuerySet:
        """The products that ``user`` sees in the view and with the filters of ``query``."""
        return self.filtered(query, user).found

    def columns_on(
        self, query: QueryDict, user: User, every: Mapping[str, Column] | None = None
    ) -> list[Column]:
        """The columns that the list at this address shows to ``user``."""
        every = columns(currency=currency_on(query, user)) if every is None else every
        chosen = chosen_columns(self.name, query, user)
        return shown_columns(every, *chosen, self.usual, first=self.first)


def in_view(view: str, user: User) -> QuerySet:
    products = Product.objects.visible_to(user)
    match view:
        case "inactive":
            return products.filter(is_active=False)
        case "all":
            return products
        case _:
            return products.active()


def currency_on(query: QueryDict, user: User) -> str:
    """The currency of the prices that the list at this address shows."""
    asked = query.get("currency")
    return asked if asked in CURRENCIES else user.currency


def by_name() -> tuple[Walk, ...]:
    return NAME.order.walks(is_down=False)


CATALOGUE = Catalogue(
    name="products",
    title=_("Products"),
    home="products:list",
    parameters=("view", *ProductFilter.base_filters, PARAMETERS, "sort"),
    columns=columns,
    first=FIRST,
    usual=USUAL,
)
