"""Deals that a file brings along won or lost, and what it says of those that are there: another
stage, another end.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from psycopg import sql

from core.frozen import frozen
from core.ordering import rank_first
from core.statements import run, table
from deals.models import Deal, LostReason
from deals.services.movement import write_moves
from deals.services.outcome import what_is_cleared
from deals.signals import deal_lost, deal_won
from history.services import changed, record
from imports.writing.chunk import Chunk
from imports.writing.statements import names
from pipelines.models import Stage

WON, LOST, OPEN = Deal.Status.WON, Deal.Status.LOST, Deal.Status.OPEN
Before = dict[int, dict]


def announce_ended(chunk: Chunk) -> None:
    """Tell whoever hears of it that deals came won, or lost."""
    numbers = [
        number for (number,) in run("SELECT id FROM meant WHERE kind = 'deal' AND what = 'created'")
    ]
    announce(chunk, Deal.objects.closed().filter(pk__among=numbers).order_by("pk"))


def announce(chunk: Chunk, deals: Iterable[Deal]) -> None:
    deals = list(deals)
    if won := [deal for deal in deals if deal.status == WON]:
        deal_won.send(Deal, deals=won, by=chunk.by, operation=chunk.operation)
    if lost := [deal for deal in deals if deal.status == LOST]:
        deal_lost.send(Deal, deals=lost, by=chunk.by)


def move(chunk: Chunk, deals: Iterable[Deal], own: Mapping[int, dict]) -> Before:
    """Let open deals enter the stages that rows say of them, at the top; answers with what they
    said before.
    """
    wanted = {deal: own[deal.pk].get("stage") for deal in deals if deal.is_open}
    moving = {deal: to for deal, to in wanted.items() if to and to != deal.stage_id}
    if not moving:
        return {}
    stages = Stage.objects.in_bulk({*moving.values(), *(deal.stage_id for deal in moving)})
    rank = rank_first(chunk.at)
    ranks = {deal.pk: f"{rank}{place:09}i" for place, deal in enumerate(moving)}
    told = {
        deal.pk: {
            "stage": changed(stages[deal.stage_id], stages[to]),
            "position": changed(deal.position, ranks[deal.pk]),
        }
        for deal, to in moving.items()
    }
    write_moves({deal.pk: stages[to] for deal, to in moving.items()}, ranks, at=chunk.at)
    tell(chunk, "moved", moving, told)
    for deal, to in moving.items():
        deal.stage, deal.position = stages[to], ranks[deal.pk]
    return before(told)


def end(chunk: Chunk, deals: Iterable[Deal], own: Mapping[int, dict]) -> Before:
    """Let deals be open, won or lost as rows say: those that ended otherwise are open again first.
    Answers with what they said before.
    """
    wanted = {deal: own[deal.pk].get("status") for deal in deals}
    ending = {deal: to for deal, to in wanted.items() if to and to != deal.status}
    if not ending:
        return {}
    people, reasons = {}, LostReason.objects.in_bulk()
    for deal in ending:
        people |= {user.pk: user for user in (deal.won_by, deal.lost_by) if user}
    closed = [deal for deal in ending if not deal.is_open]
    reopened = {deal.pk: what_is_cleared(deal, people, reasons) for deal in closed}
    tell(chunk, "reopened", closed, reopened)
    told = {deal.pk: set_end(chunk, deal, to, own[deal.pk], reasons) for deal, to in ending.items()}
    write_ends(ending, at=chunk.at)
    for status in (WON, LOST):
        tell(chunk, status, [deal for deal in ending if deal.status == status], told)
    announce(chunk, ending)
    return {deal.pk: before(told | reopened).get(deal.pk, {}) for deal in ending}


COLUMNS = {
    "status": "text",
    "won_at": "timestamptz",
    "won_by_id": "bigint",
    "first_won_at": "timestamptz",
    "lost_at": "timestamptz",
    "lost_by_id": "bigint",
    "lost_reason_id": "bigint",
    "lost_comment": "text",
}


def write_ends(deals: Iterable[Deal], *, at: datetime) -> None:
    """Write how ``deals`` ended, in one statement however many they are."""
    rows = [
        {"id": deal.pk} | {name: frozen(getattr(deal, name)) for name in COLUMNS} for deal in deals
    ]
    run(
        """
        UPDATE {deal} AS deal SET ({columns}) = ROW({values}),
            idle_since = %(at)s, updated_at = %(at)s
        FROM jsonb_to_recordset(%(rows)s) AS new (id bigint, {typed})
        WHERE deal.id = new.id
        """,
        {"rows": json.dumps(rows), "at": at},
        deal=table(Deal),
        columns=names(COLUMNS),
        values=sql.SQL(", ").join(sql.Identifier("new", name) for name in COLUMNS),
        typed=sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
            for name, kind in COLUMNS.items()
        ),
    )


def set_end(chunk: Chunk, deal: Deal, status: str, own: Mapping, reasons) -> dict:
    """Set the outcome in ``deal``, and answer with what history tells of it."""
    at = own.get(f"{status}_at")
    at = datetime.fromisoformat(at) if at else chunk.at
    deal.status = status
    deal.won_at, deal.won_by = (at, chunk.by) if status == WON else (None, None)
    deal.lost_at, deal.lost_by = (at, chunk.by) if status == LOST else (None, None)
    deal.lost_reason = reasons.get(own.get("lost_reason")) if status == LOST else None
    deal.lost_comment = (own.get("lost_comment") or "") if status == LOST else ""
    deal.first_won_at = deal.first_won_at or deal.won_at
    told = {"status": ["open", status]}
    if status != OPEN:
        told[f"{status}_at"] = changed(None, at)
    if deal.lost_reason:
        told["lost_reason"] = changed(None, deal.lost_reason)
    if deal.lost_comment:
        told["lost_comment"] = ["", deal.lost_comment]
    return told


def tell(chunk: Chunk, verb: str, deals: Iterable[Deal], told: Mapping[int, dict]) -> None:
    deals = list(deals)
    record(
        chunk.operation,
        deals,
        verb=f"deal.{verb}",
        changes=[told[deal.pk] for deal in deals],
    )


def before(told: Mapping[int, dict]) -> Before:
    return {pk: {name: pair[0] for name, pair in changes.items()} for pk, changes in told.items()}
