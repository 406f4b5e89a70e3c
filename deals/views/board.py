"""The board: a pipeline's open deals as cards in columns."""

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.policies import may_configure, may_write
from core.lookups import number_in
from core.web import aimed_at, on_screen, page
from custom_fields.calculated import fields_shown_by
from custom_fields.filtering import filter_groups
from custom_fields.queries import fields_by_of
from deals.board import columns, found_by, more_cards, total
from deals.cards import LIST
from deals.models import Deal
from deals.orders import ORDERS
from deals.table import board_filtered
from deals.views.cards import Cards
from lists.boarding import Zone, kept, shown_on, without
from lists.narrowing import chips
from lists.orders import MANUAL, order_in
from lists.queries import saved_views
from opportunities.pages.stepping import pieces_of
from pipelines.models import Pipeline, Stage

KEPT = ("pipeline", "order", "cols", "saved")  # what stays in the address while one filters


class Screen:
    """What the board at an address shows to a user: how it is ordered and what is on its cards."""

    def __init__(self, request, pipeline, query, fields=None):
        self.pipeline = pipeline
        self.query = query
        self.cards = Cards(query, request.user, fields, of=LIST)
        self.walks = ORDERS[order_in(query, ORDERS)].walks(self.cards.today)

    def columns(self, deals, **which):
        """The columns, whose cards know all that they show, and whose heads lead to a part of
        them.
        """
        cards = self.cards
        found = columns(
            self.pipeline, deals, self.walks, today=cards.today, load=cards.load, **which
        )
        cards.finish([card for each in found for card in each.cards])
        for each in found:
            each.pieces = list(
                pieces_of(each.head.steps, self.query, partial(address, self.pipeline))
            )
        return found

    @property
    def context(self):
        return {
            **self.cards.context,
            "pipeline": self.pipeline,
            "here": address(self.pipeline, self.query),
        }


@require_GET
def board(request, pk=None):
    """The pipeline with the id ``pk``, the one that the address asks for, or the default one."""
    pipelines = list(Pipeline.objects.in_order())
    pipeline = chosen(pipelines, pk, request.GET.get("pipeline"))
    fields = fields_by_of()
    asked = fields_shown_by(Deal, fields)
    filters = board_filtered(request.GET, request.user, asked)
    context = {
        "pipeline": pipeline,
        "pipelines": switches(pipelines, request.GET),
        "is_gone": is_gone(pipeline, request.GET),
        "groups": filters.groups(*filter_groups(asked, filters.filters)),
        "chips": chips(request, filters.form, unknown=filters.unknown),
        "filters": filters.form,
        **choices_of(request, pipeline),
    }
    if pipeline:
        screen = Screen(request, pipeline, request.GET, fields)
        shown = screen.columns(filters.found)
        context |= screen.context | {"columns": shown, "total": total(shown)}
        context["zones"] = zones(pipeline, context["pipelines"])
    response = page(request, "deals/board.html", context, parts=["board"])
    if pipeline and aimed_at(request) == "board":
        response.content += bar(request, context)
    return response


def choices_of(request, pipeline):
    """What one can do about a board as it is shown, and what stays of its address meanwhile."""
    order = order_in(request.GET, ORDERS)
    query = request.GET.copy() if order != MANUAL else without(request.GET, "order")
    if pipeline:  # a view that is kept shows this one, whatever the default is by then
        query["pipeline"] = str(pipeline.pk)
    return {
        "saved": saved_views(LIST, query, request.user),
        "orders": [(name, each.title) for name, each in ORDERS.items()],
        "order": order,
        "is_manual": order == MANUAL,
        "kept": kept(request.GET, *(name for name in KEPT if name != "order")),
        "cleared": f"{request.path}?{urlencode(kept(request.GET, *KEPT))}".removesuffix("?"),
        "may_write": may_write(request.user),
        "may_configure": may_configure(request.user),
    }


