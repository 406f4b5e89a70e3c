"""The source of what came in stays: the database itself refuses to change it."""

from django.conf import settings
from django.db import migrations

import core.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_find_numbers_by_their_end"),
        ("labels", "0001_initial"),
        ("leads", "0008_labels_from_the_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="lead",
            constraint=core.constraints.Unchanging(
                fields=("origin", "origin_id"),
                name="leads_lead_origin_stays",
                violation_error_message="The source of a lead or a deal never changes.",
            ),
        ),
    ]
