"""Rows that a run leaves out although it knows whom they mean: by now, a rule of the pages forbids
what they would do. The check told so of what was there then.
"""

import json
from collections.abc import Iterable

from imports.deal_rules import DealRules
from imports.known import Known
from imports.known_deals import KnownDeals
from imports.models import Trace
from imports.writing.chunk import Chunk
from imports.writing.statements import run


def forbidden(chunk: Chunk, meant: dict[str, list]) -> dict[int, str]:
    """The reasons by the numbers of the rows, of which ``meant`` are the records."""
    out = {}
    if chunk.of.kind == "deal":
        out |= of_deals(chunk, meant.get("deal", ()))
    return out


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
