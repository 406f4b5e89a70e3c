"""The inbox and the archive: one table with views, filters and orders, and a lead beside it."""

from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.policies import may_write
from activities.queries import next_activities
from core.web import aimed_at, page
from leads.inbox import COLUMNS, FILTERS, VIEWS, filtered, order_of, view_of
from leads.models import Lead
from leads.views.detail import beside, panel_of
from lists.counting import capped_count
from lists.keyset import paginate
from lists.narrowing import address_without, chips
from lists.selection import matching_fields
from lists.sorting import sorting


@require_GET
def inbox(request):
    return table(request, request.GET)


@require_GET
def archived(request):
    query = request.GET.copy()
    query["view"] = "archived"
    return table(request, query)


def table(request, query):
    view = view_of(query)
    filters = filtered(query, request.user)
    order = sorting(query, COLUMNS, order_of(view, request.user))
    leads = paginate(
        filters.found,
        order.walks,
        after=query.get("after"),
        before=query.get("before"),
        load=lambda rows: rows.for_table(),
    )
    steps = next_activities("lead", [lead.pk for lead in leads.rows])
    for lead in leads.rows:
        lead.next_activity = steps.get(lead.pk)
    context = {
        "view": view,
        "tabs": tabs(view),
        "filters": filters.form,
        "chips": chips(request, filters.form),
        "heads": order.heads,
        "leads": leads,
        "count": capped_count(filters.found),
        "selection_filters": matching_fields(query, view, *FILTERS),
        "may_write": may_write(request.user),
        "here": address_without(request, "peek"),
        "first_use": is_first_use(request, view, leads, filters),
    }
    if aimed_at(request) != "results" and (lead := beside(request)):
        context |= {"peek": lead, **panel_of(lead)}
    return page(request, "leads/inbox.html", context, parts=["results"])


def tabs(current):
    """The shipped views as (address, title, whether it is the one shown)."""
    inbox_url = reverse("leads:inbox")
    urls = {name: f"{inbox_url}?{urlencode({'view': name})}" for name in VIEWS}
    urls |= {"inbox": inbox_url, "archived": reverse("leads:archived")}
    return [(urls[name], title, name == current) for name, title in VIEWS.items()]


def is_first_use(request, view, leads, filters):
    """Whether nobody ever added a lead that this user could see: asked only of an empty inbox."""
    if leads.rows or view != "inbox" or filters.form.changed_data:
        return False
    return not Lead.objects.visible_to(request.user).exists()
