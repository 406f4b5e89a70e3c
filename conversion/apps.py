"""The conversion app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversionConfig(AppConfig):
    name = "conversion"
    verbose_name = _("Conversion")

    def ready(self):
        from conversion import (  # noqa: F401 - importing them registers how to undo
            receivers,
            services,
        )
