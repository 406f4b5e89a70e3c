"""A deal's page: where it stands, what it is worth, what happens next and what happened."""

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts.models import Organization, Person
from conversion.queries import later_life, lives_of, origin_of
from core.web import aimed_at, page
from custom_fields.queries import with_facts
from deals.board import today_of, with_age
from deals.detail import path_of
from deals.models import Deal, StageVisit
from deals.views.panel import panel_of
from pipelines.models import Stage


@require_GET
def detail(request, pk):
    deal = shown_to(request.user, pk)
    if deal is None:
        return to_later_life(request.user, pk)
    if aimed_at(request) == "drawer":
        return render(request, "deals/_panel.html", panel_of(request, deal))
    with_age([deal], today_of(request.user))
    visits = StageVisit.objects.filter(deal=deal).select_related("stage").order_by("entered_at")
    stages = Stage.objects.active().filter(pipeline=deal.stage.pipeline_id).in_order()
    visits = list(visits)
    context = {
        "deal": deal,
        "visits": visits,
        "path": path_of(deal, list(stages), visits, timezone.now()),
        "origin": origin_of(deal),
        "subjects": lives_of(deal),
    }
    return page(request, "deals/detail.html", context)


def shown_to(user, pk):
    """The deal with all that its page shows of its own row, and what ``user`` may do with it.

    Everybody sees the names of its contacts; who may see the contact itself gets a link.
    """
    same = {"pk": OuterRef("pk")}
    people = Person.objects.visible_to(user).filter(pk=OuterRef("person"))
    organizations = Organization.objects.visible_to(user).filter(pk=OuterRef("organization"))
    deals = Deal.objects.visible_to(user).annotate(
        may_change=Exists(Deal.objects.changeable_by(user).filter(**same)),
        may_delete=Exists(Deal.objects.deletable_by(user).filter(**same)),
        shows_person=Exists(people),
        shows_organization=Exists(organizations),
    )
    return with_facts(deals.for_page().filter(pk=pk), user).first()


def to_later_life(user, pk):
    """A returned deal's address leads to its lead, for as long as that is what it became."""
    lead = later_life("deal", pk, user)
    if lead is None:
        raise Http404
    response = redirect(lead)
    response.headers["Cache-Control"] = "no-cache"
    return response
