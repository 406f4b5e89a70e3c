"""Whom and what the rows of a chunk mean: records that are known, those of an earlier row of the
chunk, or new ones.

External numbers come first, then what contacts and products are recognised by. It is found out in
Python, by two or three statements for each kind of record, because a row may mean what a row
before it brings along.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from activities.models import Activity, Note
from contacts.matching import WantedOrganization, WantedPerson, same_organizations, same_people
from contacts.models import Organization, Person
from core.statements import run, table
from core.words import plain
from deals.models import Deal, LineItem
from imports.choices import BY_THEMSELVES, STAYING, Archived, Known
from imports.models import ExternalId, Row, Trace
from imports.rules.said_before import notes_there, still_there
from imports.rules.selling import Offer, Sales, Selling
from imports.writing.chunk import Chunk
from imports.writing.naming import outdated
from imports.writing.ruling import forbidden
from leads.models import Lead
from products.models import Product

# In this order: a person is recognised by an organization, a lead goes to both of them.
MODELS = {
    "organization": Organization,
    "person": Person,
    "product": Product,
    "lead": Lead,
    "deal": Deal,
    "line": LineItem,
    "activity": Activity,
    "note": Note,
}
# Pages lock what is sold, then people, then organizations, and so does an import: leads and deals
# are known by their numbers alone, so they are held before contacts are looked for.
SOLD, CONTACTS = ("lead", "deal"), ("person", "organization")
ON_THEIR_OWN = ("line", "activity", "note")  # no others are recognised in them
CREATED, UPDATED, LINKED = Trace.What.values


@dataclass(slots=True)
class Said:
    """Of one record in one row: by what it may be recognised."""

    number: int
    external_id: str
    name: str
    more: str  # of an organization its website, of a product its code, of a note its digest
    emails: list[str]
    phones: list[str]
    # What it was last looked for as: made once for the database and for the rows of one file.
    wanted: WantedOrganization | WantedPerson | None = None

    def as_organization(self) -> WantedOrganization:
        if self.wanted is None:
            self.wanted = WantedOrganization(self.number, self.name, self.more)
        return self.wanted

    def as_person(self, organization: int | None) -> WantedPerson:
        if self.wanted is None or self.wanted.organization != organization:
            self.wanted = WantedPerson(
                self.number, self.name, self.emails, self.phones, organization
            )
        return self.wanted


class Meant(NamedTuple):
    """That a row means the record ``id``, and what becomes of it by that."""

    kind: str
    number: int
    id: int
    what: str


class LeftOut(Exception):
    """A row is left out after all; ``reason`` says why."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = str(reason)


def meet(chunk: Chunk) -> dict[str, set[str]]:
    """Note in ``meant`` which records the rows of ``chunk`` mean, and answer with their kinds, each
    with what becomes of them. What cannot be written any more, because somebody changed what was
    checked, is taken out of ``coming``; its row tells why.
    """
    leave_out(chunk, outdated(chunk))
    said = {kind: rows for kind in MODELS if (rows := spoken_of(kind))}
    selling = Selling(chunk.of), offered() if "line" in said else {}
    left_out = {}
    while True:
        meeting = Meeting(chunk, said, *selling)
        meeting.meet()
        if not meeting.holds_contacts():
            continue
        out = meeting.left_out or forbidden(chunk, meeting.meant)
        if not out:
            break
        # Without these rows, another one may be the first that speaks of a new record.
        left_out |= out
        for kind, rows in said.items():
            said[kind] = [row for row in rows if row.number not in left_out]
    leave_out(chunk, left_out)
    keep(meeting.meant)
    chunk.sales = meeting.sales
    return {kind: {one.what for one in found} for kind, found in meeting.meant.items()}


def spoken_of(kind: str) -> list[Said]:
    """What the rows say of records of ``kind`` by which these may be recognised."""
    if kind == "person":
        columns = "said->>'name', NULL, said->>'emails', said->>'phones'"
    elif kind == "organization":
        columns = "said->>'name', said->>'website', NULL, NULL"
    elif kind == "product":
        columns = "said->>'name', said->>'code', NULL, NULL"
    elif kind == "note":
        columns = "NULL, md5(said->>'text'), NULL, NULL"
    else:
        columns = "said->>'title', NULL, NULL, NULL"
    found = run(
        f"""
        SELECT number, said->>'external_id', {columns}
        FROM (SELECT number, said->%(kind)s AS said FROM coming WHERE said ? %(kind)s) AS row
        ORDER BY number
        """,  # noqa: S608
        {"kind": kind},
    )
    return [
        Said(
            number,
            external_id or "",
            name or "",
            more or "",
            parts(emails, "address") if emails else [],
            parts(phones, "number") if phones else [],
        )
        for number, external_id, name, more, emails, phones in found
    ]


