"""The prices of a product: rows of an amount and its currency; an emptied row is taken away."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import AmountInput, CurrencyField, MoneyAmountField
from core.money import CURRENCIES
from custom_fields.kinds import Money


def price_in(amount: str, code: str) -> Money:
    return Money(MoneyAmountField().clean(amount), CurrencyField().clean(code))


def what_is_wrong(amount: str, code: str) -> list[str]:
    """The messages about one row; none when it can be kept."""
    try:
        price_in(amount, code)
    except ValidationError as invalid:
        return invalid.messages
    return []


class PricesInput(forms.Widget):
    """A row for each price and a blank one; ``currency`` is what that one proposes first."""

    template_name = "products/prices.html"
    use_fieldset = True

    def __init__(self, *, currency="EUR", attrs=None):
        super().__init__(attrs)
        self.currency = currency

    def get_context(self, name, value, attrs):
        is_wrong = "aria-invalid" in (attrs or {})
        typed = [(AmountInput().format_value(amount), code) for amount, code in value or ()]
        wrong = [pair for pair in typed if is_wrong and what_is_wrong(*pair)]
        rows = [(*pair, is_wrong and pair in (wrong or typed)) for pair in typed]
        context = super().get_context(name, None, attrs)
        blank = self.blank(name, {code for _amount, code in typed})
        return {**context, **blank, "rows": rows + blank["rows"]}

    def blank(self, name, used):
        """The context of one more row, in a currency that is not ``used`` yet."""
        unused = [code for code in (self.currency, *CURRENCIES) if code not in used]
        rows = [("", (unused or CURRENCIES)[0], False)]
        return {"name": name, "rows": rows, "currencies": CURRENCIES}

    def value_from_datadict(self, data, files, name):
        """Pairs of what was typed: an amount and a currency."""
        amounts, codes = data.getlist(f"{name}-amount"), data.getlist(f"{name}-currency")
        return [
            (amount.strip(), code)
            for amount, code in zip(amounts, codes, strict=False)
            if amount.strip()
        ]

    def value_omitted_from_data(self, data, files, name):
        return f"{name}-amount" not in data

    def id_for_label(self, id_):
        return ""


class PricesField(forms.Field):
    """Cleans to a list of ``Money``, at most one in each currency, in the order of these."""

    default_error_messages = {"twice": _("There is only one price in each currency.")}

    def __init__(self, *, currency="EUR", **kwargs):
        super().__init__(widget=PricesInput(currency=currency), required=False, **kwargs)

    def clean(self, value):
        wrong = [
            gettext("“%(typed)s”: %(wrong)s") % {"typed": amount[:20], "wrong": message}
            for amount, code in value or ()
            for message in what_is_wrong(amount, code)
        ]
        if wrong:
            raise ValidationError(wrong)
        prices = [price_in(amount, code) for amount, code in value or ()]
        if len({price.currency for price in prices}) < len(prices):
            raise ValidationError(self.error_messages["twice"], code="twice")
        return sorted(prices, key=lambda price: price.currency)
