"""Deleting people and organizations, and bringing them back within 30 days."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts import services
from contacts.models import Organization, Person
from core.errors import NotAllowed, Refused
from core.web import page, redirect_after, toast

MOST_SHOWN = 200
LISTS = {Person: "contacts:people", Organization: "contacts:organizations"}


@require_http_methods(["GET", "POST"])
def delete_person(request, number):
    return delete(request, Person, number)


@require_http_methods(["GET", "POST"])
def delete_organization(request, number):
    return delete(request, Organization, number)


def delete(request, model, number):
    """Ask first; a refusal stands in the same dialog, with what stands in the way."""
    contact = get_object_or_404(model.objects.visible_to(request.user), pk=number)
    if not model.objects.deletable_by(request.user).filter(pk=number).exists():
        raise NotAllowed(_("Only the owner may delete “%(name)s”.") % {"name": contact})
    context, status = {"contact": contact}, None
    if request.method == "POST":
        try:
            operation = services.delete([contact], by=request.user)
        except Refused as refused:
            context["refused"], status = refused, refused.status
        else:
            toast(request, _("“%(name)s” is deleted.") % {"name": contact}, undo=operation)
            return redirect_after(request, LISTS[model])
    return page(request, "contacts/delete.html", context, parts=["delete"], status=status)


@require_POST
def bring_back_person(request, number):
    return bring_back(request, Person, number)


@require_POST
def bring_back_organization(request, number):
    return bring_back(request, Organization, number)


def bring_back(request, model, number):
    contact = get_object_or_404(model.everything.deleted().visible_to(request.user), pk=number)
    services.bring_back([contact], by=request.user)
    toast(request, _("“%(name)s” is back.") % {"name": contact})
    return redirect_after(request, contact)


@require_GET
def deleted_people(request):
    return deleted(request, Person, _("Recently deleted people"))


@require_GET
def deleted_organizations(request):
    return deleted(request, Organization, _("Recently deleted organizations"))


def deleted(request, model, title):
    """What ``user`` may bring back, last deleted first."""
    mine = model.everything.deleted().deletable_by(request.user)
    rows = mine.select_related("deleted_by").order_by("-deleted_at", "-pk")[:MOST_SHOWN]
    context = {"title": title, "contacts": rows, "kind": model.kind, "back": LISTS[model]}
    return page(request, "contacts/deleted.html", context)
