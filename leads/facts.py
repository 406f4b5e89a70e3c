"""What leads say, fact by fact: in columns, and in the fields that a company added."""

from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from core.frozen import frozen
from custom_fields.models import Field
from custom_fields.queries import fields_of
from custom_fields.values import EMPTY, present_in
from leads.models import Lead
from opportunities.models import Opportunity
from opportunities.services import BOUND_TOGETHER


@dataclass(frozen=True)
class Fact:
    """One thing a lead says, in a column or in several that only make sense together."""

    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def label(self) -> str:
        return self.label_of(self.name)

    def label_of(self, name: str) -> str:
        return Lead._meta.get_field(name).verbose_name

    def of(self, lead: Lead) -> dict[str, Any]:
        """What ``lead`` says, by column."""
        return {name: getattr(lead, name) for name in self.names}

    def is_said_by(self, lead: Lead) -> bool:
        return any(value not in EMPTY for value in self.of(lead).values())

    def together(self, values: list) -> str | None:
        """All of ``values`` in one, where that can be; what only one lead can have is chosen."""
        return None


@dataclass(frozen=True)
class CustomFact(Fact):
    """What leads say in a custom field; ``said`` holds it by the number of the lead."""

    field: Field
    said: dict[int, Any]

    def label_of(self, name):
        return self.field.name

    def of(self, lead):
        return {self.name: self.said[lead.pk]}

    def together(self, values):
        """Long texts, one under the other, unless that is too long."""
        if self.field.kind != "long_text":
            return None
        text = "\n\n".join(values)
        return text if len(text) <= self.field.behaviour.most else None


def own_facts() -> list[Fact]:
    """All that people write about a lead and that has one value, in the order of the model."""
    editable = [
        field.name
        for field in Opportunity._meta.get_fields()
        if field.concrete and field.editable and not field.many_to_many
    ]
    # A person and an organization are bound by a rule that any choice among leads keeps.
    blocks = [block for block in BOUND_TOGETHER if "person" not in block]
    found = {}
    for name in editable:
        block = next((block for block in blocks if name in block), {name})
        found[tuple(each for each in editable if each in block)] = None
    return [Fact(names) for names in found]


FACTS = own_facts()


def facts_about(leads: list[Lead]) -> list[Fact]:
    """``FACTS``, and what ``leads`` say in each custom field there is: one statement, and one for
    each kind of record at which values point.
    """
    fields = fields_of(Lead.custom_of)
    said = present_in(leads, fields)
    custom = [
        CustomFact(
            names=(field.key,),
            field=field,
            said={lead.pk: each[field.key] for lead, each in zip(leads, said, strict=True)},
        )
        for field in fields
    ]
    return [*FACTS, *custom]


def with_contacts(rows) -> list[Lead]:
    """The leads with the records they name, read afterwards and not joined: a row that was waited
    for would be joined with what stood there before.
    """
    leads = list(rows)
    columns = [name for fact in FACTS for name in fact.names]
    keys = [name for name in columns if Lead._meta.get_field(name).is_relation]
    prefetch_related_objects(leads, *keys)
    return leads


def proposed(fact: Fact, leads: list[Lead], into: Lead) -> Lead:
    """The lead whose ``fact`` the merged one has unless somebody chooses: ``into`` if it says
    anything, else the oldest one that does.
    """
    return next((lead for lead in [into, *leads] if fact.is_said_by(lead)), into)


def fullest(leads: list[Lead], facts: list[Fact]) -> Lead:
    """The lead that says most; of several, the oldest."""
    return max(leads, key=lambda lead: (sum(f.is_said_by(lead) for f in facts), -lead.pk))


def as_seen(leads: list[Lead], facts: list[Fact]) -> dict[str, dict]:
    """What ``leads`` say now, as JSON keeps it: for ``seen``, to tell later what changed."""
    return {
        str(lead.pk): {
            name: frozen(value) for fact in facts for name, value in fact.of(lead).items()
        }
        for lead in leads
    }
