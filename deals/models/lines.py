"""What is sold in a deal, line by line."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.money import AmountField, PercentField
from core.validators import validate_line
from deals.models.deal import Deal
from products.billing import Billed


class LineItemQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("position", "pk")

    def enabled(self):
        """Those that count."""
        return self.filter(is_enabled=True)


class LineItem(Billed):
    """So much of a product, or of something that only has a name, at a price.

    Currency and tax method are the deal's, one for all of its lines. Name and unit were the
    product's when the line was made, and stay: a later change of the catalogue changes no offer.
    """

    class Discount(models.TextChoices):
        PERCENT = "percent", _("%")
        AMOUNT = "amount", _("amount")

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="items", verbose_name=_("deal"))
    product = models.ForeignKey(
        "products.Product",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="line_items",
        verbose_name=_("product"),
    )
    name = models.CharField(_("name"), max_length=200, validators=[validate_line])
    unit = models.CharField(_("unit"), max_length=40, blank=True, validators=[validate_line])
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=12,
        decimal_places=4,
        default=1,
        validators=[MinValueValidator(0)],
    )
    price = AmountField(_("unit price"), default=0)
    discount = AmountField(_("discount"), default=0)
    discount_kind = models.CharField(
        _("kind of discount"), max_length=7, choices=Discount, default=Discount.PERCENT
    )
    tax = PercentField(_("tax"), default=0)
    is_enabled = models.BooleanField(_("counts"), default=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True, validators=[validate_line])
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LineItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("product of a deal")
        verbose_name_plural = _("products of deals")
        constraints = [
            *Billed.Meta.constraints,
            models.CheckConstraint(
                name="deals_lineitem_quantity_above_zero",
                condition=Q(quantity__gt=0),
                violation_error_message=_("A quantity is more than nothing."),
            ),
            models.CheckConstraint(
                name="deals_lineitem_price_not_negative",
                condition=Q(price__gte=0),
                violation_error_message=_("A price cannot be negative."),
            ),
            models.CheckConstraint(
                name="deals_lineitem_discount_leaves_something",
                condition=Q(discount__gte=0)
                & (
                    Q(discount_kind="percent", discount__lte=100)
                    | Q(discount_kind="amount", discount__lte=F("quantity") * F("price"))
                ),
                violation_error_message=_("A discount takes off no more than there is."),
            ),
            models.CheckConstraint(
                name="deals_lineitem_tax_is_percent",
                condition=Q(tax__gte=0, tax__lte=100),
                violation_error_message=_("A tax lies between 0 and 100 percent."),
            ),
        ]
        indexes = [models.Index(fields=["deal", "position"], name="deals_lineitem_order")]

    def __str__(self):
        return self.name

    def clean(self):
        """The constraints, at the fields that break them."""
        wrong = {}
        most = 100 if self.discount_kind == self.Discount.PERCENT else self.quantity * self.price
        if self.quantity <= 0:
            wrong["quantity"] = _("A quantity is more than nothing.")
        if self.price < 0:
            wrong["price"] = _("A price cannot be negative.")
        elif not 0 <= self.discount <= most:
            wrong["discount"] = _("A discount takes off no more than there is.")
        if self.cycles and not self.is_recurring:
            wrong["cycles"] = _("What is billed once has no number of cycles.")
        if wrong:
            raise ValidationError(wrong)
