"""Numbers, percentages and amounts of money, whichever sign stands before their decimals."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from core.forms import plain_number
from core.money import CURRENCIES
from imports.values.errors import NotUnderstood

SPACES = re.compile("[\\s\u00a0\u202f\u2009'’_]")
WRITTEN = {
    ".": re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?"),
    ",": re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d+)?"),
}
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "US$": "USD", "CA$": "CAD", "zł": "PLN"}
SIGNS |= {"euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "₹": "INR", "₺": "TRY"}
SIGNS |= {"CHF": "CHF", "Fr.": "CHF", "C$": "CAD", "A$": "AUD", "₩": "KRW", "฿": "THB", "₪": "ILS"}
BY_SIGN = {sign.casefold(): code for sign, code in SIGNS.items()}
BY_SIGN |= {code.casefold(): code for code in CURRENCIES}
AROUND = re.compile(r"^(?P<before>[^\d+\-(.,]*)(?P<number>.*?)(?P<after>[^\d).,]*)$", re.DOTALL)
ALMOST = Decimal("1e-9")  # as far as a computer's own fractions are off


def decimal_in(text, mark, *, digits, places):
    """The number that ``text`` is, exactly, with ``mark`` before its decimals: any if ``None``."""
    text = SPACES.sub("", text).replace("\u2212", "-")
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"  # as accountants write what is owed
    if not mark:
        text = plain_number(text)
    elif WRITTEN[mark].fullmatch(text):
        text = text.replace("." if mark == "," else ",", "").replace(",", ".")
    elif mark == ",":
        text = ""
    if not PLAIN.fullmatch(text):
        raise NotUnderstood(_("This is no number, like 12500 or 12500.50."))
    number, most = Decimal(text), Decimal(10) ** (digits - places)
    # Far beyond that, it cannot even be rounded.
    rounded = round(number, places) if abs(number) < most else most
    if abs(rounded) >= most:
        raise NotUnderstood(
            _("At most %(digits)s digits before the decimals, please.")
            % {"digits": digits - places}
        )
    if abs(number - rounded) > ALMOST:
        raise NotUnderstood(_("At most %(places)s decimals, please.") % {"places": places})
    return rounded


def written(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"


def money_in(text, mark):
    """An amount, and the currency that stands beside it, if one does."""
    parted = AROUND.match(text.strip())
    words = " ".join(filter(None, (parted["before"].strip(), parted["after"].strip())))
    if not parted["number"]:
        raise NotUnderstood(_("This is no amount, like 12500 or 12500.50 EUR."))
    currency = ""
    if words:
        currency = BY_SIGN.get(words.casefold()) or unknown_currency(words)
    return decimal_in(parted["number"], mark, digits=16, places=4), currency


def unknown_currency(text):
    raise NotUnderstood(_("“%(text)s” is no currency we know.") % {"text": text[:40]})


def money(field, options, known):
    """An amount in the currency that stands beside it, else in the column's."""
    mark, usual = mark_of(options), options.get("currency", "")

    def read(text):
        amount, currency = money_in(text, mark)
        if amount < 0:
            raise NotUnderstood(_("A value cannot be negative."))
        return {"amount": written(amount), "currency": currency or usual}

    return read


def currency(field, options, known):
    def read(text):
        return BY_SIGN.get(text.casefold()) or unknown_currency(text)

    return read


def number(field, options, known, *, digits=20, places=6):
    mark = mark_of(options)

    def read(text):
        return written(decimal_in(text, mark, digits=digits, places=places))

    return read


def percent(field, options, known):
    mark = mark_of(options)

    def read(text):
        number = decimal_in(text.replace("%", ""), mark, digits=7, places=4)
        if not 0 <= number <= 100:
            raise NotUnderstood(_("A percentage lies between 0 and 100."))
        return written(number)

    return read


def whole(field, options, known):
    """A number of things: minutes, cycles, percent of chance; at most what the field says."""
    mark = mark_of(options)

    def read(text):
        number = decimal_in(text.replace("%", ""), mark, digits=7, places=4)
        if number != number.to_integral_value() or not 0 <= number <= (field.most or 32_767):
            raise NotUnderstood(
                _("Write a whole number from 0 to %(most)s.") % {"most": field.most or 32_767}
            )
        return int(number)

    return read


def amount(field, options, known):
    """A part of an amount: of money, or of a hundred."""
    mark = mark_of(options)

    def read(text):
        number = money_in(text.replace("%", ""), mark)[0]
        if number < 0:
            raise NotUnderstood(_("A value cannot be negative."))
        return written(number)

    return read


def quantity(field, options, known):
    mark = mark_of(options)

    def read(text):
        number = decimal_in(text, mark, digits=12, places=4)
        if number <= 0:
            raise NotUnderstood(_("A quantity is more than nothing."))
        return written(number)

    return read


def minutes(field, options, known):
    """How long something takes: in minutes, or in hours and minutes such as 1:30 or 1 h 30."""
    count = whole(field, options, known)

    def read(text):
        if found := HOURS.fullmatch(text):
            text = str(int(found[1]) * 60 + int(found[2] or 0))
        return count(MINUTES.sub("", text))

    return read


HOURS = re.compile(
    r"(\d{1,2})\s*(?::|h(?:ours?|eures?)?)\s*(\d{2})?(?::00)?", re.ASCII | re.IGNORECASE
)
MINUTES = re.compile(r"\s*min(utes?)?\.?$", re.IGNORECASE)


def mark_of(options):
    mark = options.get("decimal")
    return mark if mark in WRITTEN else None


NUMBERS = {
    "money": money,
    "currency": currency,
    "number": number,
    "percent": percent,
    "whole": whole,
    "amount": amount,
    "quantity": quantity,
    "minutes": minutes,
}
