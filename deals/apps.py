"""The deals app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DealsConfig(AppConfig):
    name = "deals"
    verbose_name = _("Deals")

    def ready(self):
        from custom_fields.formulas import variables as of_formulas
        from deals import (
            acts,
            cards,
            forecast,
            receivers,  # noqa: F401 - importing it lets deals hear of their activities
            services,  # noqa: F401 - importing it registers how moves and outcomes are undone
            table,
            variables,
        )
        from deals.models import Deal, DealFile
        from deals.services.valuing import refuse_typing
        from exports import registry as exports
        from files.services import undo_on as undo_files_on
        from lists.registry import register
        from opportunities.undo import undo_on

        undo_on(Deal, refuse=refuse_typing)
        of_formulas.register(*variables.VARIABLES)
        undo_files_on(DealFile)
        register(table.TABLE)
        register(cards.BOARD)
        register(forecast.FORECAST)
        exports.register(acts.EXPORT)
