"""By what contacts are recognised, until the one function for it stands in contacts."""

import re
from dataclasses import dataclass

from contacts.models import Organization, Person
from core.words import plain
from imports.writing.statements import run, table


@dataclass(frozen=True)
class WantedOrganization:
    number: int
    name: str
    website: str

    @property
    def keys(self):
        return [("name", plain(self.name))] if self.name else []


@dataclass(frozen=True)
class WantedPerson:
    number: int
    name: str
    emails: list
    phones: list
    organization: int | None

    @property
    def by_email(self):
        return [("email", each.strip().lower()) for each in self.emails]

    @property
    def by_name(self):
        name = plain(self.name)
        found = [("works", name, self.organization)] if name and self.organization else []
        return found + [
            ("phone", name, digits) for each in self.phones if name and (digits := re.sub(r"\D", "", each))
        ]

    @property
    def keys(self):
        return self.by_email or self.by_name

    @property
    def all_keys(self):
        return self.by_email + self.by_name


def visible(model, user):
    chosen, parameters = model.objects.visible_to(user).order_by().values("pk").query.sql_with_params()
    return chosen, parameters


def same_organizations(wanted, user):
    keys = {row.number: plain(row.name) for row in wanted if row.name}
    live = Organization.objects.visible_to(user).filter(plain__among=list(set(keys.values())))
    found = {}
    for name, pk in live.order_by("-pk").values_list("plain", "pk"):
        found[name] = pk
    return {number: found[key] for number, key in keys.items() if key in found}


def same_people(wanted, user):
    asked = [(row.number, key[1]) for row in wanted for key in row.by_email]
    live = Person.objects.visible_to(user)
    found = {}
    pairs = live.filter(email_addresses__normalized__among=list({a for _n, a in asked}))
    for address, pk in pairs.order_by("-pk").values_list("email_addresses__normalized", "pk"):
        found[address] = pk
    answer = {}
    for number, address in asked:
        if address in found:
            answer.setdefault(number, found[address])
    named = [row for row in wanted if not row.emails and row.by_name]
    if named:
        keys = {}
        names = list({plain(row.name) for row in named})
        people = live.filter(plain__among=names).order_by("-pk")
        for pk, name, org, digits in people.values_list("pk", "plain", "organization", "phone_numbers__digits"):
            keys[("works", name, org)] = pk
            keys[("phone", name, digits)] = pk
        for row in named:
            for key in row.by_name:
                if key in keys:
                    answer.setdefault(row.number, keys[key])
    return answer
