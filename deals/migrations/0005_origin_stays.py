"""The source of what came in stays: the database itself refuses to change it."""

from django.conf import settings
from django.db import migrations

import core.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_find_numbers_by_their_end"),
        ("deals", "0004_find_by_custom_values"),
        ("labels", "0001_initial"),
        ("pipelines", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="deal",
            constraint=core.constraints.Unchanging(
                fields=("origin", "origin_id"),
                name="deals_deal_origin_stays",
                violation_error_message="The source of a lead or a deal never changes.",
            ),
        ),
    ]
