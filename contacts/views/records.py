"""The page of a person and of an organization: facts, what is sold to them, what happened."""

from django.db.models import CharField, Exists, F, OuterRef, Subquery, Value
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.policies import may_write
from contacts.models import Organization, Person
from conversion.queries import lives_of
from core.web import page
from custom_fields.queries import with_facts
from deals.models import Deal, Participant
from leads.models import Lead
from opportunities.labelled import with_labels
from projects.models import Project

MOST_SHOWN = 20


@require_GET
def person(request, number):
    # Whoever sees a person sees the name of the organization; the page of that one has its own
    # visibility.
    own_page = Organization.objects.visible_to(request.user).filter(pk=OuterRef("organization"))
    people = record_of(Person, request.user).annotate(may_see_organization=Exists(own_page))
    found = get_object_or_404(people.select_related("organization"), pk=number)
    context = {
        "person": found,
        "email_addresses": primary_first(found.email_addresses.all()),
        "phone_numbers": primary_first(found.phone_numbers.all()),
    }
    return page(request, "contacts/person.html", about(found, request.user) | context)


@require_GET
def organization(request, number):
    found = get_object_or_404(record_of(Organization, request.user), pk=number)
    people = found.people(manager="objects").visible_to(request.user).by_name()
    context = {"organization": found, "people": few(people)}
    return page(request, "contacts/organization.html", about(found, request.user) | context)


def record_of(model, user):
    """The visible records of ``model``, each knowing whether ``user`` may delete it."""
    own = model.objects.deletable_by(user).filter(pk=OuterRef("pk"))
    contacts = model.objects.visible_to(user).select_related("owner")
    return with_labels(with_facts(contacts.annotate(may_delete=Exists(own)), user))


def about(contact, user):
    """What both pages show: labels, visible leads, deals and projects, rights, whose life it is."""
    link = {contact.kind: contact}
    return {
        "record": contact,
        "labels": contact.kept_labels,
        "leads": few(Lead.objects.visible_to(user).filter(**link).order_by("-pk")),
        "deals": few(deals_with(contact, user)),
        "projects": few(projects_for(contact, user)),
        "may_write": may_write(user),
        "subjects": lives_of(contact),
    }


def deals_with(contact, user):
    """The visible deals of ``contact``, newest first, those in which a person takes part included,
    each with the ``role`` of that person.
    """
    own = Deal.objects.filter(**{contact.kind: contact}).values("pk")
    role = Value("", output_field=CharField())
    if contact.kind == "person":
        taking_part = Participant.objects.filter(person=contact)
        own = own.union(taking_part.values("deal"))  # each along its index
        role = Subquery(taking_part.filter(deal=OuterRef("pk")).values("role"))
    deals = Deal.objects.visible_to(user).filter(pk__in=own).annotate(role=role)
    return deals.select_related("stage").order_by("-pk")


def projects_for(contact, user):
    """The visible projects that are for ``contact``, those under way first, then the newest."""
    projects = Project.objects.visible_to(user).filter(**{Project.LINKED[contact.kind]: contact})
    return projects.select_related("phase").order_by(F("ended_at").desc(nulls_first=True), "-pk")


def few(records):
    """The first of ``records``, and whether there are more, in one question."""
    found = list(records[: MOST_SHOWN + 1])
    return {"rows": found[:MOST_SHOWN], "has_more": len(found) > MOST_SHOWN}


def primary_first(reaches):
    return sorted(reaches, key=lambda reach: (not reach.is_primary, reach.pk))
