"""The board: a pipeline's open deals as cards in columns."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.policies import may_configure, may_write
from activities.queries import next_activities
from core.lookups import number_in
from core.web import aimed_at, on_screen, page
from deals.board import cards_down_to, columns, more_cards, today_of, total, with_age
from deals.models import Deal
from deals.table import BoardFilter
from lists.narrowing import chips
from pipelines.models import Pipeline, Stage


@require_GET
def board(request, pk=None):
    """The default pipeline, or the one with the id ``pk``."""
    pipelines = list(Pipeline.objects.in_order())
    pipeline = chosen(pipelines, pk)
    filters = BoardFilter(request.GET, Deal.objects.visible_to(request.user))
    context = {
        "pipeline": pipeline,
        "pipelines": [each for each in pipelines if not each.archived_at],
        "filters": filters.form,
        "chips": chips(request, filters.form),
        "may_write": may_write(request.user),
        "may_configure": may_configure(request.user),
    }
    if pipeline:
        today = today_of(request.user)
        shown = columns(pipeline, filters.found, today=today)
        cards = [card for each in shown for card in each.cards]
        finish(cards, today)
        context |= {"columns": shown, "total": total(shown), "today": today}
    response = page(request, "deals/board.html", context, parts=["board"])
    if pipeline and aimed_at(request) == "board":  # the sum stands in the bar, outside of the part
        sums = {"total": context["total"], "out_of_band": True}
        response.content += render_to_string("deals/_total.html", sums, request).encode()
    return response


@require_GET
def column(request, pk):
    """Further cards of one column; without htmx the list of the deals in that stage."""
    if not request.htmx:
        return redirect(f"{reverse('deals:list')}?{urlencode({'stage': pk})}")
    stage = get_object_or_404(Stage.objects.active().select_related("pipeline"), pk=pk)
    filters = BoardFilter(request.GET, Deal.objects.visible_to(request.user))
    more = more_cards(stage, filters.found, request.GET.get("after"))
    today = today_of(request.user)
    finish(more.rows, today)
    context = {
        "cards": more.rows,
        "next": more.next,
        "stage": stage,
        "today": today,
        "may_write": may_write(request.user),
    }
    return render(request, "deals/_cards.html", context)


def chosen(pipelines, pk):
    """The pipeline with the id ``pk``; without an id the default one, if there is any."""
    if pk is None:
        return next((each for each in pipelines if each.is_default), None)
    pipeline = next((each for each in pipelines if each.pk == pk), None)
    if pipeline is None or pipeline.archived_at:
        raise Http404
    return pipeline


@require_GET
def redraw(request, pk):
    """The columns of the stages in the address as they are now, after what no column answered to;
    without htmx the whole board.
    """
    if not request.htmx:
        return redirect("deals:board", pk)
    pipeline = get_object_or_404(Pipeline.objects.active(), pk=pk)
    touched = {number_in(given) for given in request.GET.getlist("stage")}
    query = on_screen(request)
    return HttpResponse(redrawn(request, None, query, touched=touched, pipeline=pipeline))


def redrawn(request, deal, query, *, touched, pipeline=None):
    """The columns of stages ``touched`` and the board's sum, to be swapped in out of band.

    The column in which ``deal`` stands now shows enough cards for it to be among them. The board on
    screen is that of the deal, unless ``pipeline`` says another one.
    """
    pipeline = pipeline or deal.stage.pipeline
    deals = BoardFilter(query, Deal.objects.visible_to(request.user)).found
    today = today_of(request.user)
    shown = {deal.stage_id: cards_down_to(deal, deals)} if deal else {}
    every = columns(pipeline, deals, today=today, shown=shown)
    finish([card for each in every for card in each.cards], today)
    context = {
        "pipeline": pipeline,
        "columns": [each for each in every if each.stage.pk in touched],
        "total": total(every),
        "today": today,
        "may_write": may_write(request.user),
        "out_of_band": True,
        "query": query.urlencode(),
    }
    return render_to_string("deals/_redrawn.html", context, request)


def finish(cards, today):
    """Let each card know its age and its next activity."""
    due = next_activities("deal", [card.pk for card in cards])
    for card in with_age(cards, today):
        card.next_activity = due.get(card.pk)
