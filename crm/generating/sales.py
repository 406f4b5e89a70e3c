"""Many leads and deals at once, each with a note, an activity and a label."""

from activities.models import Activity, Note
from core.ordering import rank_last
from crm.generating.statements import draw, insert, one_of, run, some_time_ago, tell
from deals.models import Deal, StageVisit
from leads.models import Lead
from opportunities.models import Opportunity


def add_leads(count, parameters):
    """One in ten is archived, one in twelve still unseen."""
    draw_sales(count, Lead, parameters)
    insert_leads(parameters)
    add_children(Lead, parameters)


def add_deals(count, parameters):
    """Over all stages in use, four in ten won or lost; or all open in one pipeline."""
    draw_sales(count, Deal, parameters)
    place_in_stages(parameters)
    insert_deals(parameters)
    insert_visits(parameters)
    add_children(Deal, parameters)


def draw_sales(count, model, parameters):
    """What leads and deals have in common, in the temporary table ``fresh_lead`` or ``_deal``."""
    draw(
        f"fresh_{model.kind}",
        model,
        f"""
        SELECT drawn.*, everybody.id AS person_id, everybody.organization_id,
            created_at + random() * (%(now)s - created_at) AS later
        FROM (
            SELECT 1 + floor(random() * (SELECT count(*) FROM everybody))::bigint AS who,
                {one_of("things")} || ', ' || {one_of("places")} AS title,
                {one_of("owners", "bigint")} AS owner_id,
                {one_of("visibilities")} AS visibility,
                CASE WHEN random() < 0.85
                    THEN round(exp(6.5 + 5 * random())::numeric, -1) END AS value,
                {one_of("currencies")} AS currency,
                {one_of("channels", "bigint")} AS channel_id,
                {one_of("origins")} AS origin,
                {one_of("labels", "bigint")} AS label_id,
                {some_time_ago()} AS created_at,
                random() < 0.6 AS has_next,
                %(today)s::date + floor(75 * random() - 25)::int AS next_on,
                %(today)s::date + floor(120 * random() - 20)::int AS close_on,
                random() AS chance
            FROM generate_series(1, %(count)s)
        ) AS drawn
        JOIN everybody ON everybody.number = drawn.who
        """,  # noqa: S608
        parameters | {"count": count},
    )


def insert_leads(parameters):
    run("UPDATE fresh_lead SET has_next = has_next AND chance > 0.1")
    insert(
        Lead,
        sale_columns()
        | {
            "seen_at": "CASE WHEN chance < 0.92 THEN created_at END",
            "archived_at": "CASE WHEN chance < 0.1 THEN later END",
            "archived_by_id": "CASE WHEN chance < 0.1 THEN owner_id END",
        },
        "fresh_lead",
        parameters,
    )


def place_in_stages(parameters):
    """Where each deal stands and since when, whether it was closed, and the way it came."""
    run(
        """
        CREATE TEMP TABLE stages ON COMMIT DROP AS
        SELECT stage.id, stage.pipeline_id, row_number() OVER (ORDER BY stage.id) AS number,
            row_number() OVER (
                PARTITION BY stage.pipeline_id ORDER BY stage.position, stage.id
            ) AS place
        FROM pipelines_stage AS stage
        JOIN pipelines_pipeline AS pipeline ON pipeline.id = stage.pipeline_id
        WHERE stage.archived_at IS NULL AND pipeline.archived_at IS NULL
            AND pipeline.id = COALESCE(%(pipeline)s, pipeline.id)
        """,
        parameters,
    )
    # In one pipeline nothing is closed: the dice that say so come out as if.
    run(
        "UPDATE fresh_deal SET chance = chance * 0.6 WHERE %(pipeline)s::bigint IS NOT NULL",
        parameters,
    )
    run(
        """
        CREATE TEMP TABLE placed ON COMMIT DROP AS
        SELECT deal.id, stage.id AS stage_id, stage.pipeline_id, stage.place, deal.created_at,
            CASE WHEN stage.place = 1 THEN deal.created_at ELSE deal.later END AS entered_at,
            CASE WHEN deal.chance < 0.6 THEN 'open' WHEN deal.chance < 0.82 THEN 'won' ELSE 'lost'
            END AS status,
            CASE WHEN deal.chance >= 0.6
                THEN deal.later + random() * (%(now)s - deal.later) END AS closed_at
        FROM fresh_deal AS deal
        JOIN stages AS stage ON stage.number = 1 + deal.number %% (SELECT count(*) FROM stages)
        """,
        parameters,
    )
    run("ALTER TABLE placed ADD PRIMARY KEY (id)")
    run("UPDATE fresh_deal SET has_next = has_next AND chance < 0.6")


