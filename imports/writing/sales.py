"""Leads and deals of a chunk, and where the deals stand."""

from core.ordering import rank_first
from core.statements import run, table
from deals.models import Deal, StageVisit
from imports.writing.chunk import Chunk
from imports.writing.contacts import OWNED, add_labels, insert
from imports.writing.statements import rows_of, text, typed
from leads.models import Lead
from opportunities.models import Opportunity

VALUE, ARCHIVED = typed("value", "numeric"), typed("archived_at", "timestamptz")
OPPORTUNITY = OWNED | {
    "title": text("title"),
    "person_id": "row.person_id",
    "organization_id": "row.organization_id",
    "value": VALUE,
    "currency": f"""CASE WHEN {VALUE} IS NULL THEN ''
        ELSE COALESCE(NULLIF(row.said->>'currency', ''), %(currency)s) END""",
    "expected_close_on": typed("expected_close_on", "date"),
    "channel_id": typed("channel", "bigint"),
    "campaign": text("campaign"),
    "origin": f"'{Opportunity.Origin.IMPORT}'",
    "origin_id": "%(origin_id)s",
    "archived_at": ARCHIVED,
    "archived_by_id": f"CASE WHEN {ARCHIVED} IS NOT NULL THEN %(by)s END",
    "is_replaced": "false",
}
STATUS = "COALESCE(NULLIF(row.said->>'status', ''), 'open')"
ENDED = {
    status: f"COALESCE({typed(f'{status}_at', 'timestamptz')}, %(at)s)"
    for status in ("won", "lost")
}
# It came into its stage when it began, as far as anybody knows, and not after it ended.
ENTERED = (
    f"LEAST(COALESCE({typed('created_at', 'timestamptz')}, %(at)s),"
    f" {typed('won_at', 'timestamptz')}, {typed('lost_at', 'timestamptz')})"
)
DEAL = OPPORTUNITY | {
    "stage_id": typed("stage", "bigint"),
    "position": "%(rank)s || lpad(row.number::text, 9, '0') || 'i'",
    "stage_entered_at": ENTERED,
    "idle_since": "%(at)s",
    "probability": typed("probability", "smallint"),
    "status": STATUS,
    "won_at": f"CASE WHEN {STATUS} = 'won' THEN {ENDED['won']} END",
    "won_by_id": f"CASE WHEN {STATUS} = 'won' THEN %(by)s END",
    "first_won_at": f"CASE WHEN {STATUS} = 'won' THEN {ENDED['won']} END",
    "lost_at": f"CASE WHEN {STATUS} = 'lost' THEN {ENDED['lost']} END",
    "lost_by_id": f"CASE WHEN {STATUS} = 'lost' THEN %(by)s END",
    "lost_reason_id": f"CASE WHEN {STATUS} = 'lost' THEN {typed('lost_reason', 'bigint')} END",
    "lost_comment": f"CASE WHEN {STATUS} = 'lost' THEN {text('lost_comment')} ELSE '' END",
}
BOTH = {"person": "person", "organization": "organization"}


def add_leads(chunk: Chunk) -> None:
    """What an import brings in nobody has seen yet."""
    insert(chunk, Lead, OPPORTUNITY, **BOTH)
    add_labels(Lead)


def add_deals(chunk: Chunk) -> None:
    """In the order of the file at the top of their columns, each on its first visit there. Those
    that were won or lost say so with their moments.
    """
    insert(chunk, Deal, DEAL, rank=rank_first(chunk.operation.at), **BOTH)
    add_labels(Deal)
    run(
        """
        INSERT INTO {visit} (deal_id, stage_id, entered_at)
        SELECT deal.id, deal.stage_id, deal.stage_entered_at
        FROM {rows} JOIN {deal} AS deal ON deal.id = row.id
        """,
        visit=table(StageVisit),
        deal=table(Deal),
        rows=rows_of("deal"),
    )
