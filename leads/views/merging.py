"""Merge leads: look at them side by side, choose, and make one of them."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.policies import OwnerInactive, may_write, require
from activities.models import Activity, Note
from core.errors import Stale
from core.web import next_on_this_host, page, redirect_after, safe_next, toast
from labels.models import Label
from leads.forms import MergeForm
from leads.inbox import matching
from leads.merging import LEADS, merge_leads, mergeable, read_leads, require_mergeable
from leads.models import Lead
from lists.selection import is_all, selected
from opportunities.merging import MOST, require_number


@require_http_methods(["GET", "POST"])
def merge(request):
    """Ask which lead stays and whose values win, then merge.

    A POST without a token only asks, as one from the list does.
    """
    require(may_write(request.user))
    asked = request.POST if request.method == "POST" else request.GET
    numbers = asked_numbers(asked, request.user)
    if "token" not in request.POST:
        leads = mergeable(numbers, by=request.user)
        return ask(request, MergeForm(leads=leads, into=to_stay(asked, leads)))
    leads = read_leads(numbers)
    if not any(lead.is_replaced for lead in leads):  # else the service knows a repetition
        require_mergeable(leads, numbers, by=request.user)
    form = sent_form(request, leads)
    if form.is_valid():
        return carry_out(request, form, numbers)
    return ask_again(request, form) if form.is_stale() else ask(request, form)


def asked_numbers(asked, user):
    """The numbers of the selected leads, some of which may be set aside by now."""
    found = matching(asked, user) if is_all(asked) else Lead.everything.visible_to(user)
    chosen = selected(asked, found)
    numbers = list(chosen.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    require_number(LEADS, numbers)
    return numbers


def to_stay(asked, leads):
    """The lead that the address names, if any."""
    return next((lead for lead in leads if str(lead.pk) == asked.get("into")), None)


def sent_form(request, leads):
    return MergeForm(request.POST, leads=leads, into=to_stay(request.POST, leads))


def carry_out(request, form, numbers):
    token = form.cleaned_data["token"]
    try:
        operation = merge_leads(form.leads.values(), **form.choices(), token=token, by=request.user)
    except Stale:
        form = sent_form(request, mergeable(numbers, by=request.user))
        form.is_valid()
        return ask_again(request, form)
    except OwnerInactive as refused:
        form.add_error(None, str(refused))
        return ask(request, form)
    return merged(request, operation)


def ask_again(request, form):
    form.tell_what_changed_meanwhile()
    return ask(request, form, status=409)


def ask(request, form, status=None):
    leads = list(form.leads)
    context = {
        "form": form,
        "activities": Activity.objects.filter(lead__in=leads).count(),
        "notes": Note.objects.filter(lead__in=leads).count(),
        "labels": Label.objects.filter(leads__in=leads).distinct().order_by("name"),
        "followers": User.objects.filter(followed_leads__in=leads).distinct().count(),
        "next": next_on_this_host(request),
    }
    return page(request, "leads/merge.html", context, parts=["merge"], status=status)


def merged(request, operation):
    """Say what was done and go on: to where the user came from, else to the lead that stays."""
    rows = list(operation.merged_leads.all())
    size = len(rows) + 1
    visible = Lead.everything.visible_to(request.user)
    into = get_object_or_404(visible, pk=rows[0].into_number)  # of a repetition it may be hidden
    told = ngettext(
        "%(count)d lead merged into “%(title)s”.", "%(count)d leads merged into “%(title)s”.", size
    )
    link = into.get_absolute_url(), _("Open")
    toast(request, told % {"count": size, "title": into}, link=link)
    return redirect_after(request, safe_next(request, into))
