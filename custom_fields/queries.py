"""Fields with their options, the names that values point at, and what a record's page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    Func,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, JSONObject

from accounts.models import User
from core.lookups import number_in
from custom_fields.kinds import CALCULATED, KINDS, PointingKind
from custom_fields.models import PREFIX, CustomValues, Field, Option


def fields_of(of: Field.Of) -> list[Field]:
    """The live fields of leads and deals, of people or of organizations, with their options; those
    that are calculated are not filled in, and not among them.

    Those of one group stand together; one statement in all.
    """
    return grouped(with_choices(Field.objects.filter(of=of).filled_in()))


def every_field_of(of: Field.Of) -> list[Field]:
    """The same with the calculated ones, as who configures sees them."""
    every = with_choices(Field.objects.filter(of=of))
    with_inputs([field for field in every if field.is_calculated], every)
    return grouped(every)


def fields_by_of() -> dict[str, list[Field]]:
    """The live fields of everything, in the same order, by what has them; one statement in all.

    Under ``CALCULATED`` stand those of deals that are calculated, with what their formulas name.
    """
    found = {of: [] for of in (*Field.Of, CALCULATED.name)}
    every = with_choices(Field.objects.all())
    for field in every:
        found[CALCULATED.name if field.is_calculated else field.of].append(field)
    with_inputs(found[CALCULATED.name], every)
    return {of: grouped(fields) for of, fields in found.items()}


def calculated_fields() -> list[Field]:
    """The live calculated fields, with what their formulas name; one statement in all."""
    every = list(Field.objects.filter(of=Field.Of.OPPORTUNITY).in_order())
    found = [field for field in every if field.is_calculated]
    with_inputs(found, every)
    return grouped(found)


def with_inputs(calculated: Iterable[Field], every: Iterable[Field]) -> None:
    """Let the ``calculated`` fields find what they name among all live fields."""
    inputs = {field.key: field for field in every if field.of == Field.Of.OPPORTUNITY}
    for field in calculated:
        field.inputs = inputs


def fields_named(keys: Iterable[str], of: Field.Of) -> dict[str, Field]:
    """The live fields that are called so, by their names; one statement. No calculated ones."""
    numbers = {number_in(key.removeprefix(PREFIX)) for key in keys} - {None}
    found = with_choices(Field.objects.filter(of=of, pk__in=numbers).filled_in())
    return {field.key: field for field in found}


def with_choices(fields: QuerySet[Field]) -> list[Field]:
    options = Option.objects.filter(field=OuterRef("pk")).in_order()
    kept = JSONObject(id="id", name="name", position="position", archived_at="archived_at")
    found = list(fields.in_order().annotate(kept_options=ArraySubquery(options.values(data=kept))))
    for field in found:
        field.choices = [Option(field_id=field.pk, **each) for each in field.kept_options]
    return found


def grouped(fields: list[Field]) -> list[Field]:
    """``fields`` with those of one group together: first those of none, then group by group."""
    places = {"": -1}
    for field in fields:
        places.setdefault(field.group, len(places))
    return sorted(fields, key=lambda field: places[field.group])


# --- What values point at ----------------------------------------------------------------------


def names_of(records: Iterable[CustomValues], fields: list[Field]) -> dict[tuple[str, int], str]:
    """The names of the users, people and organizations at which the values of ``records`` point.

    By kind and id; one statement, where any do. Whoever sees a record sees these names.
    """
    return names_among([(records, fields)])


def names_among(
    holders: Iterable[tuple[Iterable[CustomValues], list[Field]]],
) -> dict[tuple[str, int], str]:
    """The same of several sorts of records, each with its fields."""
    numbers = {}
    for records, fields in holders:
        pointing = [field for field in fields if isinstance(field.behaviour, PointingKind)]
        for record in records:
            for field in pointing:
                if (number := record.custom.get(str(field.pk))) is not None:
                    numbers.setdefault(field.kind, set()).add(number)
    if not numbers:
        return {}
    first, *others = (
        KINDS[kind]
        .model._base_manager.filter(pk__in=wanted)
        .order_by()
        .values_list(Value(kind, TextField()), "pk", "name")
        for kind, wanted in numbers.items()
    )
    named = first.union(*others, all=True) if others else first
    return {(kind, number): name for kind, number, name in named}


def models_with(of: Field.Of | None = None) -> list[type[CustomValues]]:
    """The models whose records have fields ``of`` this sort."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, CustomValues) and of in (None, model.custom_of)
    ]


