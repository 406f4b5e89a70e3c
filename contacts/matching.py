"""Who is who: the people and organizations that are there already, out of many that are wanted.

The one place that knows when two are the same. A person is the same by an e-mail address; where
none is known, by name and organization, or by name and phone number: a name alone is nobody. An
organization is the same by its name, or by its own domain where only the legal form is told
differently. Nobody learns in this way of what they may not see, and what was set aside is no
more.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import CharField, F, TextField, Value
from django.db.models.functions import Cast

from accounts.models import User
from contacts.domains import called, domain_in
from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from core.words import plain

Key = tuple[str, ...]
FEWEST_DIGITS = 7  # of a phone number that tells people apart


@dataclass(frozen=True)
class WantedPerson:
    """What is known of a person; ``row`` is by what whoever asks finds the answer."""

    row: int
    name: str = ""
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    organization: int | None = None

    @cached_property
    def by_email(self) -> list[Key]:
        return [("email", email.strip().lower()) for email in self.emails]

    @cached_property
    def by_name(self) -> list[Key]:
        name = plain(self.name).strip()
        if not name:
            return []
        numbers = (re.sub(r"\D", "", phone) for phone in self.phones)
        keys = [("number", name, each) for each in numbers if len(each) >= FEWEST_DIGITS]
        if self.organization is not None:
            keys.insert(0, ("colleague", name, str(self.organization)))
        return keys

    @property
    def keys(self) -> list[Key]:
        """By which it is recognised, the surest first."""
        return self.by_email or self.by_name

    @property
    def all_keys(self) -> list[Key]:
        """By which somebody else could be recognised as this person."""
        return self.by_email + self.by_name


@dataclass(frozen=True)
class WantedOrganization:
    """What is known of an organization."""

    row: int
    name: str = ""
    website: str = ""

    @cached_property
    def keys(self) -> list[Key]:
        """By which it is recognised, the surest first."""
        name, domain = plain(self.name).strip(), domain_in(self.website)
        keys = [("name", name)] if name else []
        if name and domain:
            keys.append(("domain", domain, called(name)))
        return keys


def same_people(wanted: Iterable[WantedPerson], user: User) -> dict[int, int]:
    """The people whom ``user`` may see and who are the ``wanted`` ones, by row; one statement.

    Of several, the one with the same name, then the one who was there first.
    """
    wanted = list(wanted)
    keys = {key for each in wanted for key in each.keys}
    if not keys:
        return {}
    people = Person.objects.visible_to(user)
    emails = EmailAddress.objects.filter(
        normalized__among=parts(keys, "email", 1), person__in=people
    )
    colleagues = people.filter(plain__among=parts(keys, "colleague", 1))
    numbers = PhoneNumber.objects.filter(
        digits__among=parts(keys, "number", 2),
        person__plain__among=parts(keys, "number", 1),
        person__in=people,
    )
    found = told(emails, "email", "normalized", "person__plain", "person").union(
        told(colleagues, "colleague", Cast("organization", TextField()), "plain", "pk"),
        told(numbers, "number", "digits", "person__plain", "person"),
        all=True,
    )
    there = {}
    for kind, by, name, pk in found:
        key = (kind, by) if kind == "email" else (kind, name, by)
        if key in keys:
            there.setdefault(key, []).append((name, pk))
    return chosen(wanted, there)


def same_organizations(wanted: Iterable[WantedOrganization], user: User) -> dict[int, int]:
    """The organizations that ``user`` may see and that are the ``wanted`` ones, by row; one
    statement. Of several, the one that was there first.
    """
    wanted = list(wanted)
    keys = {key for each in wanted for key in each.keys}
    if not keys:
        return {}
    organizations = Organization.objects.visible_to(user)
    named = organizations.filter(plain__among=parts(keys, "name", 1))
    online = organizations.filter(domain__among=parts(keys, "domain", 1))
    found = told(named, "name", "plain", "plain", "pk").union(
        told(online, "domain", "domain", "plain", "pk"), all=True
    )
    there = {}
    for kind, by, name, pk in found:
        key = (kind, by, called(name)) if kind == "domain" else (kind, by)
        there.setdefault(key, []).append((name, pk))
    return chosen(wanted, there)


def parts(keys, kind, place):
    """What stands at a ``place`` of the ``keys`` of one ``kind``."""
    return sorted({key[place] for key in keys if key[0] == kind})


def told(rows, kind, by, name, pk):
    """Of each of ``rows``: by what it was found, its plain name and its number."""
    by = by if hasattr(by, "resolve_expression") else F(by)
    return rows.order_by().values_list(
        Value(kind, CharField()), Cast(by, TextField()), F(name), F(pk)
    )


def chosen(wanted, there):
    """For each of ``wanted`` the best of those that have the first of its keys that anybody has."""
    found = {}
    for each in wanted:
        key = next((key for key in each.keys if key in there), None)
        if key is not None:
            name = plain(each.name).strip()
            found[each.row] = min(there[key], key=lambda one: (one[0] != name, one[1]))[1]
    return found
