"""The forms by which people and organizations are made and changed."""

from uuid import uuid5

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policies import may_write, require
from contacts import services
from contacts.forms import MOST_ROWS, REACH_FORMS, OrganizationForm, PersonForm
from contacts.models import Organization, Person
from core.errors import Refused, Stale
from core.lookups import number_in
from core.web import page, posted, redirect_after, toast
from custom_fields.values import split, write


@require_http_methods(["GET", "POST"])
def create_person(request):
    asked = number_in(request.GET.get("organization", ""))
    organizations = Organization.objects.visible_to(request.user)
    organization = None if asked is None else organizations.filter(pk=asked).first()
    form = PersonForm(posted(request), user=request.user, initial={"organization": organization})
    return edit(request, form, save_new_person, back=reverse("contacts:people"))


@require_http_methods(["GET", "POST"])
def create_organization(request):
    form = OrganizationForm(posted(request), user=request.user)
    return edit(request, form, save_new_organization, back=reverse("contacts:organizations"))


@require_http_methods(["GET", "POST"])
def change_person(request, number):
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=number)
    form = PersonForm(posted(request), user=request.user, contact=person)
    return edit(request, form, save_person, back=person.get_absolute_url())


@require_http_methods(["GET", "POST"])
def change_organization(request, number):
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=number)
    form = OrganizationForm(posted(request), user=request.user, contact=organization)
    return edit(request, form, save_organization, back=organization.get_absolute_url())


@require_GET
def reach_row(request):
    """One more blank row for an address or a number, with the button that asks for the next."""
    name, number = request.GET.get("of"), number_in(request.GET.get("row", ""))
    if name not in REACH_FORMS or number is None or number >= MOST_ROWS:
        raise Http404
    form = REACH_FORMS[name](prefix=f"{name}-{number}")
    context = {"form": form, "name": name, "number": number, "total": number + 1}
    return render(request, "contacts/_reach_more.html", context)


# --- What the four have in common --------------------------------------------------------------


def edit(request, form, save, *, back):
    """Show ``form``, or save what it holds by ``save(form, by=…)`` and go to the contact."""
    require(may_write(request.user))
    if form.is_bound and form.is_valid():
        try:
            contact, text, operation = save(form, by=request.user)
        except Stale as stale:
            form.show_conflict(stale)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, text, undo=operation)
            return redirect_after(request, contact)
    context = {"form": form, "contact": form.contact, "kind": form.kind, "back": back}
    return page(request, "contacts/form.html", context, parts=["form"], status=form.status)


@transaction.atomic
def save_new_person(form, *, by):
    (values, custom), token = split(form.values()), form.cleaned_data["token"]
    lists = {name: values.pop(name) for name in ("labels", *services.REACHES)}
    values["organization"] = services.organization_named(
        values["organization"], token=uuid5(token, "organization"), by=by
    )
    person = Person(**values)
    write(person, custom)
    person = services.create_person(person, **lists, token=token, by=by)
    return person, _("“%(name)s” is added.") % {"name": person}, None


def save_new_organization(form, *, by):
    values, custom = split(form.values())
    labels = values.pop("labels")
    organization = Organization(**values)
    write(organization, custom)
    organization = services.create_organization(
        organization, labels=labels, token=form.cleaned_data["token"], by=by
    )
    return organization, _("“%(name)s” is added.") % {"name": organization}, None


@transaction.atomic
def save_person(form, *, by):
    values, token = form.values(), form.cleaned_data["token"]
    values["organization"] = services.organization_named(
        values["organization"], token=uuid5(token, "organization"), by=by
    )
    seen = form.cleaned_data["seen"]
    return changed(
        form, services.change_person(form.contact, values, seen=seen, by=by), values["name"]
    )


def save_organization(form, *, by):
    values, seen = form.values(), form.cleaned_data["seen"]
    return changed(
        form, services.change_organization(form.contact, values, seen=seen, by=by), values["name"]
    )


def changed(form, operation, name):
    return form.contact, _("“%(name)s” is saved.") % {"name": name}, operation
