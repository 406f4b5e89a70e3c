"""The inbox and the archive: one table with views, filters and orders, and a lead beside it."""

from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.policies import may_write
from activities.queries import next_activities
from core.web import aimed_at, page
from custom_fields.filtering import filter_groups
from custom_fields.queries import fields_by_of
from leads.inbox import FILTERS, FIRST, USUAL, VIEWS, columns, filtered, order_of, view_of
from leads.models import Lead
from leads.views.detail import beside, panel_of
from lists.columns import orders_of, shown_columns
from lists.counting import capped_count
from lists.keyset import paginate
from lists.narrowing import address_without, chips
from lists.queries import chosen_columns, saved_views
from lists.selection import matching_fields
from lists.sorting import sorting
from opportunities.columns import carrying, with_custom_names


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
    fields = fields_by_of()
    filters = filtered(query, request.user, fields[Lead.custom_of])
    count = capped_count(filters.found)
    every = columns(fields)
    shown = shown_columns(every, *chosen_columns("leads", query, request.user), USUAL, first=FIRST)
    order = sorting(query, orders_of(every), order_of(view, request.user), count=count)
    leads = page_of_leads(query, filters, order, shown, request.user)
    saved = saved_views("leads", query, request.user)
    context = {
        "view": view,
        "tabs": tabs(None if saved.current else view),
        "saved": saved,
        "filters": filters.form,
        "groups": filters.groups(*filter_groups(fields[Lead.custom_of], filters.filters)),
        "chips": chips(request, filters.form, unknown=filters.unknown),
        "columns": [(column, order.heads.get(column.name)) for column in shown],
        "leads": leads,
        "count": count,
        "selection_filters": matching_fields(query, view, *FILTERS),
        "may_write": may_write(request.user),
        "owners": filters.form.fields["owner"].choices,
        "kept": kept(query, view),
        "cleared": cleared(query, view),
        "here": address_without(request, "peek"),
        "first_use": is_first_use(request, view, leads, filters),
        "beside": None,
    }
    if aimed_at(request) != "results" and (lead := beside(request)):
        context |= {"peek": lead, "beside": lead.pk, **panel_of(lead)}
    return page(request, "leads/inbox.html", context, parts=["results"])


def page_of_leads(query, filters, order, shown, user):
    """One page, each lead with all that the columns show of it."""
    leads = paginate(
        order.of(filters.found),
        order.walks,
        after=query.get("after"),
        before=query.get("before"),
        load=lambda rows: carrying(rows, shown, user),
    )
    steps = next_activities("lead", [lead.pk for lead in leads.rows])
    for lead in leads.rows:
        lead.next_activity = steps.get(lead.pk)
    with_custom_names(leads.rows, shown)
    return leads


def tabs(current):
    """The shipped views as (address, title, whether it is the one shown)."""
    inbox_url = reverse("leads:inbox")
    urls = {name: f"{inbox_url}?{urlencode({'view': name})}" for name in VIEWS}
    urls |= {"inbox": inbox_url, "archived": reverse("leads:archived")}
    return [(urls[name], title, name == current) for name, title in VIEWS.items()]


def kept(query, view):
    """What stays in the address when one filters: the view, the order, the columns."""
    pairs = [(name, query[name]) for name in ("sort", "cols", "saved") if query.get(name)]
    return pairs if view in ("inbox", "archived") else [("view", view), *pairs]


def cleared(query, view):
    """The address of the same list without filters."""
    home = reverse("leads:archived" if view == "archived" else "leads:inbox")
    pairs = kept(query, view)
    return f"{home}?{urlencode(pairs)}" if pairs else home


def is_first_use(request, view, leads, filters):
    """Whether nobody ever added a lead that this user could see: asked only of an empty inbox."""
    if leads.rows or view != "inbox" or filters.form.changed_data:
        return False
    return not Lead.objects.visible_to(request.user).exists()
