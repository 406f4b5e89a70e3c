"""The list of deals: one table with tabs, filters and orders."""

from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.policies import may_write
from core.web import page
from custom_fields.filtering import filter_groups
from custom_fields.queries import fields_of
from deals.board import today_of, with_age
from deals.models import Deal
from deals.table import FILTERS, NEWEST_FIRST, ORDERS, VIEWS, filtered, view_of
from lists.counting import capped_count
from lists.keyset import paginate
from lists.narrowing import chips
from lists.selection import matching_fields
from lists.sorting import sorting


@require_GET
def table(request):
    query = request.GET
    view = view_of(query)
    fields = fields_of(Deal.custom_of)
    filters = filtered(query, request.user, fields)
    count = capped_count(filters.found)
    order = sorting(query, ORDERS, NEWEST_FIRST, count=count)
    deals = paginate(
        order.of(filters.found),
        order.walks,
        after=query.get("after"),
        before=query.get("before"),
        load=lambda rows: rows.for_table(),
    )
    today = today_of(request.user)
    with_age(deals.rows, today)
    context = {
        "view": view,
        "tabs": tabs(view),
        "filters": filters.form,
        "groups": filters.groups(*filter_groups(fields, filters.filters)),
        "chips": chips(request, filters.form, unknown=filters.unknown),
        "heads": order.heads,
        "deals": deals,
        "count": count,
        "selection_filters": matching_fields(query, view, *FILTERS),
        "may_write": may_write(request.user),
        "owners": filters.form.fields["owner"].choices,
        "today": today,
        "kept": kept(query, view),
        "cleared": cleared(query, view),
        "here": request.get_full_path(),
        "first_use": is_first_use(request, view, deals, filters),
    }
    return page(request, "deals/list.html", context, parts=["results"])


def tabs(current):
    """The shipped views, and what was deleted, as (address, title, whether it is shown)."""
    url = reverse("deals:list")
    return [
        (url if name == "open" else f"{url}?{urlencode({'view': name})}", title, name == current)
        for name, title in VIEWS.items()
    ]


def kept(query, view):
    """What stays in the address when one filters: the view and the order."""
    pairs = [("sort", query["sort"])] if query.get("sort") else []
    return pairs if view == "open" else [("view", view), *pairs]


def cleared(query, view):
    """The address of the same list without filters."""
    pairs = kept(query, view)
    return f"{reverse('deals:list')}?{urlencode(pairs)}" if pairs else reverse("deals:list")


def is_first_use(request, view, deals, filters):
    """Whether there never was a deal that this user could see: asked only of an empty list."""
    if deals.rows or view != "open" or filters.form.changed_data:
        return False
    return not Deal.objects.visible_to(request.user).exists()
