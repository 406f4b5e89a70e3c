"""The statements that replace leads with deals and deals with leads, each over a whole set of
pairs.

All of conversion's SQL stands here. A lead and its deal are a row of ``ConvertedLead``; every
statement below joins the rows that ``pairs`` selects, so their number does not depend on how many
there are. The columns come from ``Opportunity``: what is added there is carried.
"""

from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from conversion.contract import MOVING
from conversion.models import ConvertedLead
from core.statements import run, table
from deals.models import Deal, StageVisit
from history.models import Event
from leads.models import Lead, MergedLead
from opportunities.models import Opportunity
from pipelines.models import Stage

# In a deal that comes back: whether it follows its lines, and its lead says what they came to.
STILL_SUMMED = sql.SQL(
    "{deal}.is_summed AND ({deal}.value, {deal}.currency)"
    " IS NOT DISTINCT FROM (EXCLUDED.value, EXCLUDED.currency)"
).format(deal=table(Deal))


@dataclass(frozen=True)
class Pairs:
    """Which rows of ``ConvertedLead`` an act is about: ``column`` is among ``values``."""

    column: str
    values: list[int]

    @property
    def source(self):
        """The pairs as a subquery with ``id``, ``lead_id`` and ``deal_id``."""
        return sql.SQL(
            "(SELECT id, lead_id, deal_id FROM {table} WHERE {column} = ANY(%(pairs)s)) AS pair"
        ).format(table=table(ConvertedLead), column=sql.Identifier(self.column))


def hold_stage(stage: Stage) -> bool:
    """Keep ``stage`` from being archived or removed until this transaction ends.

    False when somebody did so just before. A key share, so that cards move through the stage and
    others convert into it meanwhile: the ranks of new deals come from the clock and need no order.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT stage.archived_at, pipeline.archived_at
            FROM pipelines_stage AS stage JOIN pipelines_pipeline AS pipeline
                ON pipeline.id = stage.pipeline_id
            WHERE stage.id = %s
            FOR KEY SHARE
            """,
            [stage.pk],
        )
        return cursor.fetchone() == (None, None)


def pair_leads(leads: list[int], *, conversion: int) -> None:
    """Give each of ``leads`` a deal, in this order: the one set aside earlier for it or for a lead
    that is part of it now, or a new number.
    """
    run(
        """
        INSERT INTO {pair} (conversion_id, lead_id, lead_number, deal_id, deal_number)
        SELECT %(conversion)s, lead_id, lead_id, deal_id, deal_id
        FROM (
            SELECT chosen.lead_id, chosen.place, COALESCE(
                (
                    SELECT earlier.deal_id
                    FROM (
                        SELECT chosen.lead_id AS number
                        UNION ALL
                        SELECT lead_number FROM {merged} WHERE into_number = chosen.lead_id
                    ) AS lead
                    JOIN {pair} AS earlier ON earlier.lead_number = lead.number
                    JOIN {deal} AS aside ON aside.id = earlier.deal_id AND aside.is_replaced
                    ORDER BY earlier.id DESC
                    LIMIT 1
                ),
                nextval(pg_get_serial_sequence('{deal}', 'id'))
            ) AS deal_id
            FROM unnest(%(leads)s::bigint[]) WITH ORDINALITY AS chosen (lead_id, place)
        ) AS numbered
        ORDER BY place
        """,
        {"conversion": conversion, "leads": leads},
        pair=table(ConvertedLead),
        merged=table(MergedLead),
        deal=table(Deal),
    )


def pair_deals(deals: list[int], *, at) -> None:
    """Give each of ``deals`` that never was a lead a lead number, in a pair that is born ended."""
    run(
        """
        INSERT INTO {pair} (lead_id, lead_number, deal_id, deal_number, ended_at)
        SELECT chosen.lead_id, chosen.lead_id, chosen.deal_id, chosen.deal_id, %(at)s
        FROM (
            SELECT deal_id, nextval(pg_get_serial_sequence('{lead}', 'id')) AS lead_id
            FROM unnest(%(deals)s::bigint[]) AS deal (deal_id)
        ) AS chosen
        """,
        {"deals": deals, "at": at},
        pair=table(ConvertedLead),
        lead=table(Lead),
    )


