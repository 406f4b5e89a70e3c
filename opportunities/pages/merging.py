"""Look at records side by side, choose, and make one of them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import pgettext

from accounts.models import User
from accounts.policies import OwnerInactive, may_write, require
from activities.models import Activity, Note
from core.errors import Refused, Stale
from core.web import next_on_this_host, page, redirect_after, safe_next, toast
from history.models import Operation
from labels.models import Label
from lists.selection import is_all, selected
from opportunities.merging import MOST, Kind, require_mergeable, require_number
from opportunities.pages.comparing import MergeForm


@dataclass(frozen=True)
class Merging:
    """How records of a list are merged.

    ``matching`` says which ones an address asks for, ``service`` merges; ``template`` asks;
    ``told`` is the sentence for a number of them; ``refusals`` are what else is told in the form.
    """

    kind: Kind
    matching: Callable[[QueryDict, User], QuerySet]
    service: Callable[..., Operation]
    template: str
    told: Callable[[int], str]
    refusals: tuple[type[Refused], ...] = ()

    def mergeable(self, numbers, *, by: User) -> list:
        """The records with these ``numbers``, the oldest first, as they would be merged."""
        records = self.kind.read(numbers)
        require_mergeable(self.kind, records, numbers, by=by)
        return records


def merge(request, of: Merging):
    """Ask which record stays and whose values win, then merge.

    A POST without a token only asks, as one from the list does.
    """
    require(may_write(request.user))
    asked = request.POST if request.method == "POST" else request.GET
    numbers = asked_numbers(of, asked, request.user)
    if "token" not in request.POST:
        records = of.mergeable(numbers, by=request.user)
        return ask(request, of, MergeForm(records=records, into=to_stay(asked, records)))
    records = of.kind.read(numbers)
    if not any(each.is_replaced for each in records):  # else the service knows a repetition
        require_mergeable(of.kind, records, numbers, by=request.user)
    form = sent_form(request, records)
    if form.is_valid():
        return carry_out(request, of, form, numbers)
    return ask_again(request, of, form) if form.is_stale() else ask(request, of, form)


def asked_numbers(of, asked, user):
    """The numbers of the selected records, some of which may be set aside by now."""
    visible = of.kind.model.everything.visible_to(user)
    found = of.matching(asked, user) if is_all(asked) else visible
    chosen = selected(asked, found)
    numbers = list(chosen.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    require_number(of.kind, numbers)
    return numbers


def to_stay(asked, records):
    """The record that the address names, if any."""
    return next((each for each in records if str(each.pk) == asked.get("into")), None)


def sent_form(request, records):
    return MergeForm(request.POST, records=records, into=to_stay(request.POST, records))


def carry_out(request, of, form, numbers):
    choices, token = form.choices(), form.cleaned_data["token"]
    try:
        operation = of.service(form.records.values(), **choices, token=token, by=request.user)
    except Stale:
        form = sent_form(request, of.mergeable(numbers, by=request.user))
        form.is_valid()
        return ask_again(request, of, form)
    except (OwnerInactive, *of.refusals) as refused:
        form.add_error(None, str(refused))
        return ask(request, of, form)
    return merged(request, of, operation)


def ask_again(request, of, form):
    form.tell_what_changed_meanwhile()
    return ask(request, of, form, status=409)


def ask(request, of, form, status=None):
    records, kinds = list(form.records), f"{of.kind.model.kind}s"
    followers = User.objects.filter(**{f"followed_{kinds}__in": records})
    context = {
        "form": form,
        "labels": Label.objects.filter(**{f"{kinds}__in": records}).distinct().order_by("name"),
        "followers": followers.distinct().count(),
        "next": next_on_this_host(request),
        **kept(of.kind.model.kind, records),
    }
    return page(request, of.template, context, parts=["merge"], status=status)


def kept(kind, records):
    """How much hangs on ``records``, and is kept."""
    on_them = {f"{kind}__in": records}
    return {
        "activities": Activity.objects.filter(**on_them).count(),
        "notes": Note.objects.filter(**on_them).count(),
    }


def merged(request, of, operation):
    """Say what was done and go on: to where the user came from, else to the record that stays."""
    rows = list(of.kind.memory.objects.filter(operation=operation))
    size = len(rows) + 1
    visible = of.kind.model.everything.visible_to(request.user)
    into = get_object_or_404(visible, pk=rows[0].into_number)  # of a repetition it may be hidden
    link = into.get_absolute_url(), pgettext("a link", "Open")
    toast(request, of.told(size) % {"count": size, "title": into}, link=link)
    return redirect_after(request, safe_next(request, into))
