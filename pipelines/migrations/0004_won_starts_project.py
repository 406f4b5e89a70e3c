"""A won deal may start a project."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pipelines", "0003_lost_needs_reason"),
    ]

    operations = [
        migrations.AddField(
            model_name="pipeline",
            name="won_starts_project",
            field=models.BooleanField(
                default=False,
                help_text="Unless a project follows from it already.",
                verbose_name="a won deal starts a project",
            ),
        ),
    ]