def insert_deals(parameters):
    closed = {
        f"{outcome}_{what}": f"CASE WHEN status = '{outcome}' THEN {column} END"
        for outcome in ("won", "lost")
        for what, column in (("at", "closed_at"), ("by_id", "owner_id"))
    }
    insert(
        Deal,
        sale_columns("fresh.")
        | closed
        | {
            "stage_id": "stage_id",
            "status": "status",
            "position": "%(rank)s || lpad(fresh.number::text, 9, '0') || 'i'",
            "stage_entered_at": "entered_at",
            "idle_since": "COALESCE(closed_at, later)",
            "first_won_at": "CASE WHEN status = 'won' THEN closed_at END",
            "lost_reason_id": f"CASE WHEN status = 'lost' THEN {one_of('reasons', 'bigint')} END",
            "lost_comment": "''",
        },
        "fresh_deal AS fresh JOIN placed USING (id)",
        parameters | {"rank": rank_last(parameters["now"])},
    )


def insert_visits(parameters):
    """A visit of every stage from the first to the one a deal stands in, without a gap."""
    insert(
        StageVisit,
        {
            "deal_id": "deal_id",
            "stage_id": "stage_id",
            "entered_at": "entered_at",
            "left_at": "lead(entered_at) OVER (PARTITION BY deal_id ORDER BY place)",
        },
        """
        (
            SELECT placed.id AS deal_id, stage.id AS stage_id, stage.place,
                CASE WHEN stage.place = placed.place THEN placed.entered_at
                    ELSE placed.created_at + (placed.entered_at - placed.created_at)
                        * ((stage.place - 1)::float / placed.place)
                END AS entered_at
            FROM placed
            JOIN stages AS stage
                ON stage.pipeline_id = placed.pipeline_id AND stage.place <= placed.place
        ) AS way
        """,
        parameters,
    )


def sale_columns(prefix=""):
    plain = {
        name: f"{prefix}{name}"
        for name in (
            "id title person_id organization_id owner_id visibility channel_id origin created_at"
        ).split()
    }
    return plain | {
        "created_by_id": f"{prefix}owner_id",
        "updated_at": f"{prefix}later",
        "value": f"{prefix}value",
        "currency": f"CASE WHEN {prefix}value IS NULL THEN '' ELSE {prefix}currency END",
        "expected_close_on": f"CASE WHEN {prefix}chance < 0.7 THEN {prefix}close_on END",
        "next_activity_on": f"CASE WHEN {prefix}has_next THEN {prefix}next_on END",
        "origin_id": "''",
        "campaign": "''",
        "is_replaced": "false",
        "custom": "'{}'",
    }


def add_children(model: type[Opportunity], parameters):
    """A note, an activity, a label and the event of its creation for each fresh record."""
    fresh, key = f"fresh_{model.kind}", f"{model.kind}_id"
    insert(
        Note,
        {
            key: "id",
            "text": one_of("notes"),
            "is_pinned": "chance < 0.02",
            "author_id": "owner_id",
            "created_at": "later",
            "updated_at": "later",
        },
        fresh,
        parameters,
    )
    insert(
        Activity,
        {
            key: "id",
            "type_id": one_of("types", "bigint"),
            "subject": one_of("tasks"),
            "due_on": "CASE WHEN has_next THEN next_on ELSE later::date END",
            "assignee_id": "owner_id",
            "text": "''",
            "done_at": "CASE WHEN NOT has_next THEN later END",
            "done_by_id": "CASE WHEN NOT has_next THEN owner_id END",
            "created_by_id": "owner_id",
            "created_at": "created_at",
            "updated_at": "later",
        },
        fresh,
        parameters,
    )
    links = model._meta.get_field("labels").remote_field.through
    insert(links, {key: "id", "label_id": "label_id"}, fresh, parameters)
    tell(model, fresh, parameters)
