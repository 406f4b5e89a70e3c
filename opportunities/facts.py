"""What leads or deals say, fact by fact: in columns, and in the fields that a company added."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from core.frozen import frozen
from custom_fields.models import Field
from custom_fields.queries import fields_of
from custom_fields.values import EMPTY, present_in
from opportunities.models import Opportunity
from opportunities.services import BOUND_TOGETHER


@dataclass(frozen=True)
class Fact:
    """One thing that records of ``model`` say, in a column or in several that belong together."""

    model: type[Opportunity]
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def label(self) -> str:
        return self.label_of(self.name)

    def label_of(self, name: str) -> str:
        return self.model._meta.get_field(name).verbose_name

    def of(self, record: Opportunity) -> dict[str, Any]:
        """What ``record`` says, by column."""
        return {name: getattr(record, name) for name in self.names}

    def is_said_by(self, record: Opportunity) -> bool:
        return any(value not in EMPTY for value in self.of(record).values())

    def together(self, values: list) -> str | None:
        """All of ``values`` in one, where that can be; what only one can have is chosen."""
        return None


@dataclass(frozen=True)
class CustomFact(Fact):
    """What records say in a custom field; ``said`` holds it by the number of the record."""

    field: Field
    said: dict[int, Any]

    def label_of(self, name):
        return self.field.name

    def of(self, record):
        return {self.name: self.said[record.pk]}

    def together(self, values):
        """Long texts, one under the other, unless that is too long."""
        if self.field.kind != "long_text":
            return None
        text = "\n\n".join(values)
        return text if len(text) <= self.field.behaviour.most else None


@cache
def own_facts(model: type[Opportunity]) -> tuple[Fact, ...]:
    """All that people write about a record of ``model`` and that has one value, in the order of the
    model.
    """
    editable = [
        *(
            field.name
            for field in Opportunity._meta.get_fields()
            if field.concrete and field.editable and not field.many_to_many
        ),
        *model.ALSO_SAID,
    ]
    # A person and an organization are bound by a rule that any choice among records keeps.
    blocks = [block for block in BOUND_TOGETHER if "person" not in block]
    found = {}
    for name in editable:
        block = next((block for block in blocks if name in block), {name})
        found[tuple(each for each in editable if each in block)] = None
    return tuple(Fact(model, names) for names in found)


def facts_about(records: list[Opportunity]) -> list[Fact]:
    """The facts of their kind, and what ``records`` say in each custom field there is: one
    statement, and one for each kind of record at which values point.
    """
    model = type(records[0])
    fields = fields_of(model.custom_of)
    said = present_in(records, fields)
    custom = [
        CustomFact(
            model=model,
            names=(field.key,),
            field=field,
            said={each.pk: values[field.key] for each, values in zip(records, said, strict=True)},
        )
        for field in fields
    ]
    return [*own_facts(model), *custom]


def with_contacts(rows: QuerySet) -> list:
    """The records with those they name, read afterwards and not joined: a row that was waited for
    would be joined with what stood there before.
    """
    records = list(rows)
    columns = [name for fact in own_facts(rows.model) for name in fact.names]
    keys = [name for name in columns if rows.model._meta.get_field(name).is_relation]
    prefetch_related_objects(records, *keys)
    return records


def proposed(fact: Fact, records: list, into: Opportunity) -> Opportunity:
    """The record whose ``fact`` the merged one has unless somebody chooses: ``into`` if it says
    anything, else the oldest one that does.
    """
    return next((each for each in [into, *records] if fact.is_said_by(each)), into)


def fullest(records: list, facts: list[Fact]) -> Opportunity:
    """The record that says most; of several, the oldest."""
    return max(records, key=lambda each: (sum(f.is_said_by(each) for f in facts), -each.pk))


def as_seen(records: list, facts: list[Fact]) -> dict[str, dict]:
    """What ``records`` say now, as JSON keeps it: for ``seen``, to tell later what changed."""
    return {
        str(each.pk): {
            name: frozen(value) for fact in facts for name, value in fact.of(each).items()
        }
        for each in records
    }
