"""The deals app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DealsConfig(AppConfig):
    name = "deals"
    verbose_name = _("Deals")

    def ready(self):
        from custom_fields.filtering import PARAMETERS
        from deals import (
            cards,
            services,  # noqa: F401  # registers how moves and outcomes are undone
        )
        from deals.models import Deal
        from deals.table import BoardFilter
        from lists.registry import ListPage, register
        from opportunities.undo import undo_on

        undo_on(Deal)
        register(
            ListPage(
                name=cards.LIST,
                title=pgettext_lazy("of deals", "Board"),
                what=_("Card fields"),
                home="deals:board",
                parameters=(*BoardFilter.base_filters, PARAMETERS, "order", "pipeline"),
                columns=cards.columns,
                first=cards.FIRST,
                usual=cards.USUAL,
                most=cards.MOST,
            )
        )
