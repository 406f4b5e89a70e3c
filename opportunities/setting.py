"""Set fields of many records to the same values, in statements over all of them."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db import models, transaction
from django.db.models import Case, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Cast, JSONArray, JSONObject
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock_rows, named, require_owner
from contacts.services import hold
from core.errors import Missing, Refused
from core.frozen import frozen
from custom_fields.models import CustomValues, Field
from custom_fields.queries import with_choices
from custom_fields.values import (
    hold_targets,
    known_fields,
    not_there,
    present_in,
    split,
    stored_value,
)
from history.models import Operation
from history.services import begin, record_rows
from opportunities.acts import Act
from opportunities.services import BOUND_TOGETHER, Refuse, Tell, allow, silent, write_all

NOTHING = Value(None, models.JSONField())
JSON = models.JSONField()


class Unlinked(Refused):
    """Some records would be left without a person and without an organization."""


class SetFields(Act):
    """The act of setting fields, whose ``values`` a job keeps as history does."""

    def pack(self, arguments):
        return {"values": {name: frozen(value) for name, value in arguments["values"].items()}}

    def unpack(self, packed):
        return {"values": packed["values"]}

    def sentence(self, number, arguments):
        return self.done(number) % {"count": number}


@transaction.atomic
def set_fields(
    records,
    values: Mapping[str, Any],
    *,
    by: User,
    tell: Tell = silent,
    refuse: Refuse = allow,
) -> Operation | None:
    """Set fields of ``records`` to ``values``, custom ones by their keys; an event for each record
    tells what changed in it, and those that are so already stay as they are.

    ``values`` may be as history froze them. Fields that one rule of the database binds together go
    together: an amount with its currency. Refused as a whole: ``Unlinked`` when the last link of a
    record would go, ``OwnerInactive``, ``UnknownField``, ``Missing`` for a contact that was deleted
    a moment ago; ``ValidationError`` for what a field cannot hold; and what ``refuse`` says.
    """
    held = lock_rows(records, by=by)
    refuse(held, values)
    own, custom = split(values)
    own = checked(held.model, {name: thawed(held.model, name, own[name]) for name in own})
    refuse_unlinked(held, own)
    hold(**{name: own[name].pk for name in ("person", "organization") if own.get(name)})
    changes = [OwnChange(held.model._meta.get_field(name), value) for name, value in own.items()]
    for key, field in known_fields(custom, held.model.custom_of).items():
        changes.append(CustomChange(held, field, stored_value(field, custom[key])))
    columns = {}
    for change in changes:
        columns |= change.column(columns)
    return write_all(
        held.filter(reduce(or_, (change.differs for change in changes))),
        "changed",
        by=by,
        tell=tell,
        changes=Joined(*(change.told() for change in changes), output_field=JSON),
        **columns,
    )


@transaction.atomic
def fill_in(records: QuerySet, answers: CustomValues, *, by: User) -> Operation | None:
    """Let those of the locked ``records`` that say nothing in a custom field say what the unsaved
    record ``answers`` says there; what the others say stays. Where all say something already,
    nothing is recorded.
    """
    fields = with_choices(Field.objects.filter(pk__in=answers.custom))
    lacking = records.lacking(fields).order_by("pk")
    if not lacking.exists():
        return None
    [said] = present_in([answers], fields)
    told = [
        told_where(~Q(custom__has_key=str(field.pk)), field.key, NOTHING, frozen(said[field.key]))
        for field in fields
    ]
    operation, _new = begin(f"{records.model.kind}.changed", by=by)
    record_rows(operation, lacking, changes=Joined(*told, output_field=JSON))
    # What stands at the right wins.
    given = Value(answers.custom, JSON)
    lacking.order_by().update(custom=Joined(given, F("custom"), output_field=JSON))
    return operation


def thawed(model, name, value):
    """What the field ``name`` holds, from what history froze of it, or from itself."""
    field = model._meta.get_field(name)
    if not isinstance(value, dict):
        return value if field.is_relation else field.to_python(value)
    found = field.related_model._default_manager.filter(pk=value["id"]).first()
    if found is None:
        raise Missing(_("“%(name)s” is no longer there.") % {"name": value["name"]})
    return found


def checked(model, values):
    """``values``, if each field can hold its own and they can be beside each other."""
    for bound in BOUND_TOGETHER:
        if "value" in bound and 0 < len(bound & values.keys()) < len(bound):
            raise LookupError(f"{sorted(bound)} are set together.")
    if "owner" in values:
        require_owner(values["owner"])
    model(**values).clean_fields({f.name for f in model._meta.fields if f.name not in values})
    return values


def refuse_unlinked(held: QuerySet, values) -> None:
    """Refuse when a record would have neither a person nor an organization."""
    links = {"person", "organization"}
    cleared = {name for name in links & values.keys() if values[name] is None}
    if not cleared:
        return
    left = held if cleared == links else held.filter(**dict.fromkeys(links - cleared, None))
    if left := list(left):
        raise Unlinked(
            _("This is the only link of: %(titles)s.") % {"titles": named(left)}, records=left
        )


def refuse_archived(held: QuerySet, field: Field, stored) -> None:
    """Refuse an option that was archived, unless all records have it already; hold what ``stored``
    points at.
    """
    archived = hold_targets(field, [stored])
    had = sorted(archived) if isinstance(stored, list) else stored
    if archived and held.exclude(custom__contains={str(field.pk): had}).exists():
        raise not_there(field)


class Distinct(Func):
    """Whether two values differ, where nothing is a value like another."""

    template = "(%(expressions)s)"
    arg_joiner = " IS DISTINCT FROM "
    output_field = models.BooleanField()


class Joined(Func):
    """JSON objects made one; arrows and minus of JSON go by ``arg_joiner``."""

    template = "(%(expressions)s)"
    arg_joiner = " || "


class OwnChange:
    """A column of the records is set to ``value``."""

    def __init__(self, field: models.Field, value):
        self.field, self.value = field, value
        kept = value.pk if isinstance(value, models.Model) else value
        wanted = Value(kept, output_field=field) if kept is not None else Value(None)
        self.differs = Distinct(F(field.attname), wanted)

    def column(self, _columns):
        return {self.field.name: self.value}

    def told(self):
        name = self.field.name
        before = F(name)
        if self.field.is_relation:
            record = JSONObject(id=F(f"{name}_id"), name=F(f"{name}__name"))
            before = Case(When(**{f"{name}__isnull": True}, then=NOTHING), default=record)
        elif isinstance(self.field, models.DecimalField):
            before = Cast(Func(before, function="TRIM_SCALE"), models.TextField())
        return told_where(self.differs, name, before, frozen(self.value))


class CustomChange:
    """A custom field of the records is set to what is ``stored`` of a value."""

    def __init__(self, held: QuerySet, field: Field, stored):
        refuse_archived(held, field, stored)
        self.held, self.field, self.stored = held, field, stored
        number = Value(str(field.pk))
        self.now = Joined(F("custom"), number, arg_joiner=" -> ", output_field=JSON)
        self.text = Joined(F("custom"), number, arg_joiner=" ->> ", output_field=models.TextField())
        wanted = Value(None) if stored is None else Value(stored, models.JSONField())
        self.differs = Distinct(self.now, wanted)

    def column(self, columns):
        custom = columns.get("custom", F("custom"))
        if self.stored is None:
            number = Value(str(self.field.pk))
            return {"custom": Joined(custom, number, arg_joiner=" - ", output_field=JSON)}
        put = Value({str(self.field.pk): self.stored}, models.JSONField())
        return {"custom": Joined(custom, put, output_field=JSON)}

    def told(self):
        kept = self.held.order_by().values_list(self.text, self.now).distinct()
        words = self.in_history({text: value for text, value in kept if text is not None})
        before = Joined(
            Value(words, models.JSONField()), self.text, arg_joiner=" -> ", output_field=JSON
        )
        after = self.in_history({"": self.stored})[""]
        return told_where(self.differs, self.field.key, before, after)

    def in_history(self, kept):
        """What history says of each of some kept values."""
        number = str(self.field.pk)
        records = [
            self.held.model(custom={} if value is None else {number: value})
            for value in kept.values()
        ]
        said = present_in(records, [self.field])
        return {text: frozen(each[self.field.key]) for text, each in zip(kept, said, strict=True)}


def told_where(differs, name, before, after):
    """What the event of a record tells of one field, where it changes at all."""
    pair = JSONArray(before, Value(after, models.JSONField()))
    told = JSONObject(**{name: pair})
    return Case(When(differs, then=told), default=Value({}, models.JSONField()))
