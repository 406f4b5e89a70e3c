"""An amount and its currency, a percentage, and the currencies we know."""

from babel.core import get_global
from babel.numbers import get_currency_precision
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

CURRENCIES = tuple(
    "EUR USD GBP CHF CAD AUD NZD JPY CNY HKD SGD INR KRW SEK NOK DKK ISK PLN CZK HUF RON BGN TRY "
    "MAD TND DZD XOF XAF EGP ZAR NGN KES AED SAR QAR ILS BRL MXN ARS CLP COP PEN THB IDR MYR PHP "
    "VND UAH".split(" ")
)
assert set(CURRENCIES) <= set(get_global("all_currencies"))
USUAL_DIGITS = 2
OTHER_DIGITS = {
    code: digits for code in CURRENCIES if (digits := get_currency_precision(code)) != USUAL_DIGITS
}


def digits_of(currency: str) -> int:
    """How many digits behind the point an amount in ``currency`` has."""
    return OTHER_DIGITS.get(currency, USUAL_DIGITS)


class AmountField(models.DecimalField):
    """An amount of money, to four decimal places and twelve digits before them."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_digits", 16)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)


class CurrencyField(models.CharField):
    """A currency by its ISO 4217 code; empty when there is no amount."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 3)
        super().__init__(*args, **kwargs)


class PercentField(models.DecimalField):
    """A part of an amount in percent, from 0 to 100, to four decimal places."""

    default_validators = [MinValueValidator(0), MaxValueValidator(100)]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_digits", 7)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)
