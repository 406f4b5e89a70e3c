"""The catalogue as a table."""

from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.policies import may_configure
from core.web import aimed_at, page
from custom_fields.filtering import filter_groups
from custom_fields.queries import fields_of
from lists.columns import orders_of
from lists.counting import capped_count
from lists.keyset import paginate
from lists.narrowing import address_without, chips
from lists.queries import saved_views
from lists.selection import matching_fields
from lists.sorting import sorting
from products.catalogue import (
    CATALOGUE,
    VIEWS,
    by_name,
    carrying,
    columns,
    currency_on,
    with_custom_names,
)
from products.models import Category, Product
from products.views.one import beside, panel_of


@require_GET
def catalogue(request):
    context = shown_on(request, request.GET)
    if aimed_at(request) != "results" and (product := beside(request)):
        context |= {"peek": product, "beside": product.pk, **panel_of(request, product)}
    return page(request, "products/list.html", context, parts=["results"])


def shown_on(request, query):
    """The context of the page that shows the list as ``query`` asks for it."""
    user, view = request.user, CATALOGUE.view_of(query)
    fields = fields_of(Product.custom_of)
    filters = CATALOGUE.filtered(query, user, fields)
    count = capped_count(filters.found)
    every = columns(fields, currency_on(query, user))
    shown = CATALOGUE.columns_on(query, user, every)
    order = sorting(query, orders_of(every), by_name(), count=count)
    found = paginate(
        order.of(filters.found, user),
        order.walks,
        after=query.get("after"),
        before=query.get("before"),
        load=lambda rows: carrying(rows, shown),
    )
    with_custom_names(found.rows, shown)
    saved = saved_views(CATALOGUE.name, query, user)
    is_narrowed = bool(filters.form.changed_data or filters.unknown)
    may_change = may_configure(user)
    return {
        "view": view,
        "tabs": tabs(None if saved.current else view),
        "saved": saved,
        "filters": filters.form,
        "groups": filters.groups(*filter_groups(fields, filters.filters)),
        "chips": chips(request, filters.form, unknown=filters.unknown),
        "columns": [(column, order.heads.get(column.name)) for column in shown],
        "records": found,
        "count": count,
        "selection_filters": matching_fields(query, view, *CATALOGUE.filters),
        "may_write": may_change,  # what the table calls it
        "categories": Category.objects.filter(archived_at=None).order_by("name", "pk"),
        "kept": kept(query, view),
        "cleared": cleared(query, view),
        "here": address_without(request, "peek"),
        "first_use": not found.rows
        and not is_narrowed
        and not Product.objects.visible_to(user).exists(),
        "beside": None,
    }


def is_empty(user):
    return not Product.objects.visible_to(user).exists()


def tabs(current):
    """The shipped views as (address, title, whether it is the one shown)."""
    return [(CATALOGUE.address_of(name), title, name == current) for name, title in VIEWS.items()]


def kept(query, view):
    """What stays in the address when one filters: the view, the order, the columns."""
    pairs = [(name, query[name]) for name in ("sort", "cols", "saved") if query.get(name)]
    return pairs if view == "active" else [("view", view), *pairs]


def cleared(query, view):
    """The address of the same list without filters."""
    pairs, home = kept(query, view), reverse("products:list")
    return f"{home}?{urlencode(pairs)}" if pairs else home
