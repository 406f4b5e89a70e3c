"""Every order of the board has an index, and the heads are summed from one of them."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_find_numbers_by_their_end"),
        ("deals", "0005_origin_stays"),
        ("labels", "0001_initial"),
        ("pipelines", "0002_requirements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="deal",
            name="deals_board",
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["stage", "position", "id"],
                include=("owner", "visibility"),
                name="deals_board",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["stage", "next_activity_on", "-id"],
                include=("currency", "value", "probability", "owner", "visibility"),
                name="deals_board_next",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["stage", "-value", "-id"],
                include=("owner", "visibility"),
                name="deals_board_value",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["stage", "expected_close_on", "-id"],
                include=("owner", "visibility"),
                name="deals_board_close",
            ),
        ),
        migrations.AddIndex(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["stage", "stage_entered_at", "id"],
                include=("owner", "visibility"),
                name="deals_board_age",
            ),
        ),
    ]
