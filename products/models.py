"""Product, its Category and its Price in each currency: what we sell."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import may_configure, may_look
from core.models import (
    LIVE,
    LiveManager,
    SetAside,
    SetAsideQuerySet,
    Timestamped,
    plain_column,
    words_index,
)
from core.money import CURRENCIES, AmountField, CurrencyField, PercentField
from core.validators import validate_line, validate_text
from custom_fields.models import CustomValues, Field
from products.billing import Billed


class Category(models.Model):
    """A kind of product, out of a list that admins keep: hardware, licences, training…"""

    name = models.CharField(_("name"), max_length=60, validators=[validate_line])
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="products_category_name_once",
                violation_error_message=_("There is already a category with this name."),
            ),
        ]

    def __str__(self):
        return self.name


class ProductQuerySet(SetAsideQuerySet):
    """The catalogue has no owners: everybody who works here sees it whole, and those who may
    configure keep it. The rights have the names that those of owned records have.
    """

    def visible_to(self, user):
        return self if may_look(user) else self.none()

    def changeable_by(self, user):
        return self if may_configure(user) else self.none()

    def deletable_by(self, user):
        return self.changeable_by(user)

    def active(self):
        """Those that are sold at present."""
        return self.filter(is_active=True)

    def by_name(self):
        return self.order_by("plain", "pk")


# A code falls apart into words at its signs, as what people look for does: AB-12 is ab and 12.
CODE = Func(F("code"), Value(r"\W+"), Value(" "), Value("g"), function="regexp_replace")


class Product(Timestamped, SetAside, CustomValues, Billed):
    """Something we sell, as the catalogue has it.

    What a deal's line takes from here stays with the line: a later price changes no old offer.
    """

    kind = "product"
    custom_of = Field.Of.PRODUCT

    name = models.CharField(_("name"), max_length=200, validators=[validate_line])
    code = models.CharField(
        _("code"),
        max_length=60,
        blank=True,
        validators=[validate_line],
        help_text=_("By which it is known in orders and invoices: a reference, an SKU."),
    )
    unit = models.CharField(
        _("unit"),
        max_length=40,
        blank=True,
        validators=[validate_line],
        help_text=_("What its price is for: a piece, an hour, a licence."),
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    description = models.TextField(
        _("description"), max_length=2000, blank=True, validators=[validate_text]
    )
    tax = PercentField(_("tax"), default=0)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("What is not active is no longer offered.")
    )
    created_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    plain = plain_column("name")
    found_by = plain_column(Concat("name", Value(" "), CODE, output_field=models.TextField()))

    objects = LiveManager.from_queryset(ProductQuerySet)()
    everything = ProductQuerySet.as_manager()

    class Meta(SetAside.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            *CustomValues.Meta.constraints,
            *Billed.Meta.constraints,
            models.UniqueConstraint(
                Lower("code"),
                condition=LIVE & ~Q(code=""),
                name="products_product_code_once",
                violation_error_message=_("There is already a product with this code."),
            ),
            models.CheckConstraint(
                name="products_product_tax_is_percent",
                condition=Q(tax__gte=0, tax__lte=100),
                violation_error_message=_("A tax lies between 0 and 100 percent."),
            ),
        ]
        indexes = [
            models.Index(fields=["plain", "id"], condition=LIVE, name="products_product_name"),
            words_index("products_product_words", "found_by"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("products:product", args=[self.pk])


class Price(models.Model):
    """What one unit of a product costs in one currency, before any discount."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="prices", verbose_name=_("product")
    )
    currency = CurrencyField(_("currency"), choices=[(code, code) for code in CURRENCIES])
    amount = AmountField(_("price"), validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "currency"],
                name="products_price_currency_once",
                violation_error_message=_("There is already a price in this currency."),
            ),
            models.CheckConstraint(
                name="products_price_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message=_("A price cannot be negative."),
            ),
        ]

    def __str__(self):
        return f"{self.amount.normalize():f} {self.currency}"
