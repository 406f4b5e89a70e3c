"""Activities and notes are about projects, too."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0002_look_at_news"),
        ("contacts", "0003_find_numbers_by_their_end"),
        ("deals", "0052_who_won_and_lost"),
        ("leads", "0009_origin_stays"),
        ("projects", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="activity",
            name="activities_activity_about_one_record",
        ),
        migrations.RemoveConstraint(
            model_name="note",
            name="activities_note_about_one_record",
        ),
        migrations.AddField(
            model_name="activity",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="%(class)s_set",
                to="projects.project",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="%(class)s_set",
                to="projects.project",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("deal", None),
                        ("lead__isnull", False),
                        ("organization", None),
                        ("person", None),
                        ("project", None),
                    ),
                    models.Q(
                        ("deal__isnull", False),
                        ("lead", None),
                        ("organization", None),
                        ("person", None),
                        ("project", None),
                    ),
                    models.Q(
                        ("deal", None),
                        ("lead", None),
                        ("organization", None),
                        ("person__isnull", False),
                        ("project", None),
                    ),
                    models.Q(
                        ("deal", None),
                        ("lead", None),
                        ("organization__isnull", False),
                        ("person", None),
                        ("project", None),
                    ),
                    models.Q(
                        ("deal", None),
                        ("lead", None),
                        ("organization", None),
                        ("person", None),
                        ("project__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="activities_activity_about_one_record",
                violation_error_message="This belongs to exactly one record.",
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("deal", None),
                        ("lead__isnull", False),
                        ("organization", None),
                        ("person", None),
                        ("project", None),
                    ),
                    models.Q(
                        ("deal__isnull", False),
                        ("lead", None),
                        ("organization", None),
                        ("person", None),
                        ("project", None),
                    ),
                    models.Q(
                        ("deal", None),
                        ("lead", None),
                        ("organization", None),
                        ("person__isnull", False),
                        ("project", None),
                    ),
                    models.Q(
                        ("deal", None),
                        ("lead", None),
                        ("organization__isnull", False),
                        ("person", None),
                        ("project", None),
                    ),
                    models.Q(
                        ("deal", None),
                        ("lead", None),
                        ("organization", None),
                        ("person", None),
                        ("project__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="activities_note_about_one_record",
                violation_error_message="This belongs to exactly one record.",
            ),
        ),
    ]
