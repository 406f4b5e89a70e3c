"""A list as a table, with views, filters and orders: what its page shows."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from accounts.policies import may_write
from activities.queries import next_activities
from custom_fields.calculated import fields_shown_by
from custom_fields.filtering import filter_groups
from custom_fields.queries import fields_by_of
from lists.columns import Column, orders_of
from lists.counting import Count, capped_count
from lists.keyset import paginate
from lists.narrowing import address_without, chips
from lists.queries import saved_views
from lists.selection import matching_fields
from lists.sorting import most_counted, sorting
from opportunities.columns import carrying, with_custom_names
from opportunities.listing import Listing


def counted_alone(
    found: QuerySet, _view: str, _shown: list[Column], most: int, _user: User
) -> tuple[Count, None]:
    return capped_count(found, most), None


def shown_on(
    request,
    query,
    of: Listing,
    *,
    counted: Callable[[QuerySet, str, list[Column], int, User], tuple[Count, Any]] = counted_alone,
) -> dict:
    """The context of the page that shows the list ``of`` as ``query`` asks for it.

    ``counted`` says how many are found in a view, up to so many, and what else the columns that are
    shown tell of all of them (``sums``).
    """
    view = of.view_of(query)
    fields = fields_by_of()
    asked = fields_shown_by(of.model, fields)
    filters = of.filtered(query, request.user, asked)
    every = of.columns(fields)
    shown = of.columns_on(query, request.user, every)
    orders = orders_of(every)
    most = most_counted(query, orders, (column.name for column in shown))
    count, sums = counted(filters.found, view, shown, most, request.user)
    order = sorting(query, orders, of.order_of(view, request.user), count=count)
    records = page_of(query, filters, order, shown, request.user)
    saved = saved_views(of.name, query, request.user)
    return {
        "view": view,
        "tabs": tabs(of, None if saved.current else view),
        "saved": saved,
        "filters": filters.form,
        "groups": filters.groups(*filter_groups(asked, filters.filters)),
        "chips": chips(request, filters.form, unknown=filters.unknown),
        "columns": [(column, order.heads.get(column.name)) for column in shown],
        "records": records,
        "count": count,
        "sums": sums,
        "selection_filters": matching_fields(query, view, *of.filters),
        "may_write": may_write(request.user),
        "owners": filters.form.fields["owner"].choices,
        "kept": kept(of, query, view),
        "cleared": cleared(of, query, view),
        "here": address_without(request, "peek"),
        "first_use": is_first_use(of, view, records, filters, request.user),
        "beside": None,
    }


def page_of(query, filters, order, shown, user):
    """One page, each record with all that the columns show of it."""
    found = paginate(
        order.of(filters.found, user),
        order.walks,
        after=query.get("after"),
        before=query.get("before"),
        load=lambda rows: carrying(rows, shown, user),
    )
    steps = next_activities(filters.queryset.model.kind, [record.pk for record in found.rows])
    for record in found.rows:
        record.next_activity = steps.get(record.pk)
    with_custom_names(found.rows, shown)
    return found


def tabs(of: Listing, current: str | None) -> list[tuple]:
    """The shipped views as (address, title, whether it is the one shown)."""
    return [(of.address_of(name), title, name == current) for name, title in of.views.items()]


def kept(of, query, view):
    """What stays in the address when one filters: the view, the order, the columns."""
    pairs = [(name, query[name]) for name in ("sort", "cols", "saved") if query.get(name)]
    return pairs if of.has_own_address(view) else [("view", view), *pairs]


def cleared(of, query, view):
    """The address of the same list without filters."""
    home = reverse(of.addresses.get(view, of.home))
    pairs = kept(of, query, view)
    return f"{home}?{urlencode(pairs)}" if pairs else home


def is_first_use(of, view, records, filters, user):
    """Whether there never was a record that this user could see: asked only of an empty list."""
    if records.rows or view != of.usual_view or filters.form.changed_data:
        return False
    return not of.model.objects.visible_to(user).exists()
