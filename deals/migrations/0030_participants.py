"""People take part in a deal, and a deal can be part of another one."""

import re

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_find_numbers_by_their_end"),
        ("deals", "0020_board_orders"),
        ("history", "0002_latest_of_somebody"),
    ]

    operations = [
        migrations.CreateModel(
            name="MergedDeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("deal_number", models.BigIntegerField(verbose_name="deal number")),
                (
                    "into_number",
                    models.BigIntegerField(verbose_name="number of the deal it is part of"),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_deals",
                        to="history.operation",
                        verbose_name="operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "merged deal",
                "verbose_name_plural": "merged deals",
                "indexes": [models.Index(fields=["into_number"], name="deals_mergeddeal_into")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("deal_number",),
                        name="deals_mergeddeal_once",
                        violation_error_message="This deal is part of another one already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deal_number", models.F("into_number")), _negated=True),
                        name="deals_mergeddeal_into_another",
                        violation_error_message="A deal cannot be merged into itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        max_length=60,
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
                        verbose_name="role",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="contacts.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("deal", "person"),
                        name="deals_participant_once",
                        violation_error_message="This person takes part in the deal already.",
                    )
                ],
            },
        ),
    ]
