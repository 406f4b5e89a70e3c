"""The count of a list is read from its index alone."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0001_initial"),
        ("labels", "0001_initial"),
        ("leads", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="lead",
            name="leads_inbox_owner",
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None)),
                fields=["owner", "next_activity_on", "-id"],
                include=("visibility",),
                name="leads_inbox_owner",
            ),
        ),
    ]
