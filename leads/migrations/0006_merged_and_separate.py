"""A lead can be part of another one, and two leads can be kept separate."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("history", "0001_initial"),
        ("leads", "0005_find_by_custom_values"),
    ]

    operations = [
        migrations.CreateModel(
            name="MergedLead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lead_number", models.BigIntegerField(verbose_name="lead number")),
                (
                    "into_number",
                    models.BigIntegerField(verbose_name="number of the lead it is part of"),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_leads",
                        to="history.operation",
                        verbose_name="operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "merged lead",
                "verbose_name_plural": "merged leads",
                "indexes": [models.Index(fields=["into_number"], name="leads_mergedlead_into")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lead_number",),
                        name="leads_mergedlead_once",
                        violation_error_message="This lead is part of another one already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lead_number", models.F("into_number")), _negated=True),
                        name="leads_mergedlead_into_another",
                        violation_error_message="A lead cannot be merged into itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeparateLeads",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="leads.lead",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="leads.lead",
                    ),
                ),
            ],
            options={
                "verbose_name": "separate leads",
                "verbose_name_plural": "separate leads",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lead", "other"),
                        name="leads_separateleads_once",
                        violation_error_message="These leads are kept separate already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lead__lt", models.F("other"))),
                        name="leads_separateleads_in_order",
                        violation_error_message="Separate leads are two, the older one first.",
                    ),
                ],
            },
        ),
    ]
