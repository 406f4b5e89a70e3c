"""A product as people write it: to add one, and to change one, or a field of it."""

from decimal import Decimal

from django import forms
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, OnceMixin, PercentField, TextField
from core.seen import SeenMixin
from custom_fields.entering import CustomFieldsForm, CustomPart
from products.billing import MOST_CYCLES, Frequency
from products.forms.prices import PricesField
from products.models import Category, Product
from products.services import prices_of


class ProductForm(CustomFieldsForm):
    """The fields that people write."""

    name = LineField(label=_("Name"), max_length=200)
    code = LineField(
        label=_("Code"),
        max_length=60,
        required=False,
        help_text=_("By which it is known in orders and invoices: a reference, an SKU."),
    )
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label="—"
    )
    unit = LineField(
        label=_("Unit"),
        max_length=40,
        required=False,
        help_text=_("What its price is for: a piece, an hour, a licence."),
    )
    prices = PricesField(label=_("Prices"))
    tax = PercentField(label=_("Tax in percent"), required=False)
    frequency = forms.ChoiceField(label=_("Billing"), choices=Frequency.choices)
    cycles = forms.IntegerField(
        label=_("Number of cycles"),
        required=False,
        min_value=1,
        max_value=MOST_CYCLES,
        help_text=_("How many times it is billed. Empty: until it is cancelled."),
    )
    description = TextField(label=_("Description"), max_length=2000, required=False)
    is_active = forms.BooleanField(
        label=_("Active: it can be put on deals"), required=False, initial=True
    )

    custom_of = Product.custom_of

    def __init__(self, *args, user, product=None, only=None, **kwargs):
        """``only`` names the fields that are asked for, where it is not all of them."""
        super().__init__(*args, user=user, **kwargs)
        self.product = product
        self.fields["prices"].widget.currency = user.currency
        in_use, present = Category.objects.filter(archived_at=None), self.initial.get("category")
        if present:  # it may stay, even if it is out of use
            in_use |= Category.objects.filter(pk=present.pk)
        self.fields["category"].queryset = in_use.order_by(Lower("name"), "pk")
        if only is not None:
            self.fields = {
                name: field
                for name, field in self.fields.items()
                if name in only or isinstance(field.widget, forms.HiddenInput)
            }

    def clean_code(self):
        code = self.cleaned_data["code"]
        others = Product.objects.exclude(pk=self.product and self.product.pk)
        same = others.alias(lower=Lower("code")).filter(lower=Lower(Value(code)))
        if code and (holder := same.first()):
            raise forms.ValidationError(
                _("“%(name)s” has this code already.") % {"name": holder}, code="taken"
            )
        return code

    def clean(self):
        given = super().clean()
        if "tax" in given and given["tax"] is None:
            given["tax"] = Decimal(0)
        if given.get("frequency") == Frequency.ONE_TIME:
            given["cycles"] = None  # they go together
        return given


class NewProductForm(OnceMixin, ProductForm):
    """A product that is not there yet; ``like`` is another one that it begins as."""

    def __init__(self, *args, user, like=None, **kwargs):
        initial = {"tax": None}
        if like is not None:
            copied = ("category", "unit", "tax", "frequency", "cycles", "description")
            initial = {name: getattr(like, name) for name in copied}
            initial |= {"name": like.name, "prices": prices_of(like)}
            initial |= CustomPart.of(like).present
        super().__init__(*args, user=user, initial=initial, **kwargs)


class ChangeProductForm(SeenMixin, ProductForm):
    """A product as it is, and what it showed, so that a change made meanwhile is noticed."""

    def __init__(self, *args, record, user, only=None, **kwargs):
        def is_asked(name):
            return only is None or name in only

        custom = CustomPart.of(record)
        names = [name for name in self.base_fields if name != "seen" and is_asked(name)]
        also = {key: value for key, value in custom.present.items() if is_asked(key)}
        if "prices" in names:
            names.remove("prices")
            also["prices"] = prices_of(record)
        super().__init__(
            *args,
            record=record,
            names=names,
            also=also,
            custom=custom,
            initial={},
            user=user,
            product=record,
            only=only,
            **kwargs,
        )
