"""Set one field of the selected leads: first which, then to what."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policies import may_write, require
from core.web import next_on_this_host, page, refusals_on
from custom_fields.values import UnknownField, name_of
from leads.acts import LEADS
from leads.forms import LeadForm
from leads.inbox import columns
from leads.views.bulk import ROWS
from lists import acting
from lists.selection import selection_fields

USUAL = "close"  # what is offered first
# Each lead has its own title; labels are put on and taken off, and owners are assigned.
NOT_IN_BULK = {"title", "labels", "owner"}


@require_http_methods(["GET", "POST"])
def set_field(request):
    """Ask for the field and its value, then set it: without ``save`` a POST only asks."""
    require(may_write(request.user))
    asked = acting.asking(request)
    leads = LEADS.chosen(asked, request.user)
    number = leads.count()
    settable = {
        column.name: column
        for column in columns().values()
        if column.edits and column.name not in NOT_IN_BULK
    }
    name = asked.get("field", "")
    column = settable.get(name, settable[USUAL])
    sent = request.POST if "save" in request.POST else None
    if sent is not None and name not in settable:  # what was typed is for no other field
        raise UnknownField(
            _("The field “%(field)s” is no longer there. Load the page again.")
            % {"field": name_of(name)}
        )
    form = LeadForm(
        sent,
        user=request.user,
        only=column.edits,
        initial={"currency": request.user.currency},
        prefix="new",  # "owner" says what to look for, "new-owner" who it shall be
    )
    if form.is_valid() and not acting.asked_again(form, asked, number):
        with refusals_on(form):
            values = form.cleaned_data
            return acting.perform(request, ROWS, LEADS["set"], leads, number, values=values)
    context = {
        "form": form,
        "column": column,
        "may_be_empty": not form[column.edits[0]].field.required,
        "groups": grouped(settable.values()),
        "number": number,
        "selection": selection_fields(asked, *LEADS.filters),
        "next": next_on_this_host(request),
    }
    return page(request, "leads/set.html", context, parts=["set"])


def grouped(settable):
    """The columns to choose from, heading by heading."""
    groups = {}
    for column in settable:
        groups.setdefault(column.group or _("Lead"), []).append(column)
    return list(groups.items())
