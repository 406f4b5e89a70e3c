"""Numbers and amounts of money, exact as they were written."""

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.core.validators import DecimalValidator
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from core.money import CURRENCIES
from custom_fields.kinds.base import Kind, json_text

SORTED_NUMBER = models.DecimalField(max_digits=30, decimal_places=6)  # whatever is kept fits


class Money(NamedTuple):
    """An amount and its currency."""

    amount: Decimal
    currency: str


def decimal_from(value, refusal, *, digits, places):
    """An exact number, of a size that everything after can hold."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise refusal
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError):
        raise refusal from None
    DecimalValidator(digits, places)(number)
    return number


def written_number(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"


class Number(Kind):
    name, title, icon = "number", _("Number"), "hash"
    digits, places = 20, 6
    wrong = _("Write a number like 12500 or 12500.5.")

    def stored(self, value, field):
        number = decimal_from(value, self.refusal(), digits=self.digits, places=self.places)
        return written_number(number)

    def value(self, stored, field, names):
        return Decimal(stored)

    def sort_expression(self, field):
        return Cast(json_text(field), SORTED_NUMBER)


class MoneyKind(Kind):
    name, title, icon = "money", _("Money"), "wallet"
    digits, places = 16, 4
    wrong = _("Write an amount like 12500 or 12500.50, and its currency.")

    def stored(self, value, field):
        match value:
            case {"amount": amount, "currency": currency, **rest} if not rest:
                pass
            case (amount, currency):
                pass
            case _:
                raise self.refusal()
        if currency not in CURRENCIES:
            raise self.refusal()
        amount = decimal_from(amount, self.refusal(), digits=self.digits, places=self.places)
        return {"amount": written_number(amount), "currency": currency}

    def value(self, stored, field, names):
        return Money(Decimal(stored["amount"]), stored["currency"])

    def sort_expression(self, field):
        return Cast(json_text(field, "amount"), SORTED_NUMBER)
