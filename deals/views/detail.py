"""A deal's page: where it stands, what it is worth, what happens next and what happened."""

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET

from accounts.days import today_of
from activities.queries import next_activities
from contacts.models import Organization, Person
from conversion.queries import later_life, lives_of, with_origin
from core.forms import OnceMixin
from core.web import aimed_at, page
from custom_fields.calculated import calculated_in, with_calculated
from custom_fields.queries import calculated_fields, with_facts
from deals.board import with_age
from deals.detail import path_of, people_of
from deals.idling import idle_words
from deals.lines import lines_of, with_lines
from deals.models import Deal, DealFile
from deals.views.panel import panel_of
from files.queries import files_of, with_files
from opportunities.following import followers_of, with_followers
from opportunities.labelled import with_labels
from projects.queries import projects_of, with_projects


@require_GET
def detail(request, pk):
    deal = shown_to(request.user, pk)
    if deal is None:
        return to_later_life(request.user, pk)
    if aimed_at(request) == "drawer":
        return render(request, "deals/_panel.html", panel_of(request, deal))
    context = {
        "deal": deal,
        "path": path_of(deal, timezone.now()),
        "idle": said_of_idling(deal, request.user),
        "followers": followers_of(deal),
        "once": OnceMixin(),
        "subjects": lives_of(deal),
    }
    return page(request, "deals/detail.html", context)


def shown_to(user, pk):
    """The deal with all that its page shows of it, and what ``user`` may do with it.

    Everybody sees the names of its contacts; who may see the contact itself gets more.
    """
    same = {"pk": OuterRef("pk")}
    organizations = Organization.objects.visible_to(user).filter(pk=OuterRef("organization"))
    deals = Deal.objects.visible_to(user).annotate(
        may_change=Exists(Deal.objects.changeable_by(user).filter(**same)),
        may_delete=Exists(Deal.objects.deletable_by(user).filter(**same)),
        shows_person=Exists(Person.objects.visible_to(user).filter(pk=OuterRef("person"))),
        shows_organization=Exists(organizations),
    )
    deals = with_facts(deals.for_page().filter(pk=pk), user)
    deals = with_labels(with_followers(with_origin(deals)))
    calculated = calculated_fields()
    deals = with_calculated(deals, calculated, today=today_of(user))
    deals = with_files(with_projects(with_lines(deals), user), DealFile)
    deal = deals.first()
    if deal is not None:
        deal.calculated = calculated_in(deal, calculated)
        deal.files = files_of(deal, DealFile)
        deal.lines = lines_of(deal)
        deal.shown_projects = projects_of(deal)
        deal.people = SimpleLazyObject(lambda: people_of(deal, user))  # not in the panel
    return deal


def said_of_idling(deal, user):
    """How long nothing happened to an open deal, once that is long for its stage."""
    today = today_of(user)
    with_age([deal], today)
    if not deal.idles:
        return ""
    planned = next_activities("deal", [deal.pk]).get(deal.pk) if deal.next_activity_on else None
    return idle_words(deal, deal.days_idle, today, planned.type.name if planned else "")


def to_later_life(user, pk):
    """A returned deal's address leads to its lead, that of a merged one to the deal that it is part
    of, for as long as that is what it became.
    """
    life = later_life("deal", pk, user)
    if life is None:
        raise Http404
    response = redirect(life)
    response.headers["Cache-Control"] = "no-cache"
    return response