def offered() -> dict[int, tuple[dict, dict]]:
    """What the rows sell, and what they say of the value of the deal beside it."""
    found = run(
        "SELECT number, said->'line', COALESCE(said->'deal', '{{}}') FROM coming"
        " WHERE said ? 'line' ORDER BY number"
    )
    return {number: (json.loads(line), json.loads(deal)) for number, line, deal in found}


def parts(listed: str, key: str) -> list[str]:
    return [each[key] for each in json.loads(listed) or ()]


class Meeting:
    """One go through what the rows of a chunk say."""

    def __init__(self, chunk: Chunk, said: dict[str, list[Said]], selling: Selling, offered: dict):
        self.chunk, self.said = chunk, said
        self.selling, self.offered, self.sales = selling, offered, Sales()
        self.meant: dict[str, list[Meant]] = {}
        self.left_out: dict[int, str] = {}
        # Which organization each row means, for people are recognised by it.
        self.organizations: dict[int, int] = {}
        # And which record that other rows may mean, too: notes are recognised at it.
        self.subjects: dict[int, Meant] = {}
        self.found: dict[str, Found] = {}

    def meet(self) -> None:
        numbered = self.numbered()
        for kind in SOLD:
            self.found[kind] = there(self.chunk, kind, numbered.get(kind, {}), {})
        for kind, rows in self.said.items():
            if kind not in SOLD:
                alike = self.recognised(kind, rows)
                self.found[kind] = there(self.chunk, kind, numbered.get(kind, {}), alike)
            found = self.found[kind]
            new = iter(new_numbers(kind, len(rows)))
            registered = {}
            self.meant[kind] = []
            for row in rows:
                if not self.may_be_there(kind, row) and self.may_begin(kind, row):
                    self.meant[kind].append(Meant(kind, row.number, next(new), CREATED))
                    continue
                try:
                    one = self.one(kind, row, found, registered, new)
                except LeftOut as why:
                    self.left_out.setdefault(row.number, why.reason)
                else:
                    self.meant[kind].append(one)
                    if kind == self.chunk.of.kind:
                        self.subjects[row.number] = one
            if kind == "organization":
                self.organizations = {one.number: one.id for one in self.meant[kind]}

    def holds_contacts(self) -> bool:
        """Hold the people and organizations that were found, and say whether they are there still:
        else they have to be looked for once more.
        """
        for kind in CONTACTS:
            if kind in self.found and (numbers := self.found[kind].numbers):
                rows = MODELS[kind].objects.visible_to(self.chunk.by).filter(pk__among=numbers)
                rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
                if set(rows.values_list("pk", flat=True)) != numbers:
                    return False
        return True

    def numbered(self) -> dict[str, dict[str, int]]:
        """The records that are known by the external numbers of the rows; one statement."""
        wanted = [
            (kind, row.external_id)
            for kind, rows in self.said.items()
            for row in rows
            if row.external_id
        ]
        if not wanted:
            return {}
        found = run(
            """
            SELECT known.kind, known.external_id, known.record_id FROM {known} AS known
            JOIN unnest(%(kinds)s::text[], %(numbers)s::text[]) AS wanted (kind, number)
                ON known.kind = wanted.kind AND known.external_id = wanted.number
            WHERE known.system = %(system)s
            """,
            {
                "kinds": [kind for kind, _number in wanted],
                "numbers": [number for _kind, number in wanted],
                "system": self.chunk.of.system,
            },
            known=table(ExternalId),
        )
        numbered = {}
        for kind, number, record in found:
            numbered.setdefault(kind, {})[number] = record
        return numbered

    def recognised(self, kind: str, rows: list[Said]) -> dict[int, int]:
        """The records that are known by what the rows say of them, by row; one statement, for
        contacts and products, and another one where rows have numbers.
        """
        if self.choice(kind) == Known.CREATE:
            return {}
        return but_of_other_numbers(kind, rows, self.alike(kind, rows), self.chunk.of.system)

    def alike(self, kind, rows):
        by = self.chunk.by
        if kind == "organization":
            return same_organizations([row.as_organization() for row in rows], by)
        if kind == "person":
            of = self.organizations
            return same_people([row.as_person(of.get(row.number)) for row in rows], by)
        if kind == "product":
            return same_products(rows, by)
        if kind == "line":
            return self.sell(rows)
        if kind == "note":
            subjects = ((row, self.subjects.get(row.number)) for row in rows)
            wanted = {
                row.number: (subject.id, row.more)
                for row, subject in subjects
                if subject and subject.what != CREATED
            }
            return notes_there(self.chunk.of.kind, wanted)
        return {}

    def sell(self, rows: list[Said]) -> dict[int, int]:
        """Find out what the rows sell; answers with the lines that stand in their deals already."""
        deals = {one.number: one.id for one in self.meant.get("deal", ())}
        self.sales = self.selling.sell(
            Offer(row.number, deals[row.number], *self.offered[row.number])
            for row in rows
            if row.number in deals
        )
        for number, why in self.sales.refused.items():
            self.left_out.setdefault(number, why.reason)
        return self.sales.there

    def may_be_there(self, kind: str, row: Said) -> bool:
        """Whether ``row`` may mean a record of ``kind`` that is there, or one of another row."""
        if kind == "line" or (kind == "note" and row.number in self.subjects):
            return True
        return kind in BY_THEMSELVES or bool(row.external_id)

    def beside(self, kind: str, row: Said) -> int | None:
        """The record beside which one of ``kind`` is recognised."""
        if kind == "note":
            subject = self.subjects.get(row.number)
            return subject and subject.id
        return self.organizations.get(row.number)

    def choice(self, kind: str) -> str:
        usual = Known.UPDATE if kind == self.chunk.of.kind else Known.LINK
        return self.chunk.choices.get(kind, usual)

    def one(self, kind, row, found, registered, new: Iterator[int]) -> Meant:
        """Which record ``row`` means; ``LeftOut`` when that keeps it from being written."""
        choice = self.choice(kind)
        known = found.by_number.get(row.external_id)
        if row.external_id in found.unusable:
            raise LeftOut(found.unusable[row.external_id])
        asked, told = recognised_by(kind, row, self.beside(kind, row))
        if row.external_id:
            number = ("number", row.external_id)
            known = known or registered.get(number)
            told = [number, *told]
        if known is None and choice != Known.CREATE:
            known = found.by_row.get(row.number)
            known = known or next((registered[key] for key in asked if key in registered), None)
        if known is None:
            if not self.may_begin(kind, row):
                raise LeftOut(_("What this row belongs to is not there any more."))
            one = Meant(kind, row.number, next(new), CREATED)
        elif choice == Known.SKIP:
            raise LeftOut(_("It is there already."))
        elif choice == Known.UPDATE:
            if known in found.archived and self.skips_archived:
                raise LeftOut(_("It is archived."))
            one = Meant(kind, row.number, known, UPDATED)
        else:
            one = Meant(kind, row.number, known, LINKED)
        for key in told:
            registered.setdefault(key, one.id)
        return one

    def may_begin(self, kind, row):
        """Whether ``row`` says enough of a record for a new one."""
        return kind in ON_THEIR_OWN or bool(row.name)

    @property
    def skips_archived(self):
        return self.chunk.choices.get("archived") == Archived.SKIP


