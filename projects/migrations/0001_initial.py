"""Projects go through phases and are linked to deals, people and organizations."""

import re

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.db.models.manager
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import core.models
import core.ordering


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contacts", "0003_find_numbers_by_their_end"),
        ("deals", "0052_who_won_and_lost"),
        ("labels", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Phase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=80,
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
                        verbose_name="name",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="position"),
                ),
                (
                    "archived_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="archived"
                    ),
                ),
            ],
            options={
                "verbose_name": "phase",
                "verbose_name_plural": "phases",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        name="projects_phase_name_once",
                        violation_error_message="There is already a phase with this name.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "deleted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="deleted"
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("team", "Owner's team"),
                            ("everyone", "Everyone"),
                        ],
                        default="everyone",
                        max_length=8,
                        verbose_name="visible to",
                    ),
                ),
                (
                    "custom",
                    models.JSONField(default=dict, editable=False, verbose_name="custom fields"),
                ),
                (
                    "title",
                    models.CharField(
                        max_length=200,
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
                        verbose_name="title",
                    ),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True,
                        max_length=20000,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="hidden_characters",
                                inverse_match=True,
                                message="This text holds characters that cannot be seen. Please type it again.",
                            )
                        ],
                        verbose_name="description",
                    ),
                ),
                (
                    "position",
                    core.ordering.RankField(db_collation="C", editable=False, max_length=200),
                ),
                (
                    "phase_entered_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="start")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day: by then it is to be done.",
                        null=True,
                        verbose_name="end",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done"), ("cancelled", "Cancelled")],
                        default="open",
                        editable=False,
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="ended"
                    ),
                ),
                (
                    "next_activity_on",
                    models.DateField(
                        blank=True,
                        editable=False,
                        help_text="The day of the earliest undone activity, written by the activities.",
                        null=True,
                        verbose_name="next activity",
                    ),
                ),
                (
                    "archived_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="archived"
                    ),
                ),
                (
                    "plain",
                    models.GeneratedField(
                        db_persist=True,
                        expression=core.models.Plain("title"),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "archived_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deleted by",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "followers",
                    models.ManyToManyField(
                        blank=True,
                        related_name="followed_projects",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="followers",
                    ),
                ),
                (
                    "labels",
                    models.ManyToManyField(
                        blank=True,
                        related_name="projects",
                        to="labels.label",
                        verbose_name="labels",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "phase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="projects.phase",
                        verbose_name="phase",
                    ),
                ),
            ],
            options={
                "verbose_name": "project",
                "verbose_name_plural": "projects",
                "abstract": False,
                "base_manager_name": "everything",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ProjectDeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        related_name="project_links",
                        to="deals.deal",
                        verbose_name="deal",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deal_links",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "deal of a project",
                "verbose_name_plural": "deals of projects",
            },
        ),
        migrations.AddField(
            model_name="project",
            name="deals",
            field=models.ManyToManyField(
                related_name="projects",
                through="projects.ProjectDeal",
                to="deals.deal",
                verbose_name="deals",
            ),
        ),
        migrations.CreateModel(
            name="ProjectOrganization",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="project_links",
                        to="contacts.organization",
                        verbose_name="organization",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="organization_links",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "organization of a project",
                "verbose_name_plural": "organizations of projects",
            },
        ),
        migrations.AddField(
            model_name="project",
            name="organizations",
            field=models.ManyToManyField(
                related_name="projects",
                through="projects.ProjectOrganization",
                to="contacts.organization",
                verbose_name="organizations",
            ),
        ),
        migrations.CreateModel(
            name="ProjectPerson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="project_links",
                        to="contacts.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="person_links",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "person of a project",
                "verbose_name_plural": "people of projects",
            },
        ),
        migrations.AddField(
            model_name="project",
            name="people",
            field=models.ManyToManyField(
                related_name="projects",
                through="projects.ProjectPerson",
                to="contacts.person",
                verbose_name="people",
            ),
        ),
        migrations.AddConstraint(
            model_name="projectdeal",
            constraint=models.UniqueConstraint(
                fields=("project", "deal"),
                name="projects_projectdeal_once",
                violation_error_message="This deal belongs to the project already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="projectorganization",
            constraint=models.UniqueConstraint(
                fields=("project", "organization"),
                name="projects_projectorganization_once",
                violation_error_message="This organization belongs to the project already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="projectperson",
            constraint=models.UniqueConstraint(
                fields=("project", "person"),
                name="projects_projectperson_once",
                violation_error_message="This person belongs to the project already.",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["phase", "position", "id"],
                include=("owner", "visibility"),
                name="projects_board",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["phase", "next_activity_on", "-id"],
                include=("ends_on", "owner", "visibility"),
                name="projects_board_next",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["phase", "ends_on", "-id"],
                include=("owner", "visibility"),
                name="projects_board_end",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None), ("status", "open")),
                fields=["next_activity_on", "-id"],
                name="projects_next_step",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("archived_at", None)),
                fields=["status", "-id"],
                include=("owner", "visibility"),
                name="projects_list",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["owner", "-id"],
                name="projects_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["plain", "-id"],
                name="projects_title",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["created_at", "id"],
                name="projects_created",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["updated_at", "id"],
                name="projects_updated",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["ends_on", "-id"],
                name="projects_end",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", False)),
                fields=["-deleted_at", "-id"],
                name="projects_deleted",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("plain", config="simple"),
                name="projects_words",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["custom"], name="projects_custom", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    models.Func("custom", function="jsonb_typeof", output_field=models.TextField()),
                    models.Value("object"),
                ),
                name="projects_project_custom_is_an_object",
                violation_error_message="Custom values are kept by the number of their field.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None), ("status", "open")),
                    models.Q(
                        models.Q(("status", "open"), _negated=True),
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="projects_project_ended_at_iff_ended",
                violation_error_message="A project that ended says when and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on", None),
                    ("ends_on", None),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="projects_project_ends_after_start",
                violation_error_message="A project cannot end before it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("archived_at", None), ("archived_by", None)),
                    models.Q(("archived_at__isnull", False), ("archived_by__isnull", False)),
                    _connector="OR",
                ),
                name="projects_project_archived_by_iff_archived",
                violation_error_message="An archived record names who archived it.",
            ),
        ),
    ]
