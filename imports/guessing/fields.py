"""Which field a column is for, by its header alone."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from imports.guessing.headers import (
    IDS,
    KEYS_OF,
    NAMED_BY,
    OF,
    REACH_OF,
    RECORD_OF,
    RECORD_WORDS,
    words_in,
)
from imports.targets import Target

NUMBERED = re.compile(r" \d$")
EXTERNAL = frozenset(("external id", "record id"))


class Likely(NamedTuple):
    """A field, and which sort of address or number a column holds of a person."""

    field: str
    reach: str = ""


def likely(header: str, target: Target, *, numbers: bool = False) -> Iterator[Likely]:
    """What a column with this ``header``, as ``spelled``, may be, the likeliest first.

    ``numbers`` says that an id in it is one of a system that we know: in any file, it could be of
    whatever system.
    """
    records = [record for record, _fields in target.own]
    yield from of_its_own(header, records[:1], numbers)
    yield from of_another(header, records, numbers)
    yield from of_its_own(header, records[1:], numbers=False)
    if NUMBERED.search(header):
        yield from likely(NUMBERED.sub("", header), target, numbers=numbers)
    if header == "mobile" or header == "portable" or REACH_OF.get(header) == "mobile":
        yield Likely("person.phone", "mobile")
    rest = [word for word in header.split() if word not in REACH_OF]
    if len(rest) < len(header.split()) and rest:
        reach = next(REACH_OF[word] for word in header.split() if word in REACH_OF)
        for found in likely(" ".join(rest), target):
            if found.field in ("person.email", "person.phone"):
                yield Likely(found.field, reach)


def of_its_own(header: str, records: Collection[str], numbers: bool):
    """What the header means if it speaks of one of ``records`` without naming it."""
    for record in records:
        if header in KEYS_OF[record]:
            yield Likely(f"{record}.{KEYS_OF[record][header]}")
        if header in (IDS if numbers else EXTERNAL):
            yield Likely(f"{record}.external_id")


def of_another(header: str, records: Collection[str], numbers: bool):
    """What the header means if it names a record: before the name of the field, behind it, or
    alone.
    """
    for record in records:
        for word in words_in(RECORD_WORDS.get(record, "")):
            if header == word:
                yield Likely(NAMED_BY[record])
            elif header.startswith(f"{word} "):
                rest = header[len(word) + 1 :]
                yield from of_its_own(rest, [record], numbers)
                if rest in RECORD_OF or (numbers and rest.endswith(" id")):  # a deal's organization
                    yield from of_another(rest, records, numbers)
    if found := OF.match(header):
        key, record = found[1], RECORD_OF.get(found[2])
        if record in records:
            yield from of_its_own(key, [record], numbers)
