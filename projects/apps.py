"""The projects app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")

    def ready(self):
        from exports import registry as exports
        from files.services import undo_on as undo_files_on
        from lists.registry import register
        from opportunities.undo import undo_on
        from projects import (
            acts,
            cards,
            receivers,  # noqa: F401 - importing it lets projects hear of their deals
            services,  # noqa: F401 - importing it registers how acts are undone
            table,
        )
        from projects.models import DATED, Project, ProjectFile

        undo_on(Project, suspects=DATED)
        undo_files_on(ProjectFile)
        register(table.TABLE)
        register(cards.BOARD)
        exports.register(acts.EXPORT)
