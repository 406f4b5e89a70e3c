"""What the line of a deal comes to: one formula, for numbers and for the database alike.

``amounts`` is written in operators that Python's ``Decimal`` and Django's expressions both know, so
that a line on a page and a sum over a hundred thousand deals cannot come apart. Every amount is
rounded to the digits of its currency, half away from zero, line by line.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from django.db.models import Case, DecimalField, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from core.money import OTHER_DIGITS, USUAL_DIGITS, digits_of
from products.billing import Frequency

# How often something is billed in twelve months, which is how long it counts until cancelled.
IN_A_YEAR = {
    Frequency.ONE_TIME: 1,
    Frequency.WEEKLY: 52,
    Frequency.MONTHLY: 12,
    Frequency.QUARTERLY: 4,
    Frequency.HALF_YEARLY: 2,
    Frequency.YEARLY: 1,
}
MONTHS = 12
PERCENT = Decimal("0.01")
# One, with so many decimals that no amount is rounded by a division alone: the database keeps as
# many behind the point as what is divided has.
ONE = Decimal("1." + 24 * "0")
NUMBER = DecimalField()


@dataclass(frozen=True)
class Terms:
    """What a line says, as numbers or as expressions; ``is_percent`` and ``is_included`` as truth
    or as conditions.
    """

    quantity: Any
    price: Any
    discount: Any
    is_percent: Any
    tax: Any
    is_included: Any
    digits: Any
    times: Any
    in_a_year: Any


@dataclass(frozen=True)
class Amounts:
    """What a line comes to after its discount: each time it is billed; in all, each time that it
    counts; and ``monthly``, before tax.
    """

    net: Any
    tax: Any
    gross: Any
    net_in_all: Any
    tax_in_all: Any
    monthly: Any


def amounts(line: Terms) -> Amounts:
    """The one rule. A tax that prices include is taken out of them, another one is added."""
    before = line.quantity * line.price
    discount = either(line.is_percent, before * line.discount * PERCENT, line.discount)
    amount = rounded(before - discount, line.digits)
    without = rounded(amount * (100 * ONE) / (100 + line.tax), line.digits)
    added = rounded(amount * line.tax * PERCENT, line.digits)
    net = either(line.is_included, without, amount)
    tax = either(line.is_included, amount - without, added)
    return Amounts(
        net=net,
        tax=tax,
        gross=either(line.is_included, amount, amount + added),
        net_in_all=net * line.times,
        tax_in_all=tax * line.times,
        monthly=rounded(net * line.in_a_year * ONE / MONTHS, line.digits),
    )


def either(condition, then, otherwise):
    """``then`` where the ``condition`` holds."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    return Case(When(condition, then=then), default=otherwise, output_field=NUMBER)


def rounded(amount, digits):
    """``amount`` to so many ``digits``, half away from zero."""
    if isinstance(amount, Decimal):
        return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return Func(amount, digits, function="ROUND", output_field=NUMBER)


# --- Numbers ------------------------------------------------------------------------------------


def amounts_of(line, *, currency: str, is_included: bool) -> Amounts:
    """What ``line``, a ``LineItem``, comes to on a deal with these terms."""
    in_a_year = IN_A_YEAR[line.frequency]
    terms = Terms(
        quantity=line.quantity,
        price=line.price,
        discount=line.discount,
        is_percent=line.discount_kind == "percent",
        tax=line.tax,
        is_included=is_included,
        digits=digits_of(currency),
        times=line.cycles or in_a_year,
        in_a_year=in_a_year,
    )
    with localcontext(prec=60):  # more than any product of what the fields can hold
        return amounts(terms)


# --- The database -------------------------------------------------------------------------------


def by_frequency():
    """How often a line is billed in twelve months."""
    return Case(
        *(When(frequency=each, then=Value(number)) for each, number in IN_A_YEAR.items()),
        output_field=IntegerField(),
    )


def by_currency(currency: str):
    """The digits of the currency that stands in the column ``currency``."""
    return Case(
        *(When(**{currency: code}, then=Value(digits)) for code, digits in OTHER_DIGITS.items()),
        default=Value(USUAL_DIGITS),
        output_field=IntegerField(),
    )


def amounts_in_rows() -> Amounts:
    """The same over rows of ``LineItem``, each on the terms of its deal."""
    terms = Terms(
        quantity=F("quantity"),
        price=F("price"),
        discount=F("discount"),
        is_percent=Q(discount_kind="percent"),
        tax=F("tax"),
        is_included=Q(deal__tax_is_included=True),
        digits=by_currency("deal__lines_currency"),
        times=Coalesce(F("cycles"), by_frequency()),
        in_a_year=by_frequency(),
    )
    return amounts(terms)