def recognised_by(kind: str, row: Said, beside: int | None) -> tuple[list, list]:
    """The keys by which ``row`` may mean a record of an earlier one, and those by which a later row
    may mean its own: the same by which records are recognised in the database. A row with a number
    means no record of another number, however alike they are.
    """
    asked, told = [], []
    if kind == "organization":
        asked = told = row.as_organization().keys
    elif kind == "person":
        wanted = row.as_person(beside)
        asked, told = wanted.keys, wanted.all_keys
    elif kind == "product":
        by_name = ("name", plain(row.name))
        asked = [("code", row.more.lower())] if row.more else [by_name]
        told = [*asked, by_name]
    elif kind == "note" and beside is not None:
        asked = told = [("text", beside, row.more)]
    return [] if row.external_id else asked, told


def but_of_other_numbers(
    kind: str, rows: list[Said], alike: dict[int, int], system: str
) -> dict[int, int]:
    """The records that are ``alike``, by row, but for those that ``system`` knows by another number
    than their row says: there, they are two.
    """
    numbered = {row.number for row in rows if row.external_id}
    records = {alike[number] for number in numbered & alike.keys()}
    if not records:
        return alike
    known = ExternalId.objects.filter(system=system, kind=kind, record_id__among=records)
    others = set(known.values_list("record_id", flat=True))
    return {
        number: record
        for number, record in alike.items()
        if not (number in numbered and record in others)
    }


@dataclass
class Found:
    """Known records that are there."""

    by_number: dict[str, int]
    by_row: dict[int, int]
    archived: set[int]
    unusable: dict[str, str]

    @property
    def numbers(self) -> set[int]:
        return {*self.by_number.values(), *self.by_row.values()}


