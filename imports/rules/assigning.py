"""To whom activities may be given: to people who see what these are about."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_write
from contacts.models import Organization, Person
from deals.models import Deal
from leads.models import Lead

# What activities are about: of what a row names, the first of these.
SUBJECTS = {"deal": Deal, "lead": Lead, "person": Person, "organization": Organization}


class Given(NamedTuple):
    """That somebody is given an activity about a record."""

    assignee: int
    kind: str
    record: int


def given(assignee: int | None, records: Mapping[str, int], *, by: User) -> Given | None:
    """What is to be asked of an activity about the ``records`` of a row, by their kinds: ``None``
    for one that is new. Whoever imports, ``by``, sees what there is, and a new one is for everyone.
    """
    kind = next((kind for kind in SUBJECTS if kind in records), None)
    if assignee in (None, by.pk) or kind is None or records[kind] is None:
        return None
    return Given(assignee, kind, records[kind])


def refused(wanted: Iterable[Given]) -> dict[Given, str]:
    """Those of ``wanted`` that cannot be, and why not. A statement for the people, and one for each
    of them and each kind of record.
    """
    records: dict[tuple[int, str], set[int]] = {}
    for one in wanted:
        records.setdefault((one.assignee, one.kind), set()).add(one.record)
    people = User.objects.in_bulk({assignee for assignee, _kind in records}) if records else {}
    out = {}
    for (assignee, kind), asked in records.items():
        user = people[assignee]
        seen = SUBJECTS[kind].objects.visible_to(user).filter(pk__among=asked)
        there = set(seen.values_list("pk", flat=True)) if may_write(user) else set()
        reason = _("%(name)s cannot see this record. Choose somebody else, or share it first.")
        for record in asked - there:
            out[Given(assignee, kind, record)] = reason % {"name": user}
    return out
