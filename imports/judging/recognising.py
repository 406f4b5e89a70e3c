"""Which records the rows of a file mean, as a run would find them: those that are there, those that
an earlier row brings along, or new ones.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import F
from django.utils.translation import gettext as _

from contacts.matching import WantedOrganization, WantedPerson, same_organizations, same_people
from imports.choices import BY_THEMSELVES, STAYING, Archived, Known, has_number
from imports.judging.preparing import chosen_of
from imports.judging.repeating import Earlier
from imports.models import ExternalId, Import, Row
from imports.rules.said_before import digest, notes_there, still_there
from imports.writing.meeting import (
    MODELS,
    Said,
    but_of_other_numbers,
    recognised_by,
    same_products,
    set_aside,
)

AGAIN = "again"  # beside the records of a row: the first row that speaks of the same new one


@dataclass
class Meant:
    """What one row means, by kind of record: the number of one that is there, or the word by which
    a new one is known in this file, and the row before it that brings that along.
    """

    known: dict[str, int] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    again: dict[str, int] = field(default_factory=dict)

    @property
    def begun(self) -> set[str]:
        """The kinds of which this row brings a new record along."""
        return self.new.keys() - self.again.keys()

    def kept(self) -> dict:
        """As a row remembers it."""
        return {**self.known, **self.new, **({AGAIN: self.again} if self.again else {})}


@dataclass(frozen=True)
class LeftOut:
    """Why a row makes nothing, because of what is there already."""

    verdict: str
    reason: str


@dataclass
class Found:
    """The records of one kind that are there."""

    by_number: dict[str, int] = field(default_factory=dict)
    by_row: dict[int, int] = field(default_factory=dict)
    archived: set[int] = field(default_factory=set)
    unusable: dict[str, LeftOut] = field(default_factory=dict)


@dataclass
class Words:
    """By which words rows ask for records of one kind and tell of them, and which of the words are
    known for good.
    """

    of_rows: dict[int, tuple[list[str], list[str]]]
    known: set[str]


class Recognising:
    """Whom and what some rows of an import mean, ``says`` by their numbers; each thing is looked up
    once, in one statement for all of them.
    """

    def __init__(self, importing: Import, rows: Mapping[int, dict], earlier: Earlier):
        self.importing, self.earlier = importing, earlier
        self.choices = chosen_of(importing)
        self.said: dict[str, list[Said]] = {}
        self.alone: dict[str, list[int]] = {}  # what nothing is recognised in, by kind
        for kind in MODELS:
            if kind in BY_THEMSELVES or has_number(importing.columns, kind) or self.is_along(kind):
                self.said[kind] = said_in(rows, kind)
            else:
                self.alone[kind] = [number for number, says in rows.items() if kind in says]
        self.numbered = self.by_their_numbers()
        self.found: dict[str, Found] = {}
        self.words: dict[str, Words] = {}

    def recognise(self, but: Container[int]) -> tuple[dict[int, Meant], dict[int, LeftOut]]:
        """What each row means ``but`` for those that make nothing; and those that make nothing,
        because of what they mean.
        """
        meant: dict[int, Meant] = {}
        left_out: dict[int, LeftOut] = {}
        self.told = []
        for kind, said in self.said.items():
            rows = [row for row in said if row.number not in but]
            beside = {number: self.beside(kind, one) for number, one in meant.items()}
            found = self.found_of(kind, rows, beside)
            keys = {row.number: self.keys(kind, row, beside.get(row.number)) for row in rows}
            wanted = chain.from_iterable(asked for asked, _told in keys.values())
            before = self.earlier.among(kind, wanted)
            self.words[kind] = Words(keys, set(before))
            for row in rows:
                asked, told = keys[row.number]
                one = meant.setdefault(row.number, Meant())
                out = self.place(kind, row, found, before, asked, told, one)
                if out:
                    left_out.setdefault(row.number, out)
        for kind, numbers in self.alone.items():
            for number in numbers:
                if number not in but:
                    meant.setdefault(number, Meant()).new[kind] = alone(number)
        return meant, left_out

    def place(self, kind, row, found, before, asked, told, one) -> LeftOut | None:
        """Find out what ``row`` means and note it in ``one``; or say why it makes nothing."""
        if row.external_id in found.unusable:
            return found.unusable[row.external_id]
        choice = self.choices.get(kind, Known.LINK)
        known, again = found.by_number.get(row.external_id), None
        if known is None and choice != Known.CREATE:
            known = found.by_row.get(row.number)
        if known is None:
            again = next((before[key] for key in asked if key in before), None)
        if known is None and again is not None:
            name, number = again
            if isinstance(name, int):
                known = name
            else:
                one.new[kind], one.again[kind] = name, number
        if choice == Known.SKIP and (known is not None or again is not None):
            return already(row, again)
        if known is not None:
            one.known[kind] = known
            if choice == Known.UPDATE and known in found.archived and self.skips_archived:
                return LeftOut(Row.Verdict.SKIPPED, _("It is archived."))
        elif again is None:
            is_recognised = told and (asked or choice != Known.CREATE)
            one.new[kind] = told[0] if is_recognised else alone(row.number)
            self.told += [(kind, key, one.new[kind], row.number) for key in told]
        for key in told:
            before.setdefault(key, (one.known.get(kind, one.new.get(kind)), row.number))
        return None

    def inherited(self, number: int, one: Meant) -> set[str]:
        """The kinds of which row ``number`` brings the new record along in place of the rows before
        it, as none of those ``stays`` that speak of the same one.
        """
        return {
            kind
            for kind in one.again
            if self.words[kind].known.isdisjoint(self.words[kind].of_rows[number][0])
        }

    def stays(self, number: int) -> None:
        """Row ``number`` makes something, so that later ones may speak of what it speaks of."""
        for words in self.words.values():
            words.known.update(words.of_rows.get(number, ((), ()))[1])

    @property
    def skips_archived(self):
        return self.choices["archived"] == Archived.SKIP

    def is_along(self, kind):
        """Whether rows say notes along with the records that they make."""
        return kind == "note" != self.importing.kind

    def beside(self, kind, one: Meant) -> int | str | None:
        """What a row means beside which one of ``kind`` is recognised: of a note its record, unless
        that is new and no other row can speak of it; else the organization.
        """
        if not self.is_along(kind):
            return organization_of(one)
        of = self.importing.kind
        record = one.known.get(of, one.new.get(of))
        return None if isinstance(record, str) and record.startswith("#") else record

    def keys(self, kind, row, beside) -> tuple[list[str], list[str]]:
        """The words by which ``row`` may mean a record of an earlier row, and by which a later one
        may mean its own.
        """
        asked, told = recognised_by(kind, row, beside)
        if self.choices.get(kind) == Known.CREATE:
            asked = []
        if row.external_id:
            number = ("number", row.external_id)
            asked, told = [number, *asked], [number, *told]
        return [worded(key) for key in asked], [worded(key) for key in told]

    def found_of(self, kind, rows, beside) -> Found:
        """The records of ``kind`` that are there; looked up the first time it is asked for."""
        if kind not in self.found:
            known = {number: one for number, one in beside.items() if isinstance(one, int)}
            by_row = self.by_what_they_say(kind, rows, known)
            self.found[kind] = self.usable(kind, self.numbered.get(kind, {}), by_row)
        return self.found[kind]

    def by_their_numbers(self) -> dict[str, dict[str, int]]:
        """The records that are known by the numbers they have in another system."""
        wanted = {
            kind: numbers
            for kind, said in self.said.items()
            if (numbers := {row.external_id for row in said if row.external_id})
        }
        if not wanted:
            return {}
        found = ExternalId.objects.filter(
            system=self.importing.system,
            kind__in=wanted,
            external_id__in=set().union(*wanted.values()),
        )
        numbered = {}
        for kind, number, record in found.values_list("kind", "external_id", "record_id"):
            numbered.setdefault(kind, {})[number] = record
        return numbered

    def by_what_they_say(self, kind, rows, beside) -> dict[int, int]:
        """The contacts and products that are recognised by what the rows say of them."""
        if not rows or self.choices.get(kind) == Known.CREATE:
            return {}
        alike = self.alike(kind, rows, beside)
        return but_of_other_numbers(kind, rows, alike, self.importing.system)

    def alike(self, kind, rows, beside):
        by = self.importing.by
        if kind == "organization":
            wanted = [WantedOrganization(row.number, row.name, row.more) for row in rows]
            return same_organizations(wanted, by)
        if kind == "person":
            wanted = [
                WantedPerson(row.number, row.name, row.emails, row.phones, beside.get(row.number))
                for row in rows
            ]
            return same_people(wanted, by)
        if self.is_along(kind):
            there = (row for row in rows if row.number in beside)
            return notes_there(
                self.importing.kind, {row.number: (beside[row.number], row.more) for row in there}
            )
        return same_products(rows, by) if kind == "product" else {}

    def usable(self, kind, by_number, by_row) -> Found:
        """Those of the records found that whoever imports may write to; of the others known by
        their numbers, why not. What was deleted may come anew.
        """
        model, by = MODELS[kind], self.importing.by
        if not (by_number or by_row):
            return Found()
        if kind in STAYING:
            there = still_there(model, by_number.values())
            return Found({number: pk for number, pk in by_number.items() if pk in there}, by_row)
        wanted = {*by_number.values(), *by_row.values()}
        archived = F("archived_at") if hasattr(model, "archived_at") else F("deleted_at")
        there = dict(
            model.objects.visible_to(by).filter(pk__among=wanted).values_list("pk", archived)
        )
        found = Found(
            by_number={number: pk for number, pk in by_number.items() if pk in there},
            by_row={number: pk for number, pk in by_row.items() if pk in there},
            archived={pk for pk, at in there.items() if at},
        )
        gone = {number: pk for number, pk in by_number.items() if pk not in there}
        if gone:
            found.unusable = unusable(model, gone, by)
        return found


def said_in(rows: Mapping[int, dict], kind: str) -> list[Said]:
    return [said_of(number, says[kind]) for number, says in rows.items() if kind in says]


def said_of(number: int, own: dict) -> Said:
    """By what the record of which a row says ``own`` may be recognised."""
    return Said(
        number,
        own.get("external_id") or "",
        own.get("name") or own.get("title") or "",
        own.get("website") or own.get("code") or (digest(own["text"]) if own.get("text") else ""),
        [each["address"] for each in own.get("emails") or ()],
        [each["number"] for each in own.get("phones") or ()],
    )


def alone(number: int) -> str:
    """The word for a new record that no other row can speak of."""
    return f"#{number}"


def is_alone(word: str | int) -> bool:
    """Whether no other row can speak of this record."""
    return isinstance(word, str) and word.startswith("#")


def organization_of(one: Meant):
    return one.known.get("organization", one.new.get("organization"))


def worded(key: tuple) -> str:
    return ":".join(str(part) for part in key)


def already(row: Said, again) -> LeftOut:
    """A row that is left out because what it speaks of is there already."""
    if again is None:
        return LeftOut(Row.Verdict.SKIPPED, _("It is there already."))
    _name, number = again
    return LeftOut(Row.Verdict.SKIPPED, _("Row %(number)s says it already.") % {"number": number})


def unusable(model, gone: dict[str, int], user) -> dict[str, LeftOut]:
    """Why records that have these numbers are not there for ``user``."""
    replaced, taken = set_aside(model, gone.values(), user)
    told = {}
    for number, pk in gone.items():
        if pk in replaced:
            told[number] = LeftOut(Row.Verdict.SKIPPED, _("It was converted or merged since."))
        elif pk in taken:
            told[number] = LeftOut(Row.Verdict.REFUSED, _("This number is taken."))
    return told
