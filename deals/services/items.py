"""What is sold in a deal: lines are added, changed, put in order and taken off.

With each of these the deal's value is worked out anew, as ``valuing`` says.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Missing, Refused
from core.ordering import move_in_line
from core.stale import refuse_stale
from deals.lines import price_of, with_prices
from deals.models import Deal, LineItem
from deals.services.people import keep, locked_deal
from deals.services.valuing import TERMS, currency_of_lines, lock_with_lines, settle
from deals.services.valuing import thawed as thawed_of_deal
from history.models import Operation
from history.services import begin, changed, changed_again
from history.undoing import undoes
from products.models import Product

MOST_LINES = 200  # of a deal
# What people write in a line.
WRITTEN = (
    "name",
    "unit",
    "quantity",
    "price",
    "discount",
    "discount_kind",
    "tax",
    "frequency",
    "cycles",
    "is_enabled",
    "comment",
)


class TooManyLines(Refused):
    """A deal has so many products and no more."""


def add_line(
    deal: Deal,
    values: Mapping[str, Any],
    *,
    product: Product | None = None,
    currency: str = "",
    token: uuid.UUID | None = None,
    by: User,
) -> Operation:
    """Add a line at the end of ``deal``: what ``values`` do not say says the ``product``, with its
    price in the currency of the deal. With its first line the deal's value begins to follow.

    ``currency`` is that of the first line where the deal's value has none. A repeat with the same
    ``token`` answers with the first act. Refused: ``Missing``, ``NotAllowed``, ``TooManyLines``,
    ``TooMuch``; ``ValidationError`` for what a line cannot say, also for a product that has no
    price in this currency where none is given.
    """
    try:
        with transaction.atomic():
            held, items = lock_with_lines(deal, by=by)  # first: what is refused writes nothing
            # Most are no repeats: the database says which are, instead of being asked each time.
            operation = Operation.objects.create(verb="deal.line_added", by=by, token=token)
            chosen = {"product": product, "currency": currency}
            return put_in(held, items, values, **chosen, operation=operation, by=by)
    except IntegrityError:
        if token is None or not Operation.objects.filter(by=by, token=token).exists():
            raise
    operation, _new = begin("deal.line_added", by=by, token=token)
    return operation


def put_in(
    deal: Deal,
    items: list[LineItem],
    values: Mapping[str, Any],
    *,
    product: Product | None,
    currency: str,
    operation: Operation,
    by: User,
) -> Operation:
    """Add the line to the locked ``deal``, which has these ``items``: what ``operation`` does."""
    if len(items) >= MOST_LINES:
        raise TooManyLines(_("A deal has at most %(most)s products.") % {"most": MOST_LINES})
    columns, currency = {}, currency_of_lines(deal, currency, by)
    if not items:
        columns = {"lines_currency": currency, "is_summed": True}
    given = taken_from(product, currency, values)
    item = LineItem(deal=deal, product=product, **given)
    item.position = max((each.position for each in items), default=-1) + 1
    checked(item)
    item.save(force_insert=True)
    told = line_told(None, item) | terms_told(deal, columns)
    return settle(deal, [*items, item], columns, told=told, operation=operation)


@transaction.atomic
def change_line(
    item: LineItem, values: Mapping[str, Any], *, seen: Mapping | None = None, by: User
) -> Operation | None:
    """Let a line say ``values``. ``seen`` holds what the writer saw in it.

    Changing nothing records nothing. Refused: ``Missing``, also when the line was taken off;
    ``NotAllowed``, ``TooMuch``, ``Stale`` with both values; ``ValidationError``.
    """
    deal, items = lock_with_lines(item.deal, by=by)
    item = among(items, item)
    news = {name: value for name, value in values.items() if getattr(item, name) != value}
    for name in news:
        refuse_stale(item, name, getattr(item, name), seen)
    if not news:
        return None
    operation, _new = begin("deal.line_changed", by=by)
    return rewrite(deal, items, item, news, operation=operation)


@transaction.atomic
def remove_line(item: LineItem, *, by: User) -> Operation:
    """Take a line off its deal. With the last one goes the value that followed it.

    Refused: ``Missing``, also when somebody took it off before; ``NotAllowed``.
    """
    deal, items = lock_with_lines(item.deal, by=by)
    item = among(items, item)
    operation, _new = begin("deal.line_removed", by=by)
    return take_off(deal, items, item, operation=operation)


@transaction.atomic
def move_line(
    item: LineItem, *, step: int = 0, before: int | None = None, by: User
) -> Operation | None:
    """Move a line up (-1) or down (1) among those of its deal, or right before the one with the id
    ``before``, without one to the end. Where it stands already, nothing is recorded.
    """
    deal, items = lock_with_lines(item.deal, by=by)
    item, order = among(items, item), numbers(items)
    if not move_in_line(item, items, step=step, before=before):
        return None
    after = numbers(sorted(items, key=lambda each: (each.position, each.pk)))
    operation, _new = begin("deal.line_moved", by=by)
    told = {"line": changed(item, item), "order": [order, after]}
    return keep(deal, told, operation=operation)


# --- What these acts are made of ----------------------------------------------------------------


def taken_from(product: Product | None, currency: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a new line says: the ``values`` given, and the rest from the ``product``."""
    given = {name: value for name, value in values.items() if value not in (None, "")}
    if product is None:
        return given
    if "price" not in given:
        if not hasattr(product, "kept_prices"):
            product = with_prices(Product.everything.filter(pk=product.pk)).get()
        given["price"] = price_of(product, currency)
    if given["price"] is None:
        words = _("“%(product)s” has no price in %(currency)s. Write one.")
        told = words % {"product": product, "currency": currency}
        raise ValidationError({"price": told})
    billing = {} if "frequency" in given else {"cycles": product.cycles}
    usual = {name: getattr(product, name) for name in ("name", "unit", "tax", "frequency")}
    return {**usual, **billing, **given}


