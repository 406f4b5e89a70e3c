"""The board: open projects as cards in columns by their phase."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.days import today_of
from accounts.policies import may_configure, may_write
from activities.queries import next_activities
from core.lookups import number_in
from core.web import aimed_at, on_screen, page
from custom_fields.filtering import filter_groups
from custom_fields.queries import fields_by_of
from lists.boarding import Zone, kept, shown_on, without
from lists.cards import lines_of
from lists.narrowing import chips
from lists.orders import MANUAL, order_in
from lists.queries import saved_views
from opportunities.columns import with_custom_names
from opportunities.pages.stepping import pieces_of
from projects.board import columns, found_by, more_cards, total
from projects.cards import LIST, SPEAK_FOR_THEMSELVES, card_columns, fetching
from projects.models import Phase, Project
from projects.orders import ORDERS
from projects.table import board_filtered

KEPT = ("order", "cols", "saved")  # what stays in the address while one filters


class Screen:
    """What the board at an address shows to a user: how it is ordered and what is on its cards."""

    def __init__(self, query, user, fields=None):
        self.query = query
        self.user = user
        self.today = today_of(user)
        self.fields = card_columns(query, user, fields)
        self.walks = ORDERS[order_in(query, ORDERS)].walks(self.today)

    def columns(self, projects, **which):
        """The columns, whose cards know all that they show, and whose heads lead to a part of
        them.
        """
        found = columns(projects, self.walks, today=self.today, load=self.load, **which)
        self.finish([card for each in found for card in each.cards])
        for each in found:
            each.pieces = list(pieces_of(each.head.steps, self.query, address))
        return found

    def load(self, cards):
        """Fetch all that the cards show."""
        return fetching(cards, self.fields, self.user)

    def finish(self, cards):
        """Let each card know its next activity, and whom its custom values name."""
        with_custom_names(cards, self.fields)
        if any(field.kind == "step" for field in self.fields):
            due = next_activities(Project.kind, [card.pk for card in cards])
            for card in cards:
                card.next_activity = due.get(card.pk)

    @property
    def context(self):
        """What every card takes."""
        return {
            "lines": lines_of(self.fields, plain=SPEAK_FOR_THEMSELVES),
            "today": self.today,
            "may_write": may_write(self.user),
            "query": self.query.urlencode(),
            "here": address(self.query),
        }


@require_GET
def board(request):
    fields = fields_by_of()
    own = fields[Project.custom_of]
    filters = board_filtered(request.GET, request.user, own)
    screen = Screen(request.GET, request.user, fields)
    shown = screen.columns(filters.found)
    order = order_in(request.GET, ORDERS)
    query = request.GET if order != MANUAL else without(request.GET, "order")
    context = {
        **screen.context,
        "columns": shown,
        "total": total(shown),
        "groups": filters.groups(*filter_groups(own, filters.filters)),
        "chips": chips(request, filters.form, unknown=filters.unknown),
        "filters": filters.form,
        "saved": saved_views(LIST, query, request.user),
        "orders": [(name, each.title) for name, each in ORDERS.items()],
        "order": order,
        "is_manual": order == MANUAL,
        "kept": kept(request.GET, *(name for name in KEPT if name != "order")),
        "cleared": f"{request.path}?{urlencode(kept(request.GET, *KEPT))}".removesuffix("?"),
        "zones": zones(),
        "may_configure": may_configure(request.user),
    }
    response = page(request, "projects/board.html", context, parts=["board"])
    if aimed_at(request) == "board":  # these stand in the bar, outside of the part
        beside = context | {"out_of_band": True}
        for name in ("projects/_total.html", "projects/_board_tools.html"):
            response.content += render_to_string(name, beside, request).encode()
    return response


def zones():
    """Where projects go from the board."""
    return [
        Zone(
            "done",
            pgettext("project", "Done"),
            "circle-check",
            send=reverse("projects:done", args=[0]),
        ),
        Zone(
            "cancelled",
            _("Cancelled"),
            "circle-x",
            send=reverse("projects:cancel", args=[0]),
        ),
        Zone("archive", _("Archive"), "archive", send=reverse("projects:archive_one", args=[0])),
    ]


@require_GET
def column(request, pk):
    """Further cards of one column; without htmx the list of the projects in that phase."""
    query = without(request.GET, "after")
    if not request.htmx:
        query = without(query, *KEPT)
        query["phase"] = str(pk)
        return redirect(f"{reverse('projects:list')}?{query.urlencode()}")
    phase = get_object_or_404(Phase.objects.active(), pk=pk)
    screen = Screen(query, request.user)
    more = more_cards(
        phase,
        found_by(query, request.user),
        screen.walks,
        after=request.GET.get("after"),
        load=screen.load,
    )
    screen.finish(more.rows)
    context = screen.context | {"cards": more.rows, "next": more.next, "phase": phase}
    return render(request, "projects/_cards.html", context)


@require_GET
def redraw(request):
    """The columns of the phases in the address as they are now, after what no column answered to;
    without htmx the whole board.
    """
    if not request.htmx:
        return redirect("projects:board")
    touched = {number_in(given) for given in request.GET.getlist("column")}
    return HttpResponse(redrawn(request, None, touched=touched))


def redrawn(request, project, *, touched):
    """The columns of phases ``touched`` and the board's total, to be swapped in out of band.

    The column in which ``project`` stands now shows enough cards for it to be among them, and none
    shows fewer than it did.
    """
    query = on_screen(request)
    screen = Screen(query, request.user)
    projects = found_by(query, request.user)
    every = screen.columns(projects, only=touched, showing=project, shown=shown_on(request))
    context = screen.context | {
        "columns": [each for each in every if each.place.pk in touched],
        "total": total(every),
        "out_of_band": True,
    }
    return render_to_string("projects/_redrawn.html", context, request)


def address(query):
    """The address of the board that ``query`` asks for."""
    url = reverse("projects:board")
    return f"{url}?{query.urlencode()}" if query else url
