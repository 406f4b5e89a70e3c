"""Rows that a run leaves out although it knows whom they mean: by now, a rule of the pages forbids
what they would do. The check told so of what was there then.
"""

import json
from collections.abc import Iterable

from core.statements import run
from imports.known import Known
from imports.models import Trace
from imports.rules import assigning
from imports.rules.codes import Codes
from imports.rules.deal_rules import DealRules
from imports.rules.known_deals import KnownDeals
from imports.writing.chunk import Chunk


def forbidden(chunk: Chunk, meant: dict[str, list]) -> dict[int, str]:
    """The reasons by the numbers of the rows, of which ``meant`` are the records."""
    out = {}
    if chunk.of.kind == "deal":
        out |= of_deals(chunk, meant.get("deal", ()))
    if chunk.of.kind == "product":
        out |= of_products(meant.get("product", ()))
    if chunk.of.kind == "activity":
        out |= of_activities(chunk, meant)
    return out


def of_activities(chunk: Chunk, meant: dict[str, list]) -> dict[int, str]:
    """Activities for people who do not see what these are about, or no longer do."""
    records: dict[int, dict[str, int | None]] = {}
    for kind, found in meant.items():
        new = {one.id for one in found if one.what == Trace.What.CREATED}
        for one in found:
            records.setdefault(one.number, {})[kind] = None if one.id in new else one.id
    given = {
        number: each
        for number, own in said("activity").items()
        if (each := assigning.given(own.get("assignee"), records.get(number, {}), by=chunk.by))
    }
    unseen = assigning.refused(given.values())
    return {number: unseen[each] for number, each in given.items() if each in unseen}


def of_products(products: Iterable) -> dict[int, str]:
    """Products whose code another one has by now."""
    own = {number: each.get("code") or "" for number, each in said("product").items()}
    codes = Codes(own.values(), {})
    told = {one.number: codes.refused(one.id, own[one.number]) for one in products}
    return {number: reason for number, reason in told.items() if reason}


def of_deals(chunk: Chunk, deals: Iterable) -> dict[int, str]:
    """Deals that would lack what their stage or their end requires, or are closed by now."""
    changed = {one.id for one in deals if one.what == Trace.What.UPDATED}
    if not changed:
        return {}
    standing = KnownDeals(DealRules(Known(chunk.by), ""), changed)
    says = said("deal")
    out = {}
    for one in deals:
        own = says[one.number]
        if one.what == Trace.What.CREATED:
            standing.begin(one.id, own)
        elif problems := standing.change(one.id, own, lambda *names: None):
            out[one.number] = problems[0]["reason"]
    return out


def said(kind: str) -> dict[int, dict]:
    """What the rows say of their records of ``kind``."""
    rows = run(
        "SELECT number, said->%(kind)s FROM coming WHERE said ? %(kind)s ORDER BY number",
        {"kind": kind},
    )
    return {number: json.loads(own) for number, own in rows}
