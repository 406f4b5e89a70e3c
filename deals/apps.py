"""The deals app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DealsConfig(AppConfig):
    name = "deals"
    verbose_name = _("Deals")

    def ready(self):
        from custom_fields.filtering import PARAMETERS
        from deals import (  # noqa: F401 - importing them registers them
            receivers,
            services,
        )
        from deals.models import Deal
        from deals.table import BoardFilter
        from lists.registry import ListPage, register
        from opportunities.columns import TITLE, by_name
        from opportunities.undo import undo_on

        undo_on(Deal)
        register(
            ListPage(
                name="forecast",
                title=_("Forecast"),
                home="deals:forecast",
                parameters=(*BoardFilter.base_filters, PARAMETERS, "pipeline"),
                columns=lambda: by_name(TITLE),
                first=TITLE.name,
                usual=(TITLE.name,),
            )
        )
