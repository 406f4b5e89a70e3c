"""What is sold in a deal, as people write it: a new line, a line as it is, the terms of all lines;
and a value that is typed although there are lines.
"""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.forms import (
    CurrencyField,
    ExactInput,
    LineField,
    MoneyAmountField,
    OnceMixin,
    PercentField,
    RecordField,
)
from core.seen import SeenMixin
from deals.lines import with_prices
from deals.models import LineItem
from products.billing import MOST_CYCLES, Frequency
from products.models import Product


class QuantityField(MoneyAmountField):
    """A quantity, in either notation."""

    widget = ExactInput
    default_error_messages = {"invalid": _("Write a number like 12 or 12.5.")}


class AddLineForm(OnceMixin):
    """Something more that is sold: out of the catalogue, or in words of one's own.

    The rest is said by the catalogue, and can be changed in the line.
    """

    quantity = QuantityField(label=_("Quantity"), max_digits=12, initial=1)
    price = MoneyAmountField(label=_("Unit price"), required=False)
    currency = CurrencyField(label=_("Currency"), required=False)

    def __init__(self, *args, deal, user, **kwargs):
        super().__init__(*args, initial={"currency": user.currency}, **kwargs)
        self.fields["product"] = RecordField(
            with_prices(Product.objects.visible_to(user).active()),
            url=reverse("deals:line_options", args=[deal]),
            along="currency",
            may_create=True,
            label=_("Product"),
        )
        self.fields["product"].widget.attrs["autofocus"] = True
        self.fields["product"].widget.create_words = _("“{text}”, only in this deal")
        self.fields["price"].widget.attrs["placeholder"] = _("from the catalogue")
        self.order_fields(("product",))

    def chosen(self):
        """What ``add_line`` is told."""
        given = self.cleaned_data
        product, values = given["product"], {"quantity": given["quantity"], "price": given["price"]}
        if isinstance(product, str):
            product, values = None, values | {"name": product}
        return {"product": product, "values": values, "currency": given["currency"]}


class LineForm(SeenMixin):
    """All that a line says."""

    name = LineField(label=_("Name"), max_length=200)
    quantity = QuantityField(label=_("Quantity"), max_digits=12)
    unit = LineField(label=_("Unit"), max_length=40, required=False)
    price = MoneyAmountField(label=_("Unit price"))
    discount = MoneyAmountField(label=_("Discount"), required=False)
    discount_kind = forms.ChoiceField(label=_("Kind of discount"), choices=LineItem.Discount)
    tax = PercentField(label=_("Tax in %"), required=False)
    frequency = forms.ChoiceField(label=_("Billing"), choices=Frequency)
    cycles = forms.IntegerField(
        label=_("Times"),
        min_value=1,
        max_value=MOST_CYCLES,
        required=False,
        help_text=_("Empty: until it is cancelled, which counts as a year."),
    )
    comment = LineField(label=_("Comment"), max_length=500, required=False)
    is_enabled = forms.BooleanField(label=_("Counts towards the sums"), required=False)

    def __init__(self, *args, item, **kwargs):
        names = [name for name in self.base_fields if name != "seen"]
        super().__init__(*args, record=item, names=names, initial={}, **kwargs)
        self.fields["cycles"].widget.attrs["max"] = MOST_CYCLES

    def clean(self):
        given = super().clean()
        for name in ("discount", "tax"):
            if name in given and given[name] is None:
                given[name] = LineItem._meta.get_field(name).to_python(0)
        if given.get("frequency") == Frequency.ONE_TIME:
            given["cycles"] = None
        return given


class TermsForm(SeenMixin):
    """What all lines of a deal have in common."""

    lines_currency = CurrencyField(
        label=_("Currency"), help_text=_("The numbers stay as they are.")
    )
    tax_is_included = forms.TypedChoiceField(
        label=_("Prices"),
        choices=[("no", _("without tax: it is added")), ("yes", _("with tax: it is in them"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, deal, **kwargs):
        names = ("lines_currency", "tax_is_included")
        initial = {"tax_is_included": "yes" if deal.tax_is_included else "no"}
        super().__init__(*args, record=deal, names=names, initial=initial, **kwargs)


class ValueForm(SeenMixin):
    """What a deal is worth, whatever its lines come to."""

    value = MoneyAmountField(label=_("Value"), required=False)
    currency = CurrencyField(label=_("Currency"))

    def __init__(self, *args, deal, **kwargs):
        initial = {"currency": deal.currency or deal.lines_currency}
        names = ("value", "currency")
        super().__init__(*args, record=deal, names=names, initial=initial, **kwargs)
