"""Read a product for its page, with its prices, and tell what happened to it."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from accounts.models import User
from accounts.policies import may_configure
from custom_fields.queries import told_fields, with_facts
from history.models import Event
from products.models import Price, Product

MOST_TOLD = 50  # events on the page of a product


def price_in(currency: str) -> Subquery:
    """What a product costs in ``currency``; nothing where it has no price in it."""
    prices = Price.objects.filter(product=OuterRef("pk"), currency=currency)
    return Subquery(prices.values("amount"))


def shown_to(user: User, number: int) -> Product | None:
    """The product with all that its page shows, and whether ``user`` may change it."""
    products = Product.objects.visible_to(user).select_related("category", "created_by")
    by_currency = Prefetch("prices", Price.objects.order_by("currency"))
    product = with_facts(products, user).prefetch_related(by_currency).filter(pk=number).first()
    if product is not None:
        product.may_change = may_configure(user)
    return product


def events_of(product: Product) -> QuerySet[Event]:
    """What happened to ``product``, the latest first, each with ``is_bulk``: whether its act was
    about more products, and with ``told_fields``: the custom fields that it changed.
    """
    siblings = Event.objects.filter(operation=OuterRef("operation")).exclude(pk=OuterRef("pk"))
    events = Event.objects.about([(product.kind, product.pk)])
    events = events.annotate(is_bulk=Exists(siblings), told_fields=told_fields())
    return events.select_related("operation__by", "operation__undone_by").order_by("-pk")[
        :MOST_TOLD
    ]
