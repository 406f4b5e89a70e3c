"""What is sold in a deal, line by line, and whether its value follows."""

import re

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import core.money


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_find_numbers_by_their_end"),
        ("deals", "0052_who_won_and_lost"),
        ("labels", "0001_initial"),
        ("pipelines", "0003_lost_needs_reason"),
        ("products", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LineItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("one_time", "One-time"),
                            ("weekly", "Weekly"),
                            ("monthly", "Monthly"),
                            ("quarterly", "Quarterly"),
                            ("half_yearly", "Half-yearly"),
                            ("yearly", "Yearly"),
                        ],
                        default="one_time",
                        max_length=11,
                        verbose_name="billing",
                    ),
                ),
                (
                    "cycles",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="How many times it is billed. Empty: until it is cancelled.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(208),
                        ],
                        verbose_name="cycles",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=200,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\t\n\r]"
                                ),
                                code="hidden_characters",
                                inverse_match=True,
                                message="This text holds characters that cannot be seen. Please type it again.",
                            )
                        ],
                        verbose_name="name",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True,
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\t\n\r]"
                                ),
                                code="hidden_characters",
                                inverse_match=True,
                                message="This text holds characters that cannot be seen. Please type it again.",
                            )
                        ],
                        verbose_name="unit",
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=4,
                        default=1,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="quantity",
                    ),
                ),
                (
                    "price",
                    core.money.AmountField(
                        decimal_places=4, default=0, max_digits=16, verbose_name="unit price"
                    ),
                ),
                (
                    "discount",
                    core.money.AmountField(
                        decimal_places=4, default=0, max_digits=16, verbose_name="discount"
                    ),
                ),
                (
                    "discount_kind",
                    models.CharField(
                        choices=[("percent", "%"), ("amount", "amount")],
                        default="percent",
                        max_length=7,
                        verbose_name="kind of discount",
                    ),
                ),
                (
                    "tax",
                    core.money.PercentField(
                        decimal_places=4, default=0, max_digits=7, verbose_name="tax"
                    ),
                ),
                ("is_enabled", models.BooleanField(default=True, verbose_name="counts")),
                (
                    "comment",
                    models.CharField(
                        blank=True,
                        max_length=500,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\t\n\r]"
                                ),
                                code="hidden_characters",
                                inverse_match=True,
                                message="This text holds characters that cannot be seen. Please type it again.",
                            )
                        ],
                        verbose_name="comment",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="position"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
            ],
            options={
                "verbose_name": "product of a deal",
                "verbose_name_plural": "products of deals",
            },
        ),
        migrations.AddField(
            model_name="deal",
            name="is_summed",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="Its value is what its products come to; otherwise it was typed.",
                verbose_name="value follows the products",
            ),
        ),
        migrations.AddField(
            model_name="deal",
            name="lines_currency",
            field=core.money.CurrencyField(
                blank=True,
                choices=[
                    ("EUR", "EUR"),
                    ("USD", "USD"),
                    ("GBP", "GBP"),
                    ("CHF", "CHF"),
                    ("CAD", "CAD"),
                    ("AUD", "AUD"),
                    ("NZD", "NZD"),
                    ("JPY", "JPY"),
                    ("CNY", "CNY"),
                    ("HKD", "HKD"),
                    ("SGD", "SGD"),
                    ("INR", "INR"),
                    ("KRW", "KRW"),
                    ("SEK", "SEK"),
                    ("NOK", "NOK"),
                    ("DKK", "DKK"),
                    ("ISK", "ISK"),
                    ("PLN", "PLN"),
                    ("CZK", "CZK"),
                    ("HUF", "HUF"),
                    ("RON", "RON"),
                    ("BGN", "BGN"),
                    ("TRY", "TRY"),
                    ("MAD", "MAD"),
                    ("TND", "TND"),
                    ("DZD", "DZD"),
                    ("XOF", "XOF"),
                    ("XAF", "XAF"),
                    ("EGP", "EGP"),
                    ("ZAR", "ZAR"),
                    ("NGN", "NGN"),
                    ("KES", "KES"),
                    ("AED", "AED"),
                    ("SAR", "SAR"),
                    ("QAR", "QAR"),
                    ("ILS", "ILS"),
                    ("BRL", "BRL"),
                    ("MXN", "MXN"),
                    ("ARS", "ARS"),
                    ("CLP", "CLP"),
                    ("COP", "COP"),
                    ("PEN", "PEN"),
                    ("THB", "THB"),
                    ("IDR", "IDR"),
                    ("MYR", "MYR"),
                    ("PHP", "PHP"),
                    ("VND", "VND"),
                    ("UAH", "UAH"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=3,
                verbose_name="currency of the products",
            ),
        ),
        migrations.AddField(
            model_name="deal",
            name="tax_is_included",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="prices include tax"
            ),
        ),
        migrations.AddConstraint(
            model_name="deal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_summed", False),
                    models.Q(
                        ("currency", models.F("lines_currency")),
                        ("value__isnull", False),
                        models.Q(("lines_currency", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="deals_deal_sum_in_the_currency_of_its_lines",
                violation_error_message="A value that follows its products is in their currency.",
            ),
        ),
        migrations.AddField(
            model_name="lineitem",
            name="deal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="deals.deal",
                verbose_name="deal",
            ),
        ),
        migrations.AddField(
            model_name="lineitem",
            name="product",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="line_items",
                to="products.product",
                verbose_name="product",
            ),
        ),
        migrations.AddIndex(
            model_name="lineitem",
            index=models.Index(fields=["deal", "position"], name="deals_lineitem_order"),
        ),
        migrations.AddConstraint(
            model_name="lineitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cycles", None),
                    models.Q(("frequency", "one_time"), _negated=True),
                    _connector="OR",
                ),
                name="deals_lineitem_once_has_no_cycles",
                violation_error_message="What is billed once has no number of cycles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lineitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cycles", None),
                    models.Q(("cycles__gte", 1), ("cycles__lte", 208)),
                    _connector="OR",
                ),
                name="deals_lineitem_cycles_in_bounds",
                violation_error_message="Something is billed between 1 and 208 times.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lineitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)),
                name="deals_lineitem_quantity_above_zero",
                violation_error_message="A quantity is more than nothing.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lineitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__gte", 0)),
                name="deals_lineitem_price_not_negative",
                violation_error_message="A price cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lineitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount__gte", 0),
                    models.Q(
                        models.Q(("discount__lte", 100), ("discount_kind", "percent")),
                        models.Q(
                            (
                                "discount__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("quantity"), "*", models.F("price")
                                ),
                            ),
                            ("discount_kind", "amount"),
                        ),
                        _connector="OR",
                    ),
                ),
                name="deals_lineitem_discount_leaves_something",
                violation_error_message="A discount takes off no more than there is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lineitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("tax__gte", 0), ("tax__lte", 100)),
                name="deals_lineitem_tax_is_percent",
                violation_error_message="A tax lies between 0 and 100 percent.",
            ),
        ),
    ]