def pointing_at(kind: str, number: int) -> list[QuerySet]:
    """The records, set aside or not, with a value that points at one of ``kind``: a queryset for
    each model. Deleted fields count as long as they can be restored.
    """
    found = []
    fields = Field.everything.filter(kind=kind).values_list("of", "pk")
    for model in models_with():
        any_of_them = Q(pk__in=[])
        for of, field in fields:
            if of == model.custom_of:
                any_of_them |= Q(custom__contains={str(field): number})
        if any_of_them.children[1:]:
            found.append(model.everything.filter(any_of_them))
    return found


def told_fields() -> ArraySubquery:
    """For an event: the custom fields, deleted or not, of which its changes speak."""
    key = Concat(Value(PREFIX), Cast("pk", TextField()))
    change = Func(
        OuterRef("changes"),
        key,
        template="(%(expressions)s)",
        arg_joiner=" -> ",
        output_field=JSONField(),
    )
    told = Field.everything.alias(change=change).filter(change__isnull=False).order_by("pk")
    return ArraySubquery(told.values(data=JSONObject(key=key, name="name", kind="kind")))


# --- What a page shows -------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """A field and what a record says in it; ``page`` leads to what it points at, if one may."""

    field: Field
    value: Any
    page: str = ""


def with_facts(records: QuerySet, user: User) -> QuerySet:
    """Let each of ``records`` bring along what ``facts_of`` needs: no further statement."""
    options = Option.objects.filter(field=OuterRef("pk")).in_order()
    number = Func(
        OuterRef("custom"),
        Cast(F("pk"), TextField()),
        template="(%(expressions)s)",
        arg_joiner=" ->> ",
        output_field=TextField(),
    )
    pointed = [
        When(kind=kind.name, then=Subquery(seen(kind, user)))
        for kind in KINDS.values()
        if isinstance(kind, PointingKind)
    ]
    fields = Field.objects.filter(of=records.model.custom_of).filled_in().in_order()
    fields = fields.alias(number=number)
    facts = JSONObject(
        id="pk",
        kind="kind",
        name="name",
        group="group",
        help_text="help_text",
        choices=ArraySubquery(options.values(data=JSONObject(id="id", name="name"))),
        pointed=Case(*pointed, default=Value(None, JSONField()), output_field=JSONField()),
    )
    return records.annotate(kept_facts=ArraySubquery(fields.values(data=facts)))


def seen(kind, user):
    """Name of the record a value points at, and whether ``user`` may open its page."""
    own_page = kind.pages_of(user).filter(pk=OuterRef("pk"))
    named = kind.model._base_manager.filter(pk=Cast(OuterRef("number"), BigIntegerField()))
    return named.values(data=JSONObject(name="name", has_page=Exists(own_page)))


def facts_of(record) -> list[tuple[str, list[Fact]]]:
    """What ``record``, asked for ``with_facts``, says in its fields, heading by heading; those that
    are ``calculated`` of it behind the others.
    """
    groups, fields, pointed = {}, [], {}
    calculated = getattr(record, "calculated", {})
    for kept in record.kept_facts:
        choices, target = kept.pop("choices"), kept.pop("pointed")
        field = Field(of=record.custom_of, **kept)
        field.choices = [Option(field_id=field.pk, **each) for each in choices]
        fields.append(field)
        pointed[field.pk] = target or {}
    for field in grouped([*fields, *calculated]):
        if field in calculated:
            groups.setdefault(field.group, []).append(Fact(field, calculated[field]))
            continue
        stored, target, page = record.custom.get(str(field.pk)), pointed[field.pk], ""
        value = None
        if stored is not None:
            names = {(field.kind, stored): target["name"]} if target else {}
            value = field.behaviour.value(stored, field, names)
            page = value.get_absolute_url() if target.get("has_page") else ""
        groups.setdefault(field.group, []).append(Fact(field, value, page))
    return list(groups.items())
