"""What is sold in a deal: its lines with what they come to, and the sums over all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast, JSONObject

from deals.models import Deal, LineItem
from deals.pricing import Amounts, amounts_in_rows, amounts_of
from products.models import Price, Product

NOTHING = Decimal(0)
# The columns of a line that its deal's page shows.
SHOWN = [
    field for field in LineItem._meta.concrete_fields if field.name not in ("deal", "created_at")
]


@dataclass(frozen=True)
class Line:
    """A line of a deal with what it comes to."""

    item: LineItem
    amounts: Amounts
    is_included: bool

    @property
    def billed(self) -> Decimal:
        """What it comes to each time, as its price says it: with tax where that is included."""
        return self.amounts.gross if self.is_included else self.amounts.net


@dataclass(frozen=True)
class Sheet:
    """The lines of a deal in their order, and what those that count come to.

    ``once`` is what is billed once and ``monthly`` what comes again in a month, before tax; ``net``
    is the deal's value when it follows: all that is billed once, and every time of the rest.
    """

    lines: list[Line]
    currency: str
    is_included: bool

    @property
    def last(self) -> Line:
        return self.lines[-1]

    @property
    def counted(self) -> list[Line]:
        return [line for line in self.lines if line.item.is_enabled]

    @property
    def once(self) -> Decimal:
        return self.sum("net", (each for each in self.counted if not each.item.is_recurring))

    @property
    def monthly(self) -> Decimal:
        return self.sum("monthly", self.recurring)

    @property
    def again(self) -> Decimal:
        return self.sum("net_in_all", self.recurring)

    @property
    def recurring(self) -> list[Line]:
        return [each for each in self.counted if each.item.is_recurring]

    @property
    def net(self) -> Decimal:
        return self.sum("net_in_all", self.counted)

    @property
    def tax(self) -> Decimal:
        return self.sum("tax_in_all", self.counted)

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    @staticmethod
    def sum(name: str, lines: Iterable[Line]) -> Decimal:
        return sum((getattr(each.amounts, name) for each in lines), NOTHING)


# --- Along with the deal ------------------------------------------------------------------------


def with_lines(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """Let each deal bring its lines along, for ``lines_of``: no statement of their own."""
    kept = JSONObject(**{field.attname: as_text(field) for field in SHOWN})
    items = LineItem.objects.filter(deal=OuterRef("pk")).in_order()
    return deals.annotate(kept_lines=ArraySubquery(items.values(json=kept)))


def as_text(field):
    """A column as JSON brings it without loss: its numbers are no floats."""
    return Cast(field.attname, TextField()) if isinstance(field, DecimalField) else field.attname


def lines_of(deal: Deal) -> Sheet:
    """The lines that ``deal`` brought along."""
    items = [LineItem(deal=deal, **thawed(kept)) for kept in deal.kept_lines]
    return sheet_of(deal, items)


def thawed(kept):
    return {field.attname: field.to_python(kept[field.attname]) for field in SHOWN}


def sheet_of(deal: Deal, items: Iterable[LineItem]) -> Sheet:
    """What ``items``, the lines of ``deal`` in their order, come to on its terms."""
    terms = {"currency": deal.lines_currency, "is_included": deal.tax_is_included}
    lines = [Line(item, amounts_of(item, **terms), deal.tax_is_included) for item in items]
    return Sheet(lines, **terms)


# --- What the catalogue offers ------------------------------------------------------------------


def with_prices(products: QuerySet[Product]) -> QuerySet[Product]:
    """Let each product bring its prices along, for ``price_of``: no statement of their own."""
    prices = Price.objects.filter(product=OuterRef("pk"))
    kept = JSONObject(currency="currency", amount=Cast("amount", TextField()))
    return products.annotate(kept_prices=ArraySubquery(prices.values(json=kept)))


def price_of(product: Product, currency: str) -> Decimal | None:
    """What one unit of ``product``, which brought its prices along, costs in ``currency``."""
    amounts = {price["currency"]: price["amount"] for price in product.kept_prices}
    return Decimal(amounts[currency]) if currency in amounts else None


# --- Over many deals ----------------------------------------------------------------------------


def net_of_lines(*, without: Iterable[int] = ()) -> Subquery:
    """What the lines of a deal come to before tax, but for those in ``without``; nothing where no
    others count.
    """
    return summed(amounts_in_rows().net_in_all, without=without)


def summed(amount, *, without: Iterable[int] = ()) -> Subquery:
    """The sum of ``amount`` over the lines that count of each of many deals."""
    items = LineItem.objects.enabled().filter(deal=OuterRef("pk"))
    if without:
        items = items.exclude(pk__among=list(without))
    items = items.order_by().values("deal")
    return Subquery(items.annotate(sum=Sum(amount)).values("sum"), output_field=DecimalField())
