"""Choose the columns of a list, and keep what it shows as a view under a name."""

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_look, require
from core.web import page, posted, redirect_after, refusals_on, safe_next, toast
from lists import services
from lists.columns import names_in, shown_columns
from lists.forms import ViewForm
from lists.models import SavedView
from lists.queries import address_of, chosen_columns, kept_query
from lists.registry import LISTS


@require_http_methods(["GET", "POST"])
def columns(request, of):
    """Which columns a list shows, and in which order. ``move`` only shows them in another order;
    ``usual`` forgets the choice.
    """
    require(may_look(request.user))
    listed = list_named(of)
    every = listed.columns()
    is_too_many = False
    if request.method == "POST":
        chosen = known(request.POST.getlist("cols"), every)
        is_too_many = len([each for each in chosen if each != listed.first]) > listed.most
    if request.method == "POST" and "move" not in request.POST:
        wanted = [] if "usual" in request.POST else chosen
        if not wanted or not is_too_many:
            services.choose_columns(of, wanted, by=request.user)
            return redirect_after(request, without_columns(safe_next(request, listed.home)))
    if request.method == "POST":
        chosen = moved(chosen, request.POST.get("move", ""))
        order = known(request.POST.getlist("order"), every)
        rest = [each for each in order if each not in chosen]
    else:
        choices = chosen_columns(of, request.GET, request.user)
        shown = shown_columns(every, *choices, listed.usual, first=listed.first)
        chosen = [each.name for each in shown][: 1 + listed.most]
        rest = [each for each in every if each not in chosen]
    context = {
        "list": listed,
        "chosen": [every[each] for each in chosen if each != listed.first],
        "rest": [every[each] for each in rest if each != listed.first],
        "is_too_many": is_too_many,
        "next": safe_next(request, listed.home),
    }
    status = 422 if is_too_many else None
    return page(request, "lists/columns.html", context, parts=["columns"], status=status)


@require_http_methods(["GET", "POST"])
def add_view(request, of):
    """Keep the filters, the order and the columns that the address names."""
    require(may_look(request.user))
    listed = list_named(of)
    shown = request.POST if request.method == "POST" else request.GET
    view = SavedView(
        of=of,
        owner=request.user,
        query=kept_query(QueryDict(shown.get("query", "")), listed.parameters),
        columns=known(names_in(shown.get("columns", "")), listed.columns()),
    )
    return edit(request, view, listed)


@require_http_methods(["GET", "POST"])
def change_view(request, pk):
    """Rename a view, or show it to others."""
    view = changeable(request, pk)
    return edit(request, view, list_named(view.of))


@require_POST
def update_view(request, pk):
    """Keep what the list shows now in the view that is open."""
    view = changeable(request, pk)
    of = list_named(view.of)
    view.query = kept_query(QueryDict(request.POST.get("query", "")), of.parameters)
    view.columns = known(names_in(request.POST.get("columns", "")), of.columns())
    services.save_view(view, changed=("query", "columns"), by=request.user)
    toast(request, _("View “%(name)s” saved.") % {"name": view})
    return redirect_after(request, address_of(view))


@require_http_methods(["GET", "POST"])
def remove_view(request, pk):
    """Ask, then remove: whoever had a view under a tab would miss it."""
    view = changeable(request, pk)
    of = list_named(view.of)
    if request.method == "POST":
        services.remove_view(view, by=request.user)
        toast(request, _("View “%(name)s” removed.") % {"name": view})
        return redirect_after(request, of.home)
    services.require_changeable(view, request.user)
    context = {"view": view, "back": safe_next(request, address_of(view))}
    return page(request, "lists/remove_view.html", context, parts=["remove"])


def edit(request, view, of):
    form = ViewForm(posted(request), instance=view, user=request.user)
    if form.is_valid():
        with refusals_on(form):
            services.save_view(view, changed=("name", "audience"), by=request.user)
            toast(request, _("View “%(name)s” saved.") % {"name": view})
            return redirect_after(request, address_of(view))
    context = {"form": form, "view": view, "list": of, "back": safe_next(request, of.home)}
    return page(request, "lists/view.html", context, parts=["view"])


def list_named(name):
    if name not in LISTS:
        raise Http404
    return LISTS[name]


def changeable(request, pk):
    """A view that one may see; whether one may change it, the service says."""
    return get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)


def known(names, columns):
    return [name for name in dict.fromkeys(names) if name in columns]


def moved(names, move):
    """``names`` with one of them a place further up or down: ``up:value``."""
    direction, _colon, name = move.partition(":")
    if name not in names:
        return names
    here = names.index(name)
    there = max(0, here - 1) if direction == "up" else here + 1
    names.insert(there, names.pop(here))
    return names


def without_columns(url):
    """The address of a list without the columns it asks for: one has just chosen others."""
    path, _mark, query = url.partition("?")
    left = QueryDict(query, mutable=True)
    left.pop("cols", None)
    return f"{path}?{left.urlencode()}" if left else path
