"""Acts on products: create, change one or many, delete, bring back.

The prices of a product are part of it: they are given, compared and remembered as a whole list of
amounts, at most one in each currency.
"""

import uuid
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock, lock_rows, may_configure, named, require
from core.errors import Refused, Stale
from core.frozen import frozen, in_words
from custom_fields.kinds import Money
from custom_fields.values import check, split, write
from history.models import Operation
from history.services import begin, changed, first_result, record, record_rows
from products.models import Price, Product

BILLING = {"frequency", "cycles"}  # one rule binds them together


class CodeTaken(Refused):
    """What would come back has a code that another product has by now."""

    status = 409


# --- Create ------------------------------------------------------------------------------------


@transaction.atomic
def create(
    product: Product,
    *,
    prices: Iterable[Money] = (),
    token: uuid.UUID | None = None,
    by: User,
) -> Product:
    """Save an unsaved ``product`` with its prices and first event.

    A repeat with the same ``token`` answers with the first product. Refused to all but those who
    may configure; ``ValidationError`` for what a field cannot hold.
    """
    require(may_configure(by))
    operation, is_new = begin("product.created", by=by, token=token)
    if not is_new:
        return first_result(operation, Product)
    product.created_by = by
    check(product)
    product.full_clean()
    product.save()
    save_prices(product, prices)
    record(operation, [product])
    return product


# --- Change ------------------------------------------------------------------------------------


@transaction.atomic
def change(
    product: Product, values: Mapping[str, Any], *, seen: Mapping | None = None, by: User
) -> Operation | None:
    """Set fields of one product to ``values``, custom ones by their keys, ``prices`` as a whole.

    ``seen`` holds what the writer saw in those fields: when the product says otherwise now and does
    not yet say what the writer wants, nothing is written and ``Stale`` is raised with both values.
    Changing nothing records nothing.
    """
    [locked] = lock([product], by=by)
    own, custom = split(values)
    changes = {}
    for name, value in own.items():
        before, after = changed(present(locked, name), value)
        if before == after:
            continue
        if seen and name in seen and frozen(seen[name]) != before:
            raise stale(locked, name, seen=frozen(seen[name]), found=before)
        changes[name] = [before, after]
    written = {name: own[name] for name in changes}
    if told := write(locked, custom, seen=seen):
        changes |= told
        written["custom"] = locked.custom
    if not changes:
        return None
    put(locked, written)
    operation, _new = begin("product.changed", by=by)
    record(operation, [locked], changes=changes)
    return operation


def put(product: Product, values: Mapping[str, Any]) -> None:
    """Write ``values`` into a locked product: columns, and the prices as a whole."""
    columns = [name for name in values if name != "prices"]
    for name in columns:
        setattr(product, name, values[name])
    looked_at = {*columns, *(BILLING if BILLING & set(columns) else ())}
    product.full_clean(
        exclude=[field.name for field in product._meta.fields if field.name not in looked_at]
    )
    product.save(update_fields=[*columns, "updated_at"])
    if "prices" in values:
        save_prices(product, values["prices"])


def stale(product, name, *, seen, found):
    label = _("prices") if name == "prices" else product._meta.get_field(name).verbose_name
    return Stale(
        _("“%(field)s” was changed meanwhile.") % {"field": label},
        seen=in_words(seen),
        found=in_words(found),
        records=[product],
    )


def present(product: Product, name: str):
    """What stands in the field ``name`` now."""
    return prices_of(product) if name == "prices" else getattr(product, name)


def prices_of(product: Product) -> list[Money]:
    """The prices of a saved product, one for each currency, in the order of these."""
    prices = sorted(product.prices.all(), key=lambda price: price.currency)
    return [Money(price.amount, price.currency) for price in prices]


def save_prices(product: Product, prices: Iterable[Money]) -> None:
    """Replace the prices of ``product``; ``ValidationError`` when one cannot be."""
    prices = list(prices)
    if len({each.currency for each in prices}) < len(prices):
        raise ValidationError({"prices": _("There is only one price in each currency.")})
    rows = [Price(product=product, amount=each.amount, currency=each.currency) for each in prices]
    for row in rows:
        try:
            row.clean_fields(exclude=["product"])
        except ValidationError as invalid:
            raise ValidationError({"prices": invalid.messages}) from None
    product.prices.all().delete()
    Price.objects.bulk_create(rows)


# --- Many at a time ----------------------------------------------------------------------------


@transaction.atomic
def set_fields(
    products: QuerySet | list, values: Mapping[str, Any], *, by: User
) -> Operation | None:
    """Set columns of ``products`` to the same ``values``: whether they are active, the category.

    Those that are so already stay as they are; each of the others gets an event of what changed.
    """
    rows = lock_rows(products, by=by)
    others = reduce(or_, (differs(*pair) for pair in values.items()))
    differing = list(rows.filter(others).select_related("category"))
    if not differing:
        return None
    operation, _new = begin("product.changed", by=by)
    changes = [
        {
            name: pair
            for name, value in values.items()
            if (pair := changed(getattr(product, name), value))[0] != pair[1]
        }
        for product in differing
    ]
    record(operation, differing, changes=changes)
    rows.filter(pk__among=[product.pk for product in differing]).update(
        **values, updated_at=timezone.now()
    )
    return operation


def differs(name, value):
    is_so = Q(**{name: value}) if value is not None else Q(**{f"{name}__isnull": True})
    return ~is_so


# --- Delete and bring back ---------------------------------------------------------------------


@transaction.atomic
def delete(products: QuerySet | list, *, by: User) -> Operation | None:
    """Set ``products`` aside for 30 days as *Recently deleted*. Lines that name one keep its words
    and its price: they were copied when the line was written.
    """
    rows = lock_rows(products, by=by, may="deletable_by")
    return set_aside(rows, "deleted", by=by, deleted_at=timezone.now(), deleted_by=by)


@transaction.atomic
def bring_back(products: QuerySet | list, *, by: User) -> Operation | None:
    """Bring ``products`` back from *Recently deleted*, whole; refused with ``CodeTaken`` when the
    code of one belongs to another product by now.
    """
    rows = lock_rows(products, by=by, may="deletable_by", deleted=True)
    refuse_taken(rows)
    return set_aside(rows, "brought_back", by=by, deleted_at=None, deleted_by=None)


def set_aside(rows, verb, *, by, **columns):
    if not rows.exists():
        return None
    operation, _new = begin(f"product.{verb}", by=by)
    record_rows(operation, rows.annotate(title=F("name")))
    rows.order_by().update(**columns, updated_at=timezone.now())
    return operation


def refuse_taken(rows):
    """Refuse when a live product has the code of one of ``rows``, or two of these have the same."""
    coded = rows.order_by().exclude(code="").annotate(lower=Lower("code"))
    codes = list(coded.values_list("lower", flat=True))
    holders = Product.objects.annotate(lower=Lower("code")).filter(lower__in=codes)
    twice = {code for code in codes if codes.count(code) > 1}
    holding = list(holders.order_by("pk")) or list(coded.filter(lower__in=twice).order_by("pk"))
    if holding:
        raise CodeTaken(
            _("The code is taken by: %(names)s. Change it first.") % {"names": named(holding)},
            records=holding,
        )
