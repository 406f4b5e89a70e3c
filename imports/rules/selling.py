"""What rows sell in their deals: each line as it would stand there, under the rules of the page, or
why it cannot; and those that stand there already, which are not added once more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from core.words import plain
from deals.lines import sheet_of, with_prices
from deals.models import Deal, LineItem
from deals.pricing import amounts_of
from deals.services.items import MOST_LINES, checked, taken_from
from deals.services.valuing import MOST_WORTH
from imports.models import Import, Trace
from products.billing import Frequency
from products.models import Product

# What a row may say of a line, beside its product.
SAID = (
    "name",
    "quantity",
    "price",
    "discount",
    "discount_kind",
    "tax",
    "frequency",
    "cycles",
    "comment",
)


@dataclass(frozen=True)
class Offer:
    """What the row ``number`` sells: ``line`` in a ``deal``, of which it says ``of_deal`` besides.

    A deal is its number, or the word for a new one; ``is_continued`` where a row that is not looked
    at here brings that along, so that only the run knows its lines.
    """

    number: int
    deal: int | str
    line: Mapping[str, Any]
    of_deal: Mapping[str, Any]
    is_continued: bool = False


class NotSold(Exception):
    """A line cannot come into its deal; ``place`` is what of it says so, and ``reason`` why."""

    def __init__(self, place: str, reason: str):
        super().__init__(reason)
        self.place, self.reason = place, reason


@dataclass
class Sheet:
    """The lines of one deal, those that were there and those that come."""

    deal: Deal
    currency: str  # of the lines; none where nobody knows it
    is_begun: bool  # whether its first line comes
    is_summed: bool
    count: int
    position: int
    worth: Decimal
    standing: list[LineItem]  # what rows may speak of again

    def same(self, offer: Offer, item: LineItem) -> LineItem | None:
        """The line that says all that the row says."""
        names = [name for name in SAID if offer.line.get(name) not in (None, "")]
        return next(
            (
                each
                for each in self.standing
                if is_alike(each, item)
                and all(getattr(each, name) == getattr(item, name) for name in names)
            ),
            None,
        )

    def add(self, item: LineItem) -> None:
        """Let ``item`` come behind the others, if the deal can hold it."""
        if any(is_alike(each, item) for each in self.standing):
            reason = _("“%(product)s” is in this deal already, on other terms.")
            raise NotSold("product", reason % {"product": item})
        if self.count >= MOST_LINES:
            raise NotSold("", _("A deal has at most %(most)s products.") % {"most": MOST_LINES})
        terms = {"currency": self.currency, "is_included": self.deal.tax_is_included}
        worth = self.worth + amounts_of(item, **terms).net_in_all
        if self.is_summed and worth >= MOST_WORTH:
            raise NotSold("price", _("That is more than a deal can be worth."))
        item.position = self.position
        self.worth, self.count, self.position = worth, self.count + 1, self.position + 1


@dataclass
class Sales:
    """What comes of offers, by the numbers of their rows: new lines, lines that stand there
    already, and why others cannot be; and the sheets of the deals.
    """

    lines: dict[int, LineItem] = field(default_factory=dict)
    there: dict[int, int] = field(default_factory=dict)
    refused: dict[int, NotSold] = field(default_factory=dict)
    sheets: dict[int | str, Sheet] = field(default_factory=dict)


class Selling:
    """What deals have and products cost, looked up once for all offers of an import: a statement
    for each of these. The deals are locked where something is written into them.
    """

    def __init__(self, importing: Import):
        self.importing, self.by = importing, importing.by
        self.deals: dict[int, Deal | None] = {}
        self.items: dict[int, list[LineItem]] = {}
        self.products: dict[int, Product | None] = {}

    def sell(self, offers: Iterable[Offer]) -> Sales:
        offers, sales = list(offers), Sales()
        self.look_up(offers)
        new = []
        for offer in offers:
            if offer.deal not in sales.sheets:
                sales.sheets[offer.deal] = self.sheet_of(offer)
            sheet = sales.sheets[offer.deal]
            if not sheet.currency:
                continue
            try:
                item = self.line_of(offer, sheet)
            except NotSold as why:
                sales.refused[offer.number] = why
                continue
            if same := sheet.same(offer, item):
                sheet.standing.remove(same)
                sales.there[offer.number] = same.pk
            else:
                new.append((offer, sheet, item))
        for offer, sheet, item in new:
            try:
                sheet.add(item)
            except NotSold as why:
                sales.refused[offer.number] = why
            else:
                sales.lines[offer.number] = item
        return sales

    def look_up(self, offers: list[Offer]) -> None:
        deals = {offer.deal for offer in offers if isinstance(offer.deal, int)} - self.deals.keys()
        products = {offer.line["product"] for offer in offers if offer.line.get("product")}
        products -= self.products.keys()
        if deals:
            found = Deal.everything.filter(pk__among=list(deals)).in_bulk()
            self.deals |= {number: found.get(number) for number in deals}
            own = Trace.objects.filter(of=self.importing, kind="line", record_id=OuterRef("pk"))
            items = LineItem.objects.filter(deal__in=list(found)).annotate(is_told=Exists(own))
            for item in items.in_order():
                self.items.setdefault(item.deal_id, []).append(item)
        if products:
            there = Product.everything.filter(pk__among=list(products))
            found = with_prices(there).in_bulk()
            self.products |= {number: found.get(number) for number in products}

    def sheet_of(self, offer: Offer) -> Sheet:
        deal = self.deals.get(offer.deal) or Deal()
        items = self.items.get(deal.pk, [])
        is_begun = not deal.lines_currency
        is_typed = offer.of_deal.get("value") not in (None, "")
        return Sheet(
            deal=deal,
            currency="" if offer.is_continued else self.currency_of(deal, offer),
            is_begun=is_begun,
            is_summed=not is_typed if is_begun else deal.is_summed,
            count=len(items),
            position=max((each.position for each in items), default=-1) + 1,
            worth=sheet_of(deal, items).net if items else Decimal(0),
            standing=[each for each in items if not each.is_told],
        )

    def currency_of(self, deal: Deal, offer: Offer) -> str:
        """That of the lines there are; of the first one that of the deal, its own, one in which its
        product has a price.
        """
        return (
            deal.lines_currency
            or deal.currency
            or self.currency_of_value(offer)
            or offer.line.get("currency")
            or self.currency_of_price(offer)
            or self.by.currency
        )

    def currency_of_value(self, offer: Offer) -> str:
        if offer.of_deal.get("value") in (None, ""):
            return ""
        return offer.of_deal.get("currency") or self.by.currency

    def currency_of_price(self, offer: Offer) -> str:
        product = self.products.get(offer.line.get("product"))
        if product is None or offer.line.get("price") not in (None, ""):
            return ""
        currencies = [price["currency"] for price in product.kept_prices]
        mine = self.by.currency
        return min(currencies, key=lambda each: (each != mine, each), default="")

    def line_of(self, offer: Offer, sheet: Sheet) -> LineItem:
        """The line that comes into the deal, as its page would have it."""
        currency = offer.line.get("currency")
        if currency and sheet.currency and currency != sheet.currency:
            reason = _("Its price is in %(currency)s, the products of this deal are in %(other)s.")
            words = {"currency": currency, "other": sheet.currency}
            raise NotSold("currency", reason % words)
        product = self.products.get(offer.line.get("product"))
        said = {name: offer.line.get(name) for name in SAID}
        try:
            values = taken_from(product, sheet.currency, said)
            if values.get("frequency", Frequency.ONE_TIME) == Frequency.ONE_TIME:
                values.pop("cycles", None)
            item = LineItem(product=product, **values)
            checked(item)
        except ValidationError as wrong:
            [place, [reason, *_rest]], *_others = wrong.message_dict.items()
            raise NotSold(place, reason) from None
        return item


def is_alike(one: LineItem, other: LineItem) -> bool:
    """Whether both lines sell the same, on whatever terms."""
    if one.product_id or other.product_id:
        return one.product_id == other.product_id
    return plain(one.name) == plain(other.name)