def checked(item: LineItem) -> None:
    """Say what ``item`` cannot say, without asking the database, which would."""
    item.clean_fields({"deal", "product"})
    item.clean()


def among(items: list[LineItem], item: LineItem) -> LineItem:
    """``item`` as it stands among the lines of the locked deal."""
    found = next((each for each in items if each.pk == item.pk), None)
    if found is None:
        raise Missing(_("This product is no longer in the deal."))
    return found


def numbers(items: list[LineItem]) -> list[int]:
    return [each.pk for each in items]


def rewrite(
    deal: Deal,
    items: list[LineItem],
    item: LineItem,
    news: Mapping[str, Any],
    *,
    operation: Operation,
) -> Operation:
    """Let ``item``, one of the locked ``items`` of ``deal``, say the ``news``."""
    before = {name: getattr(item, name) for name in news}
    for name, value in news.items():
        setattr(item, name, value)
    checked(item)
    item.save(update_fields=list(news))
    told = {"line": changed(item, item)}
    told |= {name: changed(before[name], value) for name, value in news.items()}
    return settle(deal, items, told=told, operation=operation)


def take_off(
    deal: Deal,
    items: list[LineItem],
    item: LineItem,
    columns: Mapping[str, Any] | None = None,
    *,
    operation: Operation,
) -> Operation:
    """Delete ``item``, one of the locked ``items`` of ``deal``, and write its ``columns``."""
    told = line_told(item, None) | terms_told(deal)
    left = [each for each in items if each.pk != item.pk]
    LineItem.objects.filter(pk=item.pk).delete()
    return settle(deal, left, columns, told=told, operation=operation)


def line_told(before: LineItem | None, after: LineItem | None) -> dict:
    """What history tells of a line that came or went: all that it says, so that it can return."""
    item = before or after
    told = {"line": changed(before, after), "position": changed(item.position, item.position)}
    names = [name for name in ("product", *WRITTEN) if name != "name" and is_said(item, name)]
    for name in names:
        value = getattr(item, name)
        told[name] = changed(value if before else None, value if after else None)
    return told


def terms_told(deal: Deal, columns: Mapping[str, Any] | None = None) -> dict:
    """What the price of a line meant on ``deal``, with ``columns``, and whether the value followed:
    history keeps it, so that a line returns on these terms or not at all.
    """
    terms = {name: getattr(deal, name) for name in (*TERMS, "is_summed")} | (columns or {})
    return {"terms": changed(terms, terms)}


def is_said(item: LineItem, name: str) -> bool:
    """Whether ``item`` says there what does not go without saying. A discount tells its kind."""
    if name == "discount_kind":
        return bool(item.discount)
    if name in ("quantity", "price", "frequency"):
        return True
    return getattr(item, name) != LineItem._meta.get_field(name).get_default()


