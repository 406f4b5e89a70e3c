"""The list of deals: one table with tabs, filters and orders."""

from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.policies import may_write
from core.web import page
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
    filters = filtered(query, request.user)
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
    is_writer = may_write(request.user)
    context = {
        "view": view,
        "tabs": tabs(view),
        "filters": filters.form,
        "chips": chips(request, filters.form),
        "heads": order.heads,
        "deals": deals,
        "count": count,
        "selection_filters": matching_fields(query, view, *FILTERS),
        "may_write": is_writer,
        "owners": owners() if is_writer else (),
        "today": today,
        "kept": [("view", view if view != "open" else ""), ("sort", query.get("sort"))],
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


def owners():
    """Those who may be given deals, as (id, name)."""
    return User.objects.who_may_own().order_by("name", "pk").values_list("pk", "name")


def is_first_use(request, view, deals, filters):
    """Whether there never was a deal that this user could see: asked only of an empty list."""
    if deals.rows or view != "open" or filters.form.changed_data:
        return False
    return not Deal.objects.visible_to(request.user).exists()
