"""Products as a file, in the columns of the catalogue."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from exports.registry import Export
from products.acts import PRODUCTS
from products.catalogue import CATALOGUE, carrying, columns, currency_on, with_custom_names
from products.models import Product


def to_export(number):
    return ngettext("Export %(count)d product", "Export %(count)d products", number)


def exported(number):
    return ngettext("%(count)d product exported.", "%(count)d products exported.", number)


EXPORT = Export(
    name=CATALOGUE.name,
    title=_("Products"),
    home=CATALOGUE.home,
    filters=CATALOGUE.filters,
    everything=Product.objects.visible_to,
    chosen=PRODUCTS.chosen,
    every=lambda page, user: columns(currency=currency_on(page, user)),
    shown=CATALOGUE.columns_on,
    carrying=lambda products, shown, _user: carrying(products, shown),
    completed=with_custom_names,
    asks=to_export,
    done=exported,
)