# --- Undo ---------------------------------------------------------------------------------------


@undoes("deal.line_added")
def undo_adding(operation: Operation, *, by: User) -> None:
    """Take the line off again, unless it was changed since. If it was the first one, the deal is
    worth again what it was before.
    """
    deal, items, changes = locked_lines(operation, by=by)
    item = as_added(deal, items, changes)
    columns = {}
    if len(items) == 1 and deal.is_summed and "is_summed" in changes:
        told = [name for name in ("is_summed", "value", "currency") if name in changes]
        columns = {name: thawed_of_deal(name, changes[name][0]) for name in told}
    undone, _new = begin("deal.line_removed", by=by)
    take_off(deal, items, item, columns, operation=undone)


@undoes("deal.line_removed")
def undo_removing(operation: Operation, *, by: User) -> None:
    """Put the line back where it stood, at the price that it had: refused where the others stand in
    another currency by now, or with tax instead of without. An only line brings its terms back, and
    a value that followed it follows again unless another one was typed since.
    """
    deal, items, changes = locked_lines(operation, by=by)
    kept = changes["line"][0]
    product, _after = changes.get("product", (None, None))
    item = LineItem(pk=kept["id"], deal=deal, name=kept["name"], **values_in(changes, side=0))
    item.position = changes["position"][0]
    item.product = product and Product.everything.filter(pk=product["id"]).first()
    terms, _after = changes["terms"]
    on_other_terms = any(getattr(deal, name) != terms[name] for name in TERMS)
    if len(items) >= MOST_LINES or (items and on_other_terms):
        raise changed_again([deal])
    columns = {}
    if not items:
        columns = terms | {"is_summed": terms["is_summed"] and deal.value is None}
    undone, _new = begin("deal.line_added", by=by)
    item.save(force_insert=True)
    items = sorted([*items, item], key=lambda each: (each.position, each.pk))
    told = line_told(None, item) | terms_told(deal, columns)
    settle(deal, items, columns, told=told, operation=undone)


@undoes("deal.line_changed")
def undo_changing(operation: Operation, *, by: User) -> None:
    """Let the line say again what it said, unless it was changed again since."""
    deal, items, changes = locked_lines(operation, by=by)
    item = as_left(deal, items, changes)
    undone, _new = begin("deal.line_changed", by=by)
    rewrite(deal, items, item, values_in(changes, side=0), operation=undone)


@undoes("deal.line_moved")
def undo_moving(operation: Operation, *, by: User) -> None:
    """Put the lines back in their former order, unless there is another one by now."""
    deal, items, changes = locked_lines(operation, by=by)
    former, after = changes["order"]
    if numbers(items) != after:
        raise changed_again([deal])
    for item in items:
        item.position = former.index(item.pk)
    LineItem.objects.bulk_update(items, ["position"])
    undone, _new = begin("deal.line_moved", by=by)
    keep(deal, {"line": changes["line"], "order": [after, former]}, operation=undone)


def locked_lines(operation: Operation, *, by: User) -> tuple[Deal, list[LineItem], dict]:
    """The locked deal of the act, its lines, and what the act changed."""
    deal, changes = locked_deal(operation, by=by)
    return deal, list(LineItem.objects.filter(deal=deal).in_order()), changes


def as_added(deal: Deal, items: list[LineItem], changes: Mapping) -> LineItem:
    """The line that came with the act, if it says still all that it said then, and no more."""
    item = next((each for each in items if each.pk == changes["line"][1]["id"]), None)
    now = line_told(None, item) if item else {}
    if any(now.get(name) != changes.get(name) for name in ("line", *WRITTEN)):
        raise changed_again([deal])
    return item


def as_left(deal: Deal, items: list[LineItem], changes: Mapping) -> LineItem:
    """The line of the act, if it says still what the act left there."""
    item = next((each for each in items if each.pk == changes["line"][1]["id"]), None)
    left = values_in(changes, side=1)
    if item is None or any(getattr(item, name) != value for name, value in left.items()):
        raise changed_again([deal])
    return item


def values_in(changes: Mapping, *, side: int) -> dict[str, Any]:
    """What a line said before or after, as its columns hold it."""
    return {
        name: LineItem._meta.get_field(name).to_python(changes[name][side])
        for name in WRITTEN
        if name in changes
    }
