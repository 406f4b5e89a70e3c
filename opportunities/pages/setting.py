"""Set one field of the selected records: first which, then to what."""

from django.utils.translation import gettext as _

from accounts.policies import may_write, require
from core.web import page, refusals_on
from custom_fields.values import UnknownField, name_of
from lists import acting

USUAL = "close"  # what is offered first
# Each record has its own title; labels are put on and taken off, and owners are assigned.
NOT_IN_BULK = {"title", "labels", "owner"}


def set_field(request, rows, form_of):
    """Ask for the field and its value, then set it: without ``save`` a POST only asks.

    ``form_of`` is the form of such records, which can be asked for some of its fields ``only``.
    """
    require(may_write(request.user))
    asked = acting.asking(request)
    records = rows.acts.chosen(asked, request.user)
    number = records.count()
    settable = {
        column.name: column
        for column in rows.acts.of.columns().values()
        if column.edits and column.name not in NOT_IN_BULK
    }
    name = asked.get("field", "")
    column = settable.get(name) or settable.get(USUAL) or next(iter(settable.values()))
    sent = request.POST if "save" in request.POST else None
    if sent is not None and name not in settable:  # what was typed is for no other field
        raise UnknownField(
            _("The field “%(field)s” is no longer there. Load the page again.")
            % {"field": name_of(name)}
        )
    form = form_of(
        sent,
        user=request.user,
        only=column.edits,
        initial={"currency": request.user.currency},
        prefix="new",  # "owner" says what to look for, "new-owner" who it shall be
    )
    act = rows.acts["set"]
    if form.is_valid() and not acting.asked_again(form, asked, number):
        with refusals_on(form):
            values = form.cleaned_data
            return acting.perform(request, rows, act, records, number, values=values)
    context = {
        "form": form,
        "column": column,
        "may_be_empty": not form[column.edits[0]].field.required,
        "groups": grouped(settable.values(), rows.acts.model),
        **acting.dialog_of(request, rows, act, number),
    }
    return page(request, "opportunities/set.html", context, parts=["set"])


def grouped(settable, model):
    """The columns to choose from, heading by heading."""
    groups = {}
    for column in settable:
        own = model._meta.verbose_name
        groups.setdefault(column.group or own[:1].upper() + own[1:], []).append(column)
    return list(groups.items())
