"""The count of a list is read from its index alone."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0001_initial"),
        ("deals", "0001_initial"),
        ("labels", "0001_initial"),
        ("pipelines", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="deal",
            name="deals_list",
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None)),
                fields=["status", "-id"],
                include=("owner", "visibility"),
                name="deals_list",
            ),
        ),
    ]
