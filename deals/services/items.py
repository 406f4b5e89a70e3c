"""What is sold in a deal: lines are added, changed, put in order and taken off; and the deal's
value follows them, unless somebody types another one.

The deal's row is locked first, then its lines are read: so one act follows the other, and each
works out the sums from all that the ones before it wrote.
"""

import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock, named
from core.errors import Missing, Refused, Stale
from core.frozen import frozen
from core.ordering import move_in_line
from deals.lines import Sheet, price_in, sheet_of
from deals.models import Deal, LineItem
from deals.services.people import keep
from history.models import Operation
from history.services import begin, changed
from products.models import Product

MOST = 200  # lines of a deal
# What people write in a line, in the order in which history tells it.
WRITTEN = (
    "product",
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
VALUE = ("value", "currency")


class ValueFollows(Refused):
    """The value of ``records`` is what their products come to: nobody types another one unasked."""


class NoLines(Refused):
    """Without products there is nothing that a value could follow."""


class TooManyLines(Refused):
    """A deal has so many products and no more."""


class TooMuch(Refused):
    """The products come to more than a deal can be worth."""


def add_line(
    deal: Deal,
    values: Mapping[str, Any],
    *,
    product: Product | None = None,
    currency: str = "",
    token: uuid.UUID | None = None,
    by: User,
) -> Operation:
    """Add a line at the end of ``deal``: what ``values`` do not say says the ``product``, its price
    in the currency of the deal. With its first line the deal's value begins to follow.

    ``currency`` is that of the lines where neither these nor the deal's value have one. A repeat
    with the same ``token`` answers with the first act. Refused: ``Missing``, ``NotAllowed``,
    ``TooManyLines``, ``TooMuch``; ``ValidationError`` for what a line cannot say, and for a
    product without a price in this currency where none is given.
    """
    try:
        with transaction.atomic():
            # Most are no repeats: the database says which are, instead of being asked each time.
            operation = Operation.objects.create(verb="deal.line_added", by=by, token=token)
            return add(deal, values, product, currency, operation=operation, by=by)
    except IntegrityError:
        if token is None or not Operation.objects.filter(by=by, token=token).exists():
            raise
    operation, _new = begin("deal.line_added", by=by, token=token)
    return operation


def add(deal, values, product, currency, *, operation, by):
    deal, items = locked(deal, by=by)
    if len(items) >= MOST:
        raise TooManyLines(_("A deal has at most %(most)s products.") % {"most": MOST})
    columns = {}
    if not items:
        columns = {
            "lines_currency": deal.currency or currency or by.currency,
            "is_summed": True,
        }
    item = LineItem(deal=deal, product=product)
    item.position = max((each.position for each in items), default=-1) + 1
    write(item, filled_in(values, product, columns.get("lines_currency") or deal.lines_currency))
    settled = settle(deal, [*items, item], columns)
    item.save(force_insert=True)
    return keep(deal, line_told(None, item) | settled.told, operation=operation, **settled.columns)


@transaction.atomic
def change_line(
    item: LineItem, values: Mapping[str, Any], *, seen: Mapping | None = None, by: User
) -> Operation | None:
    """Let a line say ``values``. ``seen`` is what the writer saw, as ``SeenMixin`` keeps it.

    Changing nothing records nothing. Refused: ``Missing``, also when the line was taken off;
    ``NotAllowed``, ``TooMuch``, ``Stale`` with both values; ``ValidationError``.
    """
    deal, items = locked(item.deal_id, by=by)
    item = among(items, item)
    news = {name: value for name, value in values.items() if getattr(item, name) != value}
    for name in news:
        now = getattr(item, name)
        if seen is not None and name in seen and frozen(seen[name]) != frozen(now):
            raise Stale(
                _("“%(field)s” was changed meanwhile.")
                % {"field": LineItem._meta.get_field(name).verbose_name},
                seen=seen[name],
                found=now,
                records=[deal],
            )
    if not news:
        return None
    before = {name: getattr(item, name) for name in WRITTEN}
    return rewritten(deal, items, item, before, news, verb="line_changed", by=by)


@transaction.atomic
def remove_line(item: LineItem, *, by: User) -> Operation:
    """Take a line off its deal. With the last one nothing is left to follow: the value is empty.

    Refused: ``Missing``, also when somebody took it off before; ``NotAllowed``.
    """
    deal, items = locked(item.deal_id, by=by)
    return take_off(deal, items, among(items, item), by=by)


@transaction.atomic
def move_line(
    item: LineItem, *, step: int = 0, before: int | None = None, by: User
) -> Operation | None:
    """Move a line up (-1) or down (1) among those of its deal, or right before the one with the id
    ``before``, without one to the end. Where it stands already, nothing is recorded.
    """
    deal, items = locked(item.deal_id, by=by)
    item, order = among(items, item), numbers(items)
    if not move_in_line(item, items, step=step, before=before):
        return None
    told = {"line": changed(item, item), "order": [order, numbers(by_position(items))]}
    operation, _new = begin("deal.line_moved", by=by)
    return keep(deal, told, operation=operation)


@transaction.atomic
def set_terms(
    deal: Deal, *, currency: str, tax_is_included: bool, seen: Mapping | None = None, by: User
) -> Operation | None:
    """Say in which ``currency`` the prices of ``deal`` are, and whether they include the tax. The
    numbers stay as they are; a value that follows is worked out anew.

    Refused: ``Missing``, ``NotAllowed``, ``NoLines``, ``TooMuch``, ``Stale`` with both values.
    """
    deal, items = locked(deal, by=by)
    refuse_without(items, deal)
    terms = {"lines_currency": currency, "tax_is_included": tax_is_included}
    columns = {name: value for name, value in terms.items() if getattr(deal, name) != value}
    for name in columns:
        now = getattr(deal, name)
        if seen is not None and seen.get(name, now) != now:
            words = {"field": Deal._meta.get_field(name).verbose_name}
            raise Stale(
                _("“%(field)s” was changed meanwhile.") % words, seen=seen[name], found=now
            )
    if not columns:
        return None
    settled = settle(deal, items, columns)
    operation, _new = begin("deal.terms_changed", by=by)
    return keep(deal, settled.told, operation=operation, **settled.columns)


@transaction.atomic
def type_value(
    deal: Deal, value: Decimal | None, currency: str, *, seen: Mapping | None = None, by: User
) -> Operation | None:
    """Let ``deal``, whose value follows its products, be worth ``value`` from now on; the products
    stay, and what they come to is shown beside it.

    ``seen`` is the value and currency that the writer saw. Refused: ``Missing``, ``NotAllowed``,
    ``Stale`` with both values; ``ValidationError`` for what no deal can be worth.
    """
    deal, _items = locked(deal, by=by)
    if not deal.is_summed:
        raise Stale(
            _("“%(field)s” was changed meanwhile.") % {"field": _("value")},
            seen=seen and seen.get("value"),
            found=deal.value,
            records=[deal],
        )
    if seen is not None and frozen(seen.get("value")) != frozen(deal.value):
        raise Stale(
            _("“%(field)s” was changed meanwhile.") % {"field": _("value")},
            seen=seen["value"],
            found=deal.value,
            records=[deal],
        )
    columns = {"is_summed": False, "value": value, "currency": "" if value is None else currency}
    Deal(**columns).clean_fields({f.name for f in Deal._meta.fields if f.name not in columns})
    operation, _new = begin("deal.value_typed", by=by)
    return keep(deal, told_of(deal, columns), operation=operation, **columns)


@transaction.atomic
def follow_lines(deal: Deal, *, by: User) -> Operation | None:
    """Let the value of ``deal`` follow its products again; nothing is recorded where it does.

    Refused: ``Missing``, ``NotAllowed``, ``NoLines``, ``TooMuch``.
    """
    deal, items = locked(deal, by=by)
    refuse_without(items, deal)
    if deal.is_summed:
        return None
    settled = settle(deal, items, {"is_summed": True})
    operation, _new = begin("deal.value_followed", by=by)
    return keep(deal, settled.told, operation=operation, **settled.columns)
