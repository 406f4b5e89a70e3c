"""The leads app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")

    def ready(self):
        from exports import registry as exports
        from leads import (
            acts,
            duplicates,  # noqa: F401 - importing it registers how to undo
            inbox,
        )
        from leads.models import Lead
        from lists.registry import register
        from opportunities.undo import undo_on

        undo_on(Lead)
        register(inbox.INBOX)
        exports.register(acts.EXPORT)
