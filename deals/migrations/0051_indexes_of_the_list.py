"""The list of deals has an index for each order and view, as the inbox has."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_find_numbers_by_their_end"),
        ("deals", "0050_forecast"),
        ("labels", "0001_initial"),
        ("pipelines", "0003_lost_needs_reason"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="deal",
            name="deals_title",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deals_close",
        ),
        migrations.RemoveIndex(
            model_name="deal",
            name="deals_list",
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["next_activity_on", "-id"],
                name="deals_next_step",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["owner", "next_activity_on", "-id"],
                include=("visibility", "currency", "value"),
                name="deals_open_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None)),
                fields=["status", "-id"],
                include=("owner", "visibility", "currency", "value"),
                name="deals_list",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("visibility", "everyone")),
                fields=["id"],
                name="deals_shared",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "lost")),
                fields=["-lost_at", "-id"],
                name="deals_lost",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at__isnull", False)),
                fields=["-archived_at", "-id"],
                name="deals_archive",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["idle_since", "-id"],
                name="deals_idle",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["plain", "-id"],
                name="deals_title",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["updated_at", "id"],
                name="deals_updated",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["expected_close_on", "-id"],
                name="deals_close",
            ),
        ),
    ]
