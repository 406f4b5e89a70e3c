"""The custom fields app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomFieldsConfig(AppConfig):
    name = "custom_fields"
    verbose_name = _("Custom fields")

    def ready(self):
        from custom_fields import kinds, pointing, services  # noqa: F401  # registers undoing

        kinds.register(pointing.UserKind())
