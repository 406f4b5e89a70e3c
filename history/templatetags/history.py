"""Events in the reader's language: a sentence, an icon, and what changed from what to what."""

from dataclasses import dataclass

from django import template
from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.formats import time_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import AmountField, PercentField
from core.templatetags.ui import moment, money, percent, plain_number, price, written_day
from history.sentences import SENTENCES
from history.undoing import UNDOERS

register = template.Library()

KINDS = {
    "lead": "leads.Lead",
    "deal": "deals.Deal",
    "project": "projects.Project",
    "person": "contacts.Person",
    "organization": "contacts.Organization",
    "activity": "activities.Activity",
    "note": "activities.Note",
    "user": "accounts.User",
    "product": "products.Product",
    "pipeline": "pipelines.Pipeline",
    "stage": "pipelines.Stage",
    "phase": "projects.Phase",
}
# Of what a record consists: its events tell of the fields of these, too.
PARTS = {"deals.Deal": "deals.LineItem"}
# Said by the sentence itself, or of no meaning to people: a rank in a column.
UNTOLD = {
    "activity", "copied", "note", "participant", "position", "merged", "into", "other", "line",
    "product", "order", "file", "terms",
}  # fmt: skip
EMPTY = "—"
# Verbs whose sentence says all.
TOLD_IN_FULL = (
    ".removed", ".converted", ".returned", ".created", "labelled", "followed", "linked", "_started",
)  # fmt: skip
# Of whom or what a sentence speaks.
NAMED = (
    "activity", "copied", "participant", "line", "merged", "into", "other", "labels", "followers",
    "project", "deal", "person", "organization", "file",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One field's before and after, as people read them; long text is folded. Of what was added
    there is no before, however empty.
    """

    name: str
    before: str
    after: str
    was_added: bool = False

    @property
    def is_long(self):
        return len(self.before) + len(self.after) > 120


@register.filter
def event_icon(event):
    """``{% icon event|event_icon %}``"""
    return SENTENCES.get(event.verb, ("history", None))[0]


@register.filter
def sentence(event):
    """``{{ event|sentence }}``: what happened, without who and when."""
    _icon, words = SENTENCES.get(event.verb, ("history", None))
    if words is None:
        return event.verb
    return words % {"name": name_in(event)} if "%(name)s" in words else str(words)


def name_in(event):
    """The frozen name of what the sentence speaks of: an activity, a label, another lead."""
    for what in NAMED:
        if what in event.changes:
            before, after = event.changes[what]
            return shown(None, what, after or before)
    return event.title


@register.filter
def what_changed(event):
    """``{{ event|what_changed }}``: a ``Change`` for each field, in the reader's words."""
    if event.verb.endswith(TOLD_IN_FULL):
        return []
    was_added = event.verb.endswith("_added")
    about = event.verb.partition(".")[0]
    model = apps.get_model(KINDS[about]) if about in KINDS else None
    # Custom fields stand beside the model's own; their names come with the events of a timeline.
    custom = {each["key"]: each for each in getattr(event, "told_fields", ())}
    return [
        custom_change(custom[name], *pair)
        if name in custom
        else Change(
            field_name(model, name), *(shown(model, name, value) for value in pair), was_added
        )
        for name, pair in in_order(model, event.changes)
        if name not in UNTOLD
    ]


def custom_change(field, before, after):
    """The change of a custom field: its name as it is now, its values as they were shown then."""
    return Change(field["name"], *(custom_words(field["kind"], value) for value in (before, after)))


def custom_words(kind, value):
    """A frozen value of a custom field as people read it."""
    match kind, value:
        case _, None | "" | []:
            return EMPTY
        case "money", [amount, currency]:
            return money(amount, currency)
        case "number", str():
            return plain_number(value)
        case "date_range", [start, end]:
            return " – ".join(in_words(models.DateField(), day) for day in (start, end))
        case "date", str():
            return in_words(models.DateField(), value)
        case "time", str():
            return in_words(models.TimeField(), value)
    return shown(None, "", value)


def in_order(model, changes):
    """``changes`` in the order of the model's fields: the database keeps none."""
    names = [field.name for field in model._meta.get_fields()] if model else []
    places = {name: place for place, name in enumerate(names)}
    return sorted(changes.items(), key=lambda pair: (places.get(pair[0], len(places)), pair[0]))


OTHER_NAMES = {
    "email_addresses": gettext_lazy("e-mail addresses"),
    "phone_numbers": gettext_lazy("phone numbers"),
    "participants": gettext_lazy("participants"),
    "prices": gettext_lazy("prices"),
    "pipeline": gettext_lazy("pipeline"),
    "stages": gettext_lazy("stages"),
    "phases": gettext_lazy("phases"),
    "required_enter": gettext_lazy("required for entering"),
    "required_won": gettext_lazy("required for winning"),
    "required_lost": gettext_lazy("required for losing"),
    "role": gettext_lazy("role"),
    "deal": gettext_lazy("deal"),
    "lines": gettext_lazy("products"),
    "files": gettext_lazy("files"),
    "file_name": gettext_lazy("file name"),
    "description": gettext_lazy("description"),
}


def field_of(model, name):
    """The field called ``name``, of the model or of its parts; ``None`` when none of them knows one
    that has its own words.
    """
    part = PARTS.get(model._meta.label) if model else None
    models = [each for each in (model, part and apps.get_model(part)) if each]
    fields = [field for each in models for field in each._meta.get_fields()]
    return next((field for field in fields if field.name == name and field.concrete), None)


def field_name(model, name):
    field = field_of(model, name)
    words = field.verbose_name if field is not None else OTHER_NAMES.get(name, name)
    return str(words)[:1].upper() + str(words)[1:]


def shown(model, name, value):
    """A frozen value as people read it."""
    match value:
        case None | "" | []:
            return EMPTY
        case {"name": words}:
            return words
        case list() if name == "prices":
            return ", ".join(price(*each) for each in value)
        case list():
            return ", ".join(shown(model, name, each) for each in value)
        case True | False:
            return _("yes") if value else _("no")
    return in_words(field_of(model, name), value)


def in_words(field, value):
    """A frozen day, moment, amount or choice in the reader's language."""
    try:
        match field:
            case models.DateTimeField():
                return moment(parse_datetime(value))
            case models.DateField():
                return written_day(parse_date(value), localdate())
            case models.TimeField():
                return time_format(parse_time(value), "H:i")
            case PercentField():
                return percent(value)
            case AmountField():
                return price(value)
            case models.DecimalField():
                return plain_number(value)
    except (ArithmeticError, AttributeError, TypeError, ValueError):
        return str(value)
    choices = dict(getattr(field, "flatchoices", None) or ())
    return str(choices.get(value, value))


@register.filter
def undoable_by(event, user):
    """``{% if event|undoable_by:user %}``: whether to offer to take the event's act back."""
    operation = event.operation
    if operation.undone_at is not None or operation.verb not in UNDOERS:
        return False
    return user.is_admin or operation.by_id == user.pk