def put_deals(pairs: Pairs, *, stage: Stage, owner: int | None, rank: str, at) -> None:
    """Put a deal in the place of each lead, in ``stage``, in the order of the pairs.

    A deal that was set aside for its lead comes back as it was, with the lead's present values. A
    value that followed its lines does so again if it is the same; else it was typed, into the lead.
    """
    put(
        Deal,
        Lead,
        pairs,
        carried_as={} if owner is None else {"owner_id": owner},
        own={
            "stage_id": stage.pk,
            "position": sql.SQL(
                "%(rank)s || lpad((row_number() OVER (ORDER BY pair.id))::text, 9, '0') || 'i'"
            ),
            "status": Deal.Status.OPEN,
            "lost_comment": "",
            "stage_entered_at": at,
            "idle_since": at,
            "is_summed": False,
        },
        rather={"is_summed": STILL_SUMMED},
        parameters={"rank": rank},
        at=at,
    )


def put_leads(pairs: Pairs, *, at) -> None:
    """Put a lead in the place of each deal: the one it came from with the deal's values, or a new
    one.
    """
    put(Lead, Deal, pairs, own={"seen_at": at}, kept={"seen_at"}, at=at)


def put(target, source, pairs, *, own, at, carried_as=None, kept=(), rather=None, parameters=None):
    """Write ``target`` rows from ``source`` rows: new ones, or over those that were set aside.

    ``carried_as`` replaces carried columns, ``own`` are the target's further columns, those named
    in ``kept`` stay as they are in a row that was set aside, and others are ``rather`` there.
    """
    carried = {
        field.column: sql.SQL("source.{}").format(sql.Identifier(field.column))
        for field in Opportunity.carried_fields()
    }
    fresh = {"is_replaced": False, "deleted_at": None, "deleted_by_id": None, "updated_at": at}
    columns = carried | (carried_as or {}) | own | fresh
    values = {f"value_{name}": value for name, value in columns.items() if not composed(value)}
    expressions = [
        value if composed(value) else sql.SQL("%({})s").format(sql.SQL(f"value_{name}"))
        for name, value in columns.items()
    ]
    rewritten = {
        name: sql.SQL("EXCLUDED.{}").format(sql.Identifier(name))
        for name in columns
        if name not in kept
    } | (rather or {})
    run(
        """
        INSERT INTO {target} (id, {names})
        SELECT pair.{target_id}, {expressions}
        FROM {pairs} JOIN {source} AS source ON source.id = pair.{source_id}
        ON CONFLICT (id) DO UPDATE SET ({rewritten}) = ROW({excluded})
        """,
        {"pairs": pairs.values, **values, **(parameters or {})},
        target=table(target),
        source=table(source),
        pairs=pairs.source,
        names=sql.SQL(", ").join(map(sql.Identifier, columns)),
        rewritten=sql.SQL(", ").join(map(sql.Identifier, rewritten)),
        expressions=sql.SQL(", ").join(expressions),
        excluded=sql.SQL(", ").join(rewritten.values()),
        target_id=sql.Identifier(f"{target.kind}_id"),
        source_id=sql.Identifier(f"{source.kind}_id"),
    )


def carry_sets(pairs: Pairs, *, source, target, anew: bool) -> None:
    """Copy labels and followers from ``source`` to ``target``; ``anew``: in the place of what was
    there.
    """
    for field in Opportunity.carried_sets():
        links, copies = (model._meta.get_field(field.name) for model in (source, target))
        names = {
            "copies": table(copies.remote_field.through),
            "links": table(links.remote_field.through),
            "key": sql.Identifier(f"{target.kind}_id"),
            "source_key": sql.Identifier(f"{source.kind}_id"),
            "member": sql.Identifier(links.m2m_reverse_name()),
            "pairs": pairs.source,
        }
        if anew:
            run(
                "DELETE FROM {copies} AS copy USING {pairs} WHERE copy.{key} = pair.{key}",
                {"pairs": pairs.values},
                **names,
            )
        run(
            """
            INSERT INTO {copies} ({key}, {member})
            SELECT pair.{key}, link.{member}
            FROM {pairs} JOIN {links} AS link ON link.{source_key} = pair.{source_key}
            """,
            {"pairs": pairs.values},
            **names,
        )


