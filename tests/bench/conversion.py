"""Converting leads chosen at random, against the same rows written by plain SQL."""

import random
import resource
import uuid

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from conversion.services import convert_leads
from conversion.views import converting
from leads.models import Lead
from pipelines.models import Stage
from tests.bench.measuring import Table, clocked, side_by_side

SIZES = (1_000, 10_000)
LARGE = 100_000

# Every row the product promises and nothing else: no rights, no checks, no texts, no revival.
FLOOR = [
    """
    INSERT INTO conversion_convertedlead (conversion_id, lead_id, lead_number, deal_id, deal_number)
    SELECT %(conversion)s, id, id, deal, deal FROM (
        SELECT id, nextval('deals_deal_id_seq') AS deal FROM unnest(%(leads)s::bigint[]) AS id
    ) AS pair
    """,
    """
    INSERT INTO deals_deal (
        id, title, person_id, organization_id, owner_id, visibility, value, currency,
        expected_close_on, next_activity_on, origin, origin_id, channel_id, campaign, created_at,
        created_by_id, updated_at, stage_id, position, status, lost_comment, stage_entered_at,
        idle_since, is_replaced
    )
    SELECT
        deal_id, title, person_id, organization_id, owner_id, visibility, value, currency,
        expected_close_on, next_activity_on, origin, origin_id, channel_id, campaign, created_at,
        created_by_id, now(), %(stage)s, '4' || lpad(deal_id::text, 20, '0') || 'i', 'open', '',
        now(), now(), false
    FROM conversion_convertedlead AS pair JOIN leads_lead AS lead ON lead.id = pair.lead_id
    WHERE conversion_id = %(conversion)s
    """,
    """
    INSERT INTO deals_deal_labels (deal_id, label_id)
    SELECT deal_id, label_id
    FROM conversion_convertedlead AS pair JOIN leads_lead_labels AS link USING (lead_id)
    WHERE conversion_id = %(conversion)s
    """,
    """
    UPDATE activities_activity AS child SET deal_id = pair.deal_id, lead_id = NULL
    FROM conversion_convertedlead AS pair
    WHERE conversion_id = %(conversion)s AND child.lead_id = pair.lead_id
    """,
    """
    UPDATE activities_note AS child SET deal_id = pair.deal_id, lead_id = NULL
    FROM conversion_convertedlead AS pair
    WHERE conversion_id = %(conversion)s AND child.lead_id = pair.lead_id
    """,
    """
    INSERT INTO deals_stagevisit (deal_id, stage_id, entered_at)
    SELECT deal_id, %(stage)s, now() FROM conversion_convertedlead
    WHERE conversion_id = %(conversion)s
    """,
    """
    UPDATE leads_lead AS lead
    SET deleted_at = now(), deleted_by_id = %(by)s, is_replaced = true
    FROM conversion_convertedlead AS pair
    WHERE conversion_id = %(conversion)s AND lead.id = pair.lead_id
    """,
    """
    INSERT INTO history_event (operation_id, verb, subject_kind, subject_id, title, changes)
    SELECT %(operation)s, side.verb, side.kind, side.id, deal.title, '{}'
    FROM conversion_convertedlead AS pair
    JOIN deals_deal AS deal ON deal.id = pair.deal_id
    CROSS JOIN LATERAL (
        VALUES ('lead.converted', 'lead', pair.lead_id), ('deal.created', 'deal', pair.deal_id)
    ) AS side (verb, kind, id)
    WHERE conversion_id = %(conversion)s
    """,
]


def bench():
    """The service ≤ 1.5 × and the whole request ≤ 2 × the floor; the cost of a lead stays the
    same.
    """
    draw = drawing()
    user = User.objects.filter(role=User.Role.ADMIN, is_active=True).first()
    user = user or User.objects.create_superuser("bench@carnet.example", name="Bench")
    stage = Stage.objects.active().in_order().first()
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    table = Table("Converting leads chosen at random out of a large table")
    per_lead = {}
    for size in SIZES:
        took = side_by_side(
            {
                "floor": lambda size=size: floor(draw(size), stage, user),
                "service": lambda size=size: service(draw(size), stage, user),
                "request": lambda size=size: request(draw(size), stage, client),
            }
        )
        per_lead[size] = took["service"] / size
        table.row(f"service, {size:,} leads", took["service"], took["floor"], 1.5)
        table.row(f"whole request, {size:,} leads", took["request"], took["floor"], 2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    per_lead[LARGE] = clocked(service(draw(LARGE), stage, user)) / LARGE
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    table.row("cost of a lead at 100,000 against 1,000", per_lead[LARGE], per_lead[1_000], 1.1)
    print(f"the process grew by {grown:.0f} MB at {LARGE:,} leads (goal: 150 MB)")


def drawing():
    """Answers with random leads of the inbox, never the same twice."""
    numbers = list(Lead.objects.in_inbox().values_list("pk", flat=True))
    random.Random(20261123).shuffle(numbers)

    def draw(size):
        taken, numbers[:] = numbers[:size], numbers[size:]
        assert len(taken) == size, "the table is used up: generate more leads"
        return taken

    return draw


def floor(leads, stage, user):
    """What is clocked: the statements above, in one transaction."""

    def run():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO history_operation (verb, by_id, at)"
                " VALUES ('lead.converted', %s, now()) RETURNING id",
                [user.pk],
            )
            [operation] = cursor.fetchone()
            cursor.execute(
                "INSERT INTO conversion_conversion (operation_id, stage_id, size)"
                " VALUES (%s, %s, %s) RETURNING id",
                [operation, stage.pk, len(leads)],
            )
            [conversion] = cursor.fetchone()
            values = {
                "leads": leads,
                "stage": stage.pk,
                "by": user.pk,
                "operation": operation,
                "conversion": conversion,
            }
            for statement in FLOOR:
                cursor.execute(statement, values)

    return run


def service(leads, stage, user):
    records = [Lead(pk=number) for number in leads]
    return lambda: convert_leads(records, into=stage, by=user)


def request(leads, stage, client):
    form = {
        "ids": leads,
        "pipeline": stage.pipeline_id,
        "stage": stage.pk,
        "token": str(uuid.uuid4()),
    }

    def run():
        converting.LARGEST_REQUEST = max(SIZES)  # the whole of it, as if it were no job
        answer = client.post(reverse("conversion:convert"), form)
        assert answer.status_code == 302, answer.text[:500]

    return run