def there(chunk: Chunk, kind: str, by_number: dict[str, int], by_row: dict[int, int]) -> Found:
    """The records of ``kind`` that were found, held, but for contacts, whose turn comes later:
    nobody deletes one, or changes it, before the chunk is written. Those that went, or that whoever
    imports may not see, are none.
    """
    model = MODELS[kind]
    wanted = {*by_number.values(), *by_row.values()}
    found = Found({}, {}, set(), {})
    if not wanted:
        return found
    if kind == "line":
        live = dict.fromkeys(wanted)  # their deals are held
    elif kind in STAYING:
        live = dict.fromkeys(still_there(model, wanted))
    else:
        archived = F("archived_at") if kind in ("lead", "deal") else F("deleted_at")
        rows = model.objects.visible_to(chunk.by).filter(pk__among=wanted).order_by("pk")
        if kind not in CONTACTS:
            rows = rows.select_for_update(of=("self",), no_key=True)
        live = dict(rows.values_list("pk", archived))
    found.by_number = {number: pk for number, pk in by_number.items() if pk in live}
    found.by_row = {number: pk for number, pk in by_row.items() if pk in live}
    found.archived = {pk for pk, archived in live.items() if archived}
    gone = {pk for pk in by_number.values() if pk not in live}
    if gone and kind not in ON_THEIR_OWN:
        found.unusable = unusable(model, by_number, gone, chunk.by)
    return found


def unusable(model, by_number, gone, user) -> dict[str, str]:
    """Why records that are known by their numbers are not there for ``user``: those that were
    deleted may come anew.
    """
    replaced, taken = set_aside(model, gone, user)
    reasons = dict.fromkeys(replaced, _("It was converted or merged since."))
    reasons |= dict.fromkeys(taken, _("This number is taken."))
    return {number: reasons[pk] for number, pk in by_number.items() if pk in reasons}


def set_aside(model, gone, user) -> tuple[set[int], set[int]]:
    """Of records that are not there for ``user``: those that were converted or merged, and those of
    which nothing is told but that their numbers are taken, whatever became of them.
    """
    aside = model.everything.filter(pk__among=gone)
    there, replaced = Q(deleted_at=None), model.objects.none()
    if "is_replaced" in {field.name for field in model._meta.fields}:
        there |= Q(is_replaced=True)
        replaced = aside.visible_to(user).filter(is_replaced=True)
    seen = set(replaced.values_list("pk", flat=True))
    return seen, set(aside.filter(there).values_list("pk", flat=True)) - seen


def same_products(rows: list[Said], user) -> dict[int, int]:
    """The products that are known by their code, or by their name where a row says no code."""
    codes = {row.more.lower() for row in rows if row.more}
    names = {plain(row.name) for row in rows if not row.more}
    live = Product.objects.visible_to(user).annotate(lower=Lower("code"))
    found = live.filter(lower__in=codes) | live.filter(plain__in=names)
    by_key = {}
    for pk, code, name in found.order_by("-pk").values_list("pk", "lower", "plain"):
        by_key[("code", code)] = by_key[("name", name)] = pk
    keys = {
        row.number: ("code", row.more.lower()) if row.more else ("name", plain(row.name))
        for row in rows
    }
    return {number: by_key[key] for number, key in keys.items() if key in by_key}


def new_numbers(kind: str, size: int) -> list[int]:
    """Numbers for so many new records; those that are not taken are lost."""
    [[numbers]] = run(
        """
        SELECT array_agg(nextval(sequence))
        FROM (
            SELECT pg_get_serial_sequence(%(table)s, 'id')::regclass AS sequence OFFSET 0
        ) AS own, generate_series(1, %(size)s)
        """,
        {"table": MODELS[kind]._meta.db_table, "size": size},
    )
    return numbers or []


def leave_out(chunk: Chunk, reasons: dict[int, str]) -> None:
    """Take rows out of the chunk; each says why."""
    if not reasons:
        return
    parameters = {
        "import": chunk.of.pk,
        "numbers": list(reasons),
        "reasons": list(reasons.values()),
    }
    run("DELETE FROM coming WHERE number = ANY(%(numbers)s)", parameters)
    run(
        """
        UPDATE {row} AS row SET verdict = 'skipped', problems = row.problems || jsonb_build_array(
            jsonb_build_object('column', NULL, 'value', '', 'reason', left_out.reason)
        )
        FROM unnest(%(numbers)s::int[], %(reasons)s::text[]) AS left_out (number, reason)
        WHERE row.of_id = %(import)s AND row.number = left_out.number
        """,
        parameters,
        row=table(Row),
    )
    chunk.count("row", "skipped", len(reasons))


def keep(meant: dict[str, list[Meant]]) -> None:
    """Lay out in ``meant`` what was found."""
    lines = [
        f"{one.kind}\t{one.number}\t{one.id}\t{one.what}\n"
        for found in meant.values()
        for one in found
    ]
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY meant (kind, number, id, what) FROM STDIN") as copy,
    ):
        copy.write("".join(lines))
