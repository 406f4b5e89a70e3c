"""The products app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductsConfig(AppConfig):
    name = "products"
    verbose_name = _("Products")

    def ready(self):
        from exports import registry as exports
        from lists.registry import register
        from products import undo  # noqa: F401 - importing it registers how to undo
        from products.catalogue import CATALOGUE
        from products.exporting import EXPORT

        register(CATALOGUE)
        exports.register(EXPORT)
