"""Add a lead by hand, with a person and an organization that may be new."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from accounts.models import Visibility
from accounts.policies import may_write, require
from contacts.models import Organization, Person
from core.web import page, redirect_after, refusals_on, toast
from custom_fields.values import split, write
from leads import services
from leads.forms import AddLeadForm
from leads.models import Lead


@require_http_methods(["GET", "POST"])
def create(request):
    require(may_write(request.user))
    usual = {
        "owner": request.user,
        "currency": request.user.currency,
        "visibility": Visibility.EVERYONE,
    }
    form = AddLeadForm(request.POST or None, user=request.user, initial=usual)
    if form.is_valid():
        with refusals_on(form):
            lead = services.open_lead(**new_lead(form.cleaned_data), by=request.user)
        if not form.errors:
            link = lead.get_absolute_url(), pgettext("a link", "Open")
            toast(request, _("Lead “%(title)s” added.") % {"title": lead}, link=link)
            return redirect_after(request, "leads:inbox")
    return page(request, "leads/create.html", {"form": form}, parts=["create"])


def new_lead(given):
    """The arguments of the service: an unsaved lead, with unsaved contacts where a name is new."""
    given, custom = split(given)
    labels, token = given.pop("labels"), given.pop("token")
    for name, model in (("person", Person), ("organization", Organization)):
        if isinstance(given[name], str):
            given[name] = model(name=given[name])
    lead = Lead(**given)
    write(lead, custom)
    return {"lead": lead, "labels": labels, "token": token}
