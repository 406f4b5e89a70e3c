"""What must always hold in the database, each as one small query for the rows that break it.

Constraints hold what concerns one row or one table's keys; here stands what spans rows and tables.
An empty answer is a sound database. ``manage.py check_invariants`` asks, and so does every test
that kills something.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from custom_fields.queries import models_with
from deals.lines import net_of_lines
from deals.models import Deal, LineItem


@dataclass(frozen=True)
class Invariant:
    """A promise in one sentence, and the rows that break it: as SQL, or as a queryset where the
    product knows already how to ask.
    """

    name: str
    promise: str
    query: str | Callable[[], QuerySet]

    @property
    def asked(self) -> tuple[str, tuple]:
        """The statement and its parameters."""
        if isinstance(self.query, str):
            return self.query, ()
        return self.query().query.sql_with_params()


@dataclass(frozen=True)
class Breach:
    """A promise that does not hold, with some of the rows that break it."""

    invariant: Invariant
    columns: list[str]
    rows: list[tuple]


def breaches(*, most: int = 5) -> list[Breach]:
    """The promises that do not hold now, each with at most so many rows."""
    return [breach for each in INVARIANTS if (breach := ask(each, most))]


def ask(invariant, most):
    query, parameters = invariant.asked
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({query}) AS broken LIMIT %s", [*parameters, most])  # noqa: S608
        rows = cursor.fetchall()
        columns = [column.name for column in cursor.description]
    return Breach(invariant, columns, rows) if rows else None


def next_step(kind, *, where="NOT record.is_replaced"):
    """``next_activity_on`` is the day of the earliest undone activity."""
    return Invariant(
        f"{kind}_next_step",
        f"A {kind} names the day of its earliest undone activity.",
        f"""
        SELECT record.id, record.next_activity_on, undone.first_on
        FROM {kind}s_{kind} AS record
        LEFT JOIN (
            SELECT {kind}_id, min(due_on) AS first_on FROM activities_activity
            WHERE done_at IS NULL AND {kind}_id IS NOT NULL GROUP BY {kind}_id
        ) AS undone ON undone.{kind}_id = record.id
        WHERE {where} AND record.next_activity_on IS DISTINCT FROM undone.first_on
        """,  # noqa: S608
    )


def nothing_left_behind(child, kind):
    """What moves with a record has moved."""
    return Invariant(
        f"{child}_left_behind_on_{kind}",
        f"A replaced {kind} has no {child} left.",
        f"""
        SELECT child.id, child.{kind}_id
        FROM activities_{child} AS child
        JOIN {kind}s_{kind} AS replaced ON replaced.id = child.{kind}_id
        WHERE replaced.is_replaced
        """,  # noqa: S608
    )


def merging_told(kind):
    """Every merged record has one event of the act that merged it."""
    return Invariant(
        f"{kind}_merging_told",
        f"Every merged {kind} has one event of the act that merged it.",
        f"""
        SELECT merged.{kind}_number, merged.operation_id
        FROM {kind}s_merged{kind} AS merged
        LEFT JOIN history_event AS event
            ON event.operation_id = merged.operation_id
            AND event.subject_kind = '{kind}' AND event.subject_id = merged.{kind}_number
        GROUP BY merged.id HAVING count(event.id) <> 1
        """,  # noqa: S608
    )


def custom_values(table, of):
    """A value stands in a field that records of this sort have; perhaps one that was deleted."""
    return f"""
        SELECT '{table}' AS what, record.id, key
        FROM {table} AS record CROSS JOIN LATERAL jsonb_object_keys(record.custom) AS key
        LEFT JOIN custom_fields_field AS field ON field.id::text = key AND field.of = '{of}'
            AND field.kind <> 'calculated'
        WHERE field.id IS NULL
    """  # noqa: S608


def sums_that_differ():
    """Deals whose value follows their lines and is something else than these come to."""
    sums = (
        Deal.everything.filter(is_summed=True)
        .order_by()
        .annotate(sum=Coalesce(net_of_lines(), Value(Decimal(0))))
    )
    return sums.exclude(value=F("sum")).values("id", "value", "sum")


def lines_without_terms():
    """Deals that have lines and no currency for them, or the other way round."""
    lines = Exists(LineItem.objects.filter(deal=OuterRef("pk")))
    lacking = Deal.everything.order_by().annotate(has_lines=lines)
    return lacking.filter(
        Q(has_lines=True, lines_currency="") | (Q(has_lines=False) & ~Q(lines_currency=""))
    ).values("id", "lines_currency", "has_lines")


INVARIANTS = (
    # --- Conversion ---
    Invariant(
        "lead_or_deal",
        "A lead and the deal of its pair are never both there.",
        """
        SELECT pair.id, pair.lead_number, pair.deal_number
        FROM conversion_convertedlead AS pair
        JOIN leads_lead AS lead ON lead.id = pair.lead_number
        JOIN deals_deal AS deal ON deal.id = pair.deal_number
        WHERE lead.deleted_at IS NULL AND deal.deleted_at IS NULL
        """,
    ),
    Invariant(
        "standing_pair",
        "A standing pair has a deal in use, and a lead that is set aside or purged.",
        """
        SELECT pair.id, pair.lead_number, pair.deal_number
        FROM conversion_convertedlead AS pair
        LEFT JOIN leads_lead AS lead ON lead.id = pair.lead_number
        LEFT JOIN deals_deal AS deal ON deal.id = pair.deal_number
        WHERE pair.ended_at IS NULL
            AND (deal.id IS NULL OR deal.is_replaced OR NOT COALESCE(lead.is_replaced, true))
        """,
    ),
    Invariant(
        "replaced_lead",
        "A replaced lead has a deal that stands for it or is part of another one, or is itself.",
        """
        SELECT lead.id FROM leads_lead AS lead
        WHERE lead.is_replaced AND NOT EXISTS (
            SELECT FROM conversion_convertedlead AS pair
            LEFT JOIN deals_mergeddeal AS merged ON merged.deal_number = pair.deal_number
            WHERE pair.lead_number = lead.id
                AND (pair.ended_at IS NULL OR merged.id IS NOT NULL)
        ) AND NOT EXISTS (
            SELECT FROM leads_mergedlead AS merged WHERE merged.lead_number = lead.id
        )
        """,
    ),
    Invariant(
        "replaced_deal",
        "A replaced deal returned to a lead, or is part of another deal, and stands for none.",
        """
        SELECT deal.id FROM deals_deal AS deal
        LEFT JOIN conversion_convertedlead AS pair ON pair.deal_number = deal.id
        LEFT JOIN leads_mergedlead AS part ON part.lead_number = pair.lead_number
        LEFT JOIN leads_lead AS lead ON lead.id = part.into_number
        LEFT JOIN deals_mergeddeal AS merged ON merged.deal_number = deal.id
        WHERE deal.is_replaced
        GROUP BY deal.id
        HAVING count(pair.lead_id) + count(lead.id) + count(merged.id) = 0
            OR count(pair.id) > count(pair.ended_at)
        """,
    ),
    Invariant(
        "pair_numbers",
        "The keys of a pair are its numbers, as long as there is a record.",
        """
        SELECT id, lead_id, lead_number, deal_id, deal_number
        FROM conversion_convertedlead
        WHERE lead_id <> lead_number OR deal_id <> deal_number
        """,
    ),
    Invariant(
        "conversion_size",
        "A conversion has as many pairs as it had leads.",
        """
        SELECT conversion.id, conversion.size, count(pair.id) AS pairs
        FROM conversion_conversion AS conversion
        LEFT JOIN conversion_convertedlead AS pair ON pair.conversion_id = conversion.id
        GROUP BY conversion.id HAVING count(pair.id) <> conversion.size
        """,
    ),
    Invariant(
        "conversion_told",
        "A conversion has one event for the lead and one for the deal of each pair.",
        """
        SELECT pair.id, side.kind, side.number
        FROM conversion_convertedlead AS pair
        JOIN conversion_conversion AS conversion ON conversion.id = pair.conversion_id
        CROSS JOIN LATERAL (
            VALUES ('lead', pair.lead_number), ('deal', pair.deal_number)
        ) AS side (kind, number)
        LEFT JOIN history_event AS event
            ON event.operation_id = conversion.operation_id
            AND event.subject_kind = side.kind AND event.subject_id = side.number
        GROUP BY pair.id, side.kind, side.number HAVING count(event.id) <> 1
        """,
    ),
    *(
        nothing_left_behind(child, kind)
        for child in ("activity", "note")
        for kind in ("lead", "deal")
    ),
    # --- Merging ---
    Invariant(
        "merged_lead",
        "A merged lead is set aside or purged, stands for no deal, and is part of one that is not.",
        """
        SELECT merged.lead_number, merged.into_number
        FROM leads_mergedlead AS merged
        LEFT JOIN leads_lead AS lead ON lead.id = merged.lead_number
        WHERE NOT COALESCE(lead.is_replaced, true)
            OR EXISTS (
                SELECT FROM conversion_convertedlead AS pair
                WHERE pair.lead_number = merged.lead_number AND pair.ended_at IS NULL
            )
            OR EXISTS (
                SELECT FROM leads_mergedlead AS further
                WHERE further.lead_number = merged.into_number
            )
        """,
    ),
    Invariant(
        "merged_deal",
        "A merged deal is set aside or purged, and is part of one that is not.",
        """
        SELECT merged.deal_number, merged.into_number
        FROM deals_mergeddeal AS merged
        LEFT JOIN deals_deal AS deal ON deal.id = merged.deal_number
        WHERE NOT COALESCE(deal.is_replaced, true)
            OR EXISTS (
                SELECT FROM deals_mergeddeal AS further
                WHERE further.deal_number = merged.into_number
            )
        """,
    ),
    *(merging_told(kind) for kind in ("lead", "deal")),
    # --- Stages ---
    Invariant(
        "deal_in_its_stage",
        "A deal is on one visit: in its stage, since it entered it. A replaced deal is on none.",
        """
        SELECT deal.id, deal.stage_id, deal.stage_entered_at,
            visit.stage_id AS visited, visit.entered_at, deal.is_replaced
        FROM deals_deal AS deal
        LEFT JOIN deals_stagevisit AS visit ON visit.deal_id = deal.id AND visit.left_at IS NULL
        WHERE CASE
            WHEN deal.is_replaced THEN visit.id IS NOT NULL
            ELSE (visit.stage_id, visit.entered_at)
                IS DISTINCT FROM (deal.stage_id, deal.stage_entered_at)
        END
        """,
    ),
    Invariant(
        "visits_unbroken",
        "A stage visit begins when the one before it ends, unless the deal was a lead meanwhile.",
        """
        SELECT visit.deal_id, visit.id, visit.left_before, visit.entered_at
        FROM (
            SELECT id, deal_id, entered_at,
                lag(id) OVER visits AS before, lag(left_at) OVER visits AS left_before
            FROM deals_stagevisit
            WINDOW visits AS (PARTITION BY deal_id ORDER BY entered_at, id)
        ) AS visit
        WHERE visit.before IS NOT NULL
            AND visit.left_before IS DISTINCT FROM visit.entered_at
            AND NOT EXISTS (
                SELECT FROM conversion_convertedlead AS pair
                WHERE pair.deal_number = visit.deal_id
                    AND pair.ended_at = visit.left_before
                    AND pair.ended_at < visit.entered_at
            )
        """,
    ),
    # --- Lines ---
    Invariant(
        "value_of_lines",
        "A value that follows the lines of a deal is what those that count come to before tax.",
        sums_that_differ,
    ),
    Invariant(
        "terms_of_lines",
        "A deal says in which currency its lines are as long as it has some.",
        lines_without_terms,
    ),
    # --- Files ---
    Invariant(
        "file_of_one_record",
        "A file belongs to one record, in sight or set aside.",
        """
        SELECT file.id, count(attached.file_id) AS records
        FROM files_file AS file
        LEFT JOIN (
            SELECT file_id FROM deals_dealfile
            UNION ALL SELECT file_id FROM projects_projectfile
        ) AS attached ON attached.file_id = file.id
        GROUP BY file.id HAVING count(attached.file_id) <> 1
        """,
    ),
    # --- Imports ---
    Invariant(
        "import_told",
        "What an import created or updated has an event of its act, unless it is part of a record.",
        """
        SELECT trace.of_id, trace.kind, trace.record_id
        FROM imports_trace AS trace JOIN imports_import AS import ON import.id = trace.of_id
        LEFT JOIN history_event AS event
            ON event.operation_id = import.operation_id
            AND event.subject_kind = trace.kind AND event.subject_id = trace.record_id
        WHERE event.id IS NULL AND trace.kind NOT IN ('line', 'activity', 'note')
            AND (trace.what = 'created' OR trace.before IS NOT NULL)
        """,
    ),
    Invariant(
        "import_far",
        "An import is done up to its last row, and no further; only a run has an act.",
        """
        SELECT id, stage, done_to, row_count, operation_id FROM imports_import
        WHERE done_to > COALESCE(row_count, 0)
            OR (stage = 'done' AND done_to < COALESCE(row_count, 0))
            OR (stage IN ('columns', 'check', 'checking', 'checked') AND operation_id IS NOT NULL)
        """,
    ),
    Invariant(
        "import_taken_back",
        "An import that was taken back says why it left what is there, unless it came back since.",
        """
        SELECT trace.of_id, trace.kind, trace.record_id
        FROM imports_trace AS trace JOIN imports_import AS import ON import.id = trace.of_id
        JOIN (
            SELECT 'lead' AS kind, id FROM leads_lead WHERE deleted_at IS NULL
            UNION ALL SELECT 'deal', id FROM deals_deal WHERE deleted_at IS NULL
            UNION ALL SELECT 'person', id FROM contacts_person WHERE deleted_at IS NULL
            UNION ALL SELECT 'organization', id FROM contacts_organization
                WHERE deleted_at IS NULL
            UNION ALL SELECT 'product', id FROM products_product WHERE deleted_at IS NULL
        ) AS record ON record.kind = trace.kind AND record.id = trace.record_id
        WHERE import.stage = 'reverted' AND trace.what = 'created' AND trace.left = ''
            AND NOT EXISTS (
                SELECT FROM history_event AS event
                JOIN history_operation AS operation ON operation.id = event.operation_id
                WHERE event.subject_kind = trace.kind AND event.subject_id = trace.record_id
                    AND operation.at > import.finished_at
            )
        """,
    ),
    Invariant(
        "import_undone",
        "The act of an import is undone from the moment at which it is taken back.",
        """
        SELECT import.id, import.stage, operation.undone_at
        FROM imports_import AS import JOIN history_operation AS operation
            ON operation.id = import.operation_id
        WHERE (import.stage IN ('reverting', 'reverted')) <> (operation.undone_at IS NOT NULL)
        """,
    ),
    # --- Next steps ---
    next_step("lead"),
    next_step("deal"),
    next_step("project", where="true"),
    # --- The rest ---
    Invariant(
        "custom_values_of_fields",
        "A custom value stands in a field that its record has.",
        " UNION ALL ".join(
            custom_values(model._meta.db_table, model.custom_of) for model in models_with()
        ),
    ),
    Invariant(
        "default_pipeline",
        "One pipeline is the default, if there is any in use.",
        """
        SELECT count(*) AS pipelines, count(*) FILTER (WHERE is_default) AS defaults
        FROM pipelines_pipeline WHERE archived_at IS NULL
        HAVING count(*) > 0 AND count(*) FILTER (WHERE is_default) <> 1
        """,
    ),
    Invariant(
        "event_of_an_operation",
        "An event belongs to an operation that exists.",
        """
        SELECT event.id, event.operation_id FROM history_event AS event
        LEFT JOIN history_operation AS operation ON operation.id = event.operation_id
        WHERE operation.id IS NULL
        """,
    ),
    Invariant(
        "operation_tells",
        "An operation that was committed says what it did.",
        """
        SELECT operation.id, operation.verb FROM history_operation AS operation
        WHERE NOT EXISTS (
            SELECT FROM history_event AS event WHERE event.operation_id = operation.id
        )
        """,
    ),
    Invariant(
        "job_over",
        "A job has an end when it is done or failed, and only then.",
        """
        SELECT id, kind, status, finished_at FROM jobs_job
        WHERE (status IN ('done', 'failed')) <> (finished_at IS NOT NULL)
        """,
    ),
)
