"""All SQL by which a chunk of checked rows becomes records, in as many statements for five thousand
rows as for one.

The rows of a chunk stand in the temporary table ``coming`` (number, said), and which record each of
them means in ``meant`` (kind, number, id, what). Every other statement joins these two: what is
new is inserted from what the rows say, what is known is changed, and history, traces and external
numbers tell of both.
"""

from core.statements import run
from imports.writing.catalogue import add_lines, add_products, tell_lines
from imports.writing.children import add_activities, add_notes, settle, wake_deals
from imports.writing.chunk import Chunk, gather
from imports.writing.contacts import add_organizations, add_people
from imports.writing.meeting import UPDATED, meet
from imports.writing.moving import announce_ended
from imports.writing.sales import add_deals, add_leads
from imports.writing.telling import (
    keep_numbers,
    tell_activities,
    tell_created,
    tell_ended,
    tell_notes,
    trace,
)
from imports.writing.updating import OWN, update
from imports.writing.words import add_words

__all__ = ["Chunk", "write"]

# One import after the other looks for contacts and words, and makes new ones: none twice.
LOCK_SPACE, CONTACTS = 0x494D50, 1  # "IMP"


def write(chunk: Chunk) -> None:
    """Let the ready rows of ``chunk`` become records. The caller's transaction holds the import."""
    if not gather(chunk):
        return
    take_turns()
    add_words(chunk)
    kinds = meet(chunk)
    run("ANALYZE coming; ANALYZE meant")  # else the statements below walk all of one for each other
    for kind, add in ADDERS.items():
        if kind in kinds:
            add(chunk)
    tell_created(chunk)
    before = tell_lines(chunk) if "line" in kinds else {}
    for kind in OWN:
        if UPDATED in kinds.get(kind, ()):
            for key, (number, said) in update(chunk, kind).items():
                _number, earlier = before.get(key, (number, {}))
                before[key] = number, said | earlier
    if "deal" in kinds:
        tell_ended(chunk)
        announce_ended(chunk)
    if "note" in kinds:
        tell_notes(chunk)
    if "activity" in kinds:
        tell_activities(chunk)
        settle(chunk)
    if kinds.keys() & {"note", "activity"} and "deal" in kinds:
        wake_deals(chunk)
    trace(chunk, before)
    keep_numbers(chunk)


ADDERS = {
    "organization": add_organizations,
    "person": add_people,
    "product": add_products,
    "lead": add_leads,
    "deal": add_deals,
    "line": add_lines,
    "note": add_notes,
    "activity": add_activities,
}


def take_turns() -> None:
    """Look for contacts and words and make new ones while no other import does, until this chunk is
    there.
    """
    run(
        "SELECT pg_advisory_xact_lock(%(space)s, %(contacts)s)",
        {"space": LOCK_SPACE, "contacts": CONTACTS},
    )