def move_children(pairs: Pairs, *, source, target) -> None:
    """Hand over everything that moves, one statement a table."""
    for model in MOVING:
        run(
            """
            UPDATE {child} AS child SET {new} = pair.{new}, {old} = NULL
            FROM {pairs} WHERE child.{old} = pair.{old}
            """,
            {"pairs": pairs.values},
            child=table(model),
            new=sql.Identifier(f"{target.kind}_id"),
            old=sql.Identifier(f"{source.kind}_id"),
            pairs=pairs.source,
        )


def set_aside(pairs: Pairs, *, model, by: int, at) -> None:
    """Take the replaced records out of sight: gone from every list, count and picker."""
    run(
        """
        UPDATE {replaced} AS replaced
        SET deleted_at = %(at)s, deleted_by_id = %(by)s, is_replaced = true
        FROM {pairs} WHERE replaced.id = pair.{key}
        """,
        {"pairs": pairs.values, "by": by, "at": at},
        replaced=table(model),
        key=sql.Identifier(f"{model.kind}_id"),
        pairs=pairs.source,
    )


def enter_stage(pairs: Pairs, *, stage: Stage, at) -> None:
    """Begin a visit of ``stage`` for each deal."""
    run(
        """
        INSERT INTO {visit} (deal_id, stage_id, entered_at)
        SELECT pair.deal_id, %(stage)s, %(at)s FROM {pairs}
        """,
        {"pairs": pairs.values, "stage": stage.pk, "at": at},
        visit=table(StageVisit),
        pairs=pairs.source,
    )


def leave_stage(pairs: Pairs, *, at) -> None:
    """End the visit that each deal is on."""
    run(
        """
        UPDATE {visit} AS visit SET left_at = %(at)s
        FROM {pairs} WHERE visit.deal_id = pair.deal_id AND visit.left_at IS NULL
        """,
        {"pairs": pairs.values, "at": at},
        visit=table(StageVisit),
        pairs=pairs.source,
    )


def end_pairs(pairs: Pairs, *, at) -> None:
    """Note that these deals no longer stand for their leads."""
    run(
        "UPDATE {pair} SET ended_at = %(at)s WHERE {column} = ANY(%(pairs)s) AND ended_at IS NULL",
        {"pairs": pairs.values, "at": at},
        pair=table(ConvertedLead),
        column=sql.Identifier(pairs.column),
    )


def record_both(pairs: Pairs, *, operation: int, lead_verb: str, deal_verb: str) -> None:
    """Write the two events of each pair: each names the record on the other side."""
    run(
        """
        INSERT INTO {event} (operation_id, verb, subject_kind, subject_id, title, changes)
        SELECT %(operation)s, side.verb, side.kind, side.id, deal.title, jsonb_build_object(
            side.other, jsonb_build_array(
                NULL, jsonb_build_object('id', side.other_id, 'name', deal.title)
            )
        )
        FROM {pairs}
        JOIN {deal} AS deal ON deal.id = pair.deal_id
        CROSS JOIN LATERAL (
            VALUES
                (%(lead_verb)s, 'lead', pair.lead_id, 'deal', pair.deal_id),
                (%(deal_verb)s, 'deal', pair.deal_id, 'lead', pair.lead_id)
        ) AS side (verb, kind, id, other, other_id)
        """,
        {
            "pairs": pairs.values,
            "operation": operation,
            "lead_verb": lead_verb,
            "deal_verb": deal_verb,
        },
        event=table(Event),
        deal=table(Deal),
        pairs=pairs.source,
    )


def composed(value):
    return isinstance(value, sql.Composable)
