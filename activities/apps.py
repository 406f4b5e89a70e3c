"""The activities app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = _("Activities")

    def ready(self):
        from activities import receivers, undo  # noqa: F401 - importing them registers them
        from activities.exporting import EXPORT, NOTES
        from exports.registry import register

        register(EXPORT)
        register(NOTES)
