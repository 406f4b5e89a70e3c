"""The files of a project."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import LIVE
from files.models import Attachment
from projects.models.project import Project


class ProjectFile(Attachment):
    """A file that was attached to a project: a plan, a protocol, what was delivered."""

    holder = "project"

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="attached", verbose_name=_("project")
    )

    class Meta(Attachment.Meta):
        verbose_name = _("file of a project")
        verbose_name_plural = _("files of projects")
        indexes = [
            models.Index(fields=["project", "-id"], condition=LIVE, name="projects_file_newest"),
            models.Index(
                fields=["deleted_at"],
                condition=models.Q(deleted_at__isnull=False),
                name="projects_file_deleted",
            ),
        ]
