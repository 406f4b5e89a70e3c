"""The lists of people and organizations, and what comboboxes suggest out of them."""

from django.db.models import Prefetch
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.policies import may_write
from contacts.exporting import FILTERS
from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from contacts.narrowing import ContactFilter
from contacts.queries import suggest
from core.web import page
from lists.counting import capped_count
from lists.keyset import paginate
from lists.narrowing import address_without
from lists.selection import pairs_of
from lists.sorting import Order, sorting

ORDERS = {"name": Order("plain")}


@require_GET
def people(request):
    return table(request, Person, with_reaches, "contacts/people.html")


@require_GET
def organizations(request):
    return table(request, Organization, with_owner, "contacts/organizations.html")


def table(request, model, load, template):
    """One page of the contacts that fit the filters in the address, by name."""
    found = ContactFilter(request.GET, model, request.user)
    count = capped_count(found.matching())
    order = sorting(request.GET, ORDERS, ORDERS["name"].walks(is_down=False), count=count)
    rows = paginate(
        order.of(found.matching(), request.user),
        order.walks,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        load=load,
    )
    context = {
        "filter": found,
        "heads": order.heads,
        "page": rows,
        "count": count,
        "may_write": may_write(request.user),
        "selection_filters": pairs_of(request.GET, *FILTERS),
        "here": address_without(request, "peek"),
    }
    return page(request, template, context, parts=["results"])


def with_owner(contacts):
    return contacts.select_related("owner").prefetch_related("labels")


def with_reaches(people):
    """All that a row shows; of the ways to reach somebody only the primary ones."""
    return (
        with_owner(people)
        .select_related("organization")
        .prefetch_related(
            *(
                Prefetch(name, reach.objects.filter(is_primary=True), f"primary_{name}")
                for name, reach in (
                    ("email_addresses", EmailAddress),
                    ("phone_numbers", PhoneNumber),
                )
            )
        )
    )


@require_GET
def person_options(request):
    return options(request, Person, lambda person: person.organization or person.job_title)


@require_GET
def organization_options(request):
    return options(request, Organization, lambda organization: organization.website)


def options(request, model, detail):
    """The list items of a combobox: visible contacts whose words begin like ``q``."""
    found = suggest(model, request.GET.get("q", "")[:200], request.user)
    shown = [{"pk": each.pk, "name": each.name, "detail": detail(each)} for each in found]
    return render(request, "ui/options.html", {"options": shown})
