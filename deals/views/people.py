"""Who takes part in a deal: add somebody, say their role, make them the primary contact, take them
off.
"""

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Stale
from core.lookups import number_in
from core.web import page, posted, refusals_on
from deals import services
from deals.detail import people_of
from deals.forms import AddParticipantForm, RoleField, RoleForm
from deals.views.answering import done, visible


@require_http_methods(["GET", "POST"])
def add_participant(request, pk):
    deal = visible(request, pk)
    form = AddParticipantForm(posted(request), user=request.user)
    if form.is_valid():
        with refusals_on(form):
            operation = services.add_participant(
                deal, form.cleaned_data.pop("person"), **form.cleaned_data, by=request.user
            )
            return done(request, deal, operation, _("Participant added."))
    context = {"form": form, "deal": deal, "roles": RoleField.SUGGESTED}
    return page(request, "deals/add_participant.html", context, parts=["add-participant"])


@require_http_methods(["GET", "POST"])
def participant(request, pk, person):
    """The role of one person, and what else can be done with them."""
    deal, person = member(request, pk, person)
    form = RoleForm(posted(request), person=person)
    if form.is_valid():
        role, seen = form.cleaned_data["role"], form.cleaned_data["seen"]["role"]
        try:
            with refusals_on(form, but=Stale):
                operation = services.set_role(deal, person, role, seen=seen, by=request.user)
                return done(request, deal, operation, _("Role saved."))
        except Stale as stale:
            deal, person = member(request, pk, person.pk)
            form = RoleForm(request.POST, person=person)
            form.tell_what_changed_meanwhile()
            return asked(request, deal, person, form, status=stale.status)
    return asked(request, deal, person, form)


def asked(request, deal, person, form, status=None):
    primary = next((each.pk for each in deal.people if each.is_primary), 0)
    context = {
        "form": form,
        "deal": deal,
        "person": person,
        "primary": primary,
        "roles": RoleField.SUGGESTED,
    }
    return page(request, "deals/participant.html", context, parts=["participant"], status=status)


@require_POST
def make_primary(request, pk, person):
    """``seen`` is the id of the primary contact on the page that asks."""
    deal, person = member(request, pk, person)
    operation = services.make_primary(
        deal, person, seen=number_in(request.POST.get("seen", "")), by=request.user
    )
    words = _("“%(person)s” is the primary contact now.") % {"person": person}
    return done(request, deal, operation, words)


@require_POST
def remove_participant(request, pk, person):
    deal, person = member(request, pk, person)
    operation = services.remove_participant(deal, person, by=request.user)
    words = _("“%(person)s” takes no part any more.") % {"person": person}
    return done(request, deal, operation, words)


def member(request, pk, number):
    """The deal with its ``people``, for those who may write, and the one whose id is ``number``."""
    deal = visible(request, pk)
    deal.people = people_of(deal, request.user)
    person = next((each for each in deal.people if each.pk == number), None)
    if person is None:
        raise Http404
    return deal, person
