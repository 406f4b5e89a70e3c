"""A lead: as a page, and as a panel beside the list; and that somebody has seen it."""

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from contacts.models import Organization, Person
from conversion.queries import later_life, lives_of
from core.lookups import number_in
from core.web import page, safe_next
from custom_fields.queries import with_facts
from leads import services
from leads.duplicates import possible_duplicates
from leads.models import Lead
from opportunities.following import followers_of, with_followers
from opportunities.labelled import with_labels


@require_GET
def detail(request, pk):
    lead = shown_to(request.user, pk)
    if lead is None:
        return to_later_life(request.user, pk)
    return page(request, "leads/detail.html", panel_of(lead), parts=["panel"])


@require_POST
def mark_seen(request, pk):
    lead = get_object_or_404(Lead.objects.visible_to(request.user), pk=pk)
    services.mark_seen([lead], by=request.user)
    if request.htmx:
        return HttpResponse()
    return redirect(safe_next(request, lead))


def shown_to(user, pk):
    """The lead with all that its panel shows, what ``user`` may do to it and see of it, and which
    leads may be the same sale.
    """
    same = {"pk": OuterRef("pk")}
    leads = Lead.objects.visible_to(user).annotate(
        may_change=Exists(Lead.objects.changeable_by(user).filter(**same)),
        may_delete=Exists(Lead.objects.deletable_by(user).filter(**same)),
        # Everybody sees the names; who may see the contact itself gets its page and addresses.
        shows_person=Exists(Person.objects.visible_to(user).filter(pk=OuterRef("person"))),
        shows_organization=Exists(
            Organization.objects.visible_to(user).filter(pk=OuterRef("organization"))
        ),
    )
    leads = with_labels(with_facts(leads.for_panel().filter(pk=pk), user))
    lead = with_followers(leads).first()
    if lead is not None:
        lead.duplicates = possible_duplicates(lead, user)
    return lead


def beside(request):
    """The lead that ``?peek=`` asks for beside a list, if it is there and may be seen."""
    pk = number_in(request.GET.get("peek", ""))
    return None if pk is None else shown_to(request.user, pk)


def panel_of(lead):
    """The context of ``leads/_panel.html``."""
    return {"lead": lead, "followers": followers_of(lead), "subjects": lives_of(lead)}


def to_later_life(user, pk):
    """The address of a converted lead leads to its deal, that of a merged one to the lead that it
    is part of, for as long as that is what it became.
    """
    life = later_life("lead", pk, user)
    if life is None:
        raise Http404
    response = redirect(life)
    response.headers["Cache-Control"] = "no-cache"
    return response
