"""The selected products as a file for a spreadsheet, in the columns that the list shows."""

from django.http import QueryDict, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.web import safe_next
from lists.exporting import csv_lines
from products.acts import PRODUCTS
from products.catalogue import CATALOGUE, carrying, with_custom_names

AT_A_TIME = 500  # products that are in memory together


@require_POST
def export(request):
    """Send the file line by line, however long it is. Whoever may see may export."""
    products = PRODUCTS.chosen(request.POST, request.user)
    asked = QueryDict(safe_next(request, "products:list").partition("?")[2])
    shown = CATALOGUE.columns_on(asked, request.user)
    response = StreamingHttpResponse(lines_of(products, shown, request.user))
    name = f"{_('Products')} {timezone.localdate():%Y-%m-%d}.csv"
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def lines_of(products, shown, user):
    """The file in the language and the time zone of ``user``: it is read after the request."""
    with translation.override(user.language), timezone.override(user.time_zone):
        yield from csv_lines(shown, carried(products, shown))


def carried(products, shown):
    batch = []
    for product in carrying(products, shown).iterator(AT_A_TIME):
        batch.append(product)
        if len(batch) == AT_A_TIME:
            with_custom_names(batch, shown)
            yield from batch
            batch.clear()
    with_custom_names(batch, shown)
    yield from batch
