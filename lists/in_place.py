"""A web kit: change one field of a record where it stands, in a cell of a list or among its facts;
it knows no CRM word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django_htmx.http import reswap, retarget

from accounts.models import User
from accounts.policies import may_write, require
from core.errors import Stale
from core.web import page, page_on_screen, posted, redirect_after, refusals_on, safe_next, toast
from lists.columns import Column


@dataclass(frozen=True)
class Places:
    """How records of a list (``of``, which knows their model) are changed in their places.

    ``form`` is the form of one, which can be asked for some of its fields ``only``; ``change`` the
    service that writes; ``shown_to(user, pk)`` a record with all that the template ``facts`` shows
    of it as ``record``; on the record's own page ``own_page`` does, if there is one.
    """

    of: Any
    form: type
    change: Callable
    shown_to: Callable
    facts: str
    own_page: str = ""

    def may_change(self, user: User) -> bool:
        """Whether ``user`` may change such records at all."""
        return may_write(user)

    def columns_for(self, request) -> Mapping[str, Column]:
        """The columns of the list, as they are shown to whoever asks."""
        return self.of.columns()

    def seen(self, user: User, column: Column) -> QuerySet:
        """The records that ``user`` may see, with all that ``column`` shows of them."""
        raise NotImplementedError

    def ready(self, record: Model, column: Column) -> None:
        """Let ``record`` tell what is looked up once it was read."""


def edit_field(request, places: Places, pk, name):
    """The form of one field; htmx puts it in the place of the value, and the value back."""
    column = places.columns_for(request).get(name)
    if column is None or not column.edits:
        raise Http404
    record = get_object_or_404(places.seen(request.user, column), pk=pk)
    require(places.may_change(request.user))
    if "cancel" in request.GET and request.htmx:
        return value(request, places, column, record)
    form = form_of(request, places, column, record)
    if form.is_valid():
        try:
            with refusals_on(form, but=Stale):
                return saved(request, places, form, column, record)
        except Stale:
            record = get_object_or_404(places.seen(request.user, column), pk=pk)
            form = form_of(request, places, column, record)
            form.tell_what_changed_meanwhile()
            return shown(request, form, column, record, status=409)
    return shown(request, form, column, record)


def form_of(request, places, column, record):
    return places.form(posted(request), record=record, user=request.user, only=column.edits)


def saved(request, places, form, column, record):
    values, saw = form.changes(), form.cleaned_data["seen"]
    operation = places.change(record, values, seen=saw, by=request.user)
    if operation:
        toast(request, _("“%(title)s” changed.") % {"title": record}, undo=operation)
    # It may be hidden from its own editor by now: then nothing of it is shown.
    record = places.seen(request.user, column).filter(pk=record.pk).first()
    if request.htmx and record:
        return value(request, places, column, record)
    return redirect_after(request, safe_next(request, record or places.of.home))


def value(request, places, column, record):
    """What takes the place of the form: the value in its cell, or, with ``?place=fact``, all facts:
    one may depend on another.
    """
    if request.GET.get("place") == "fact":
        context = {
            "record": places.shown_to(request.user, record.pk),
            "app": places.of.name,
            "focus": column.name,
            "back": page_on_screen(request),
        }
        is_at_home = context["back"].partition("?")[0] == record.get_absolute_url()
        facts = render(request, (is_at_home and places.own_page) or places.facts, context)
        return reswap(retarget(facts, "#facts"), "outerHTML")
    places.ready(record, column)
    return render(request, "lists/field.html#value", {"column": column, "record": record})


def shown(request, form, column, record, status=None):
    form.visible_fields()[0].field.widget.attrs["autofocus"] = True
    context = {"form": form, "column": column, "record": record, "next": safe_next(request, record)}
    template = "lists/field.html#field" if request.htmx else "lists/field.html"
    status = status or (422 if form.is_bound and form.errors else 200)
    return page(request, template, context, status=status)