def zones(pipeline, pipelines):
    """Where deals go from the board of ``pipeline``."""
    board = f"?board={pipeline.pk}"
    found = [
        Zone("won", _("Won"), "trophy", send=reverse("deals:won", args=[0])),
        Zone("lost", _("Lost"), "circle-x", ask=reverse("deals:lost", args=[0]) + board),
        Zone("archive", _("Archive"), "archive", send=reverse("deals:archive_one", args=[0])),
        Zone("return", _("Return to leads"), "undo-2", send=reverse("conversion:return")),
    ]
    if pipelines[1:]:
        elsewhere = f"{reverse('deals:move', args=[0])}{board}&elsewhere=1"
        found.insert(3, Zone("pipeline", _("Other pipeline"), "split", ask=elsewhere))
    return found


def bar(request, context):
    """What of the bar, outside of the part, follows what the board shows."""
    names = ["deals/_total.html", "deals/_board_tools.html"]
    if context["pipelines"][1:]:  # one alone has no menu
        names.append("deals/_pipelines.html")
    beside = context | {"out_of_band": True}
    return "".join(render_to_string(name, beside, request) for name in names).encode()


@require_GET
def column(request, pk):
    """Further cards of one column; without htmx the list of the deals in that stage."""
    query = without(request.GET, "after")
    if not request.htmx:
        query = without(query, *KEPT)
        query["stage"] = str(pk)
        return redirect(f"{reverse('deals:list')}?{query.urlencode()}")
    stage = get_object_or_404(Stage.objects.active().select_related("pipeline"), pk=pk)
    screen = Screen(request, stage.pipeline, query)
    more = more_cards(
        stage,
        found_by(query, request.user),
        screen.walks,
        after=request.GET.get("after"),
        load=screen.cards.load,
    )
    screen.cards.finish(more.rows)
    context = screen.context | {"cards": more.rows, "next": more.next, "stage": stage}
    return render(request, "deals/_cards.html", context)


@require_GET
def redraw(request, pk):
    """The columns of the stages in the address as they are now, after what no column answered to;
    without htmx the whole board.
    """
    if not request.htmx:
        return redirect("deals:board", pk)
    pipeline = get_object_or_404(Pipeline.objects.active(), pk=pk)
    touched = {number_in(given) for given in request.GET.getlist("column")}
    query = on_screen(request)
    return HttpResponse(redrawn(request, None, query, touched=touched, pipeline=pipeline))


def redrawn(request, deal, query, *, touched, pipeline=None):
    """The columns of stages ``touched`` and the board's sum, to be swapped in out of band.

    The column in which ``deal`` stands now shows enough cards for it to be among them, and none
    shows fewer than it did. The board on screen is that of the deal, unless ``pipeline`` says
    another one.
    """
    screen = Screen(request, pipeline or deal.stage.pipeline, query)
    deals = found_by(query, request.user)
    every = screen.columns(deals, only=touched, showing=deal, shown=shown_on(request))
    context = screen.context | {
        "columns": [each for each in every if each.place.pk in touched],
        "total": total(every),
        "out_of_band": True,
    }
    return render_to_string("deals/_redrawn.html", context, request)


# --- Pipelines ---------------------------------------------------------------------------------


def chosen(pipelines, pk, asked):
    """The pipeline with the id ``pk``; without one that whose id is ``asked`` for, as saved views
    do, and where it is gone or nothing is asked, the default one, if there is any.
    """
    in_use = {each.pk: each for each in pipelines if not each.archived_at}
    if pk is not None:
        if pk not in in_use:
            raise Http404
        return in_use[pk]
    default = next((each for each in in_use.values() if each.is_default), None)
    return in_use.get(number_in(asked or ""), default)


def is_gone(pipeline, query):
    """Whether the address asks for another pipeline than is shown: that one is no longer used."""
    asked = query.get("pipeline")
    return bool(asked and pipeline and asked != str(pipeline.pk))


def switches(pipelines, query):
    """The pipelines in use, each with the address of its board, narrowed and ordered alike."""
    left = without(query, "saved")
    return [(each, address(each, left)) for each in pipelines if not each.archived_at]


# --- Addresses ---------------------------------------------------------------------------------


def address(pipeline, query):
    """The address of the board of ``pipeline`` that ``query`` asks for."""
    left = without(query, "pipeline")
    url = reverse("deals:board", args=[pipeline.pk])
    return f"{url}?{left.urlencode()}" if left else url
