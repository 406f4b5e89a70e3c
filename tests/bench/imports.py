"""The run of a checked import, against the same rows copied to a staging table and inserted from
there.
"""

import json

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from imports import running
from imports.models import Import, Row
from jobs.models import Job
from labels.models import Label
from tests.bench.measuring import Table, side_by_side

SIZE, LARGE = 10_000, 100_000
ROUNDS = 5
PEOPLE_OF_ONE = 4  # rows that name the same organization

# Every row that an import promises and nothing else: no rights, no resuming, no mapped columns.
FLOOR = [
    """
    CREATE TEMP TABLE company ON COMMIT DROP AS
    SELECT wanted.name, known.id AS known_id,
        COALESCE(known.id, nextval('contacts_organization_id_seq')) AS id
    FROM (SELECT DISTINCT company AS name FROM staging) AS wanted
    LEFT JOIN LATERAL (
        SELECT id FROM contacts_organization WHERE deleted_at IS NULL
            AND plain = lower(
                regexp_replace(normalize(wanted.name, NFKD), '[\u0300-\u036f]', '', 'g')
            )
        ORDER BY id LIMIT 1
    ) AS known ON true
    """,
    """
    CREATE TEMP TABLE coming ON COMMIT DROP AS
    SELECT staging.*, company.id AS organization_id, known.person_id AS known_id,
        COALESCE(known.person_id, nextval('contacts_person_id_seq')) AS person_id,
        nextval('leads_lead_id_seq') AS lead_id, nextval('activities_note_id_seq') AS note_id
    FROM staging JOIN company ON company.name = staging.company
    LEFT JOIN LATERAL (
        SELECT min(person_id) AS person_id FROM contacts_emailaddress
        WHERE normalized = lower(btrim(staging.email))
    ) AS known ON true
    """,
    """
    INSERT INTO contacts_organization (id, name, website, address, owner_id, visibility, custom,
        created_by_id, created_at, updated_at)
    SELECT id, name, '', '', %(by)s, 'everyone', '{}', %(by)s, now(), now()
    FROM company WHERE known_id IS NULL
    """,
    """
    INSERT INTO contacts_person (id, name, job_title, organization_id, owner_id, visibility, custom,
        created_by_id, created_at, updated_at)
    SELECT person_id, person, '', organization_id, %(by)s, 'everyone', '{}', %(by)s, now(), now()
    FROM coming WHERE known_id IS NULL
    """,
    """
    INSERT INTO contacts_emailaddress (person_id, address, kind, is_primary)
    SELECT person_id, email, 'work', true FROM coming WHERE known_id IS NULL
    """,
    """
    INSERT INTO leads_lead (id, title, person_id, organization_id, value, currency, origin,
        origin_id, campaign, is_replaced, owner_id, visibility, custom, created_by_id, created_at,
        updated_at)
    SELECT lead_id, title, person_id, organization_id, value, 'EUR', 'import', '0', '', false,
        %(by)s, 'everyone', '{}', %(by)s, now(), now()
    FROM coming
    """,
    "INSERT INTO leads_lead_labels (lead_id, label_id) SELECT lead_id, %(label)s FROM coming",
    """
    INSERT INTO activities_note (id, lead_id, text, is_pinned, author_id, created_at, updated_at)
    SELECT note_id, lead_id, note, false, %(by)s, now(), now() FROM coming
    """,
    """
    INSERT INTO history_event (operation_id, verb, subject_kind, subject_id, title, changes)
    SELECT %(operation)s, 'organization.created', 'organization', id, name, '{}'
    FROM company WHERE known_id IS NULL
    """,
    """
    INSERT INTO history_event (operation_id, verb, subject_kind, subject_id, title, changes)
    SELECT %(operation)s, told.* FROM coming CROSS JOIN LATERAL (
        VALUES
            ('person.created', 'person', person_id, person, '{}'::jsonb),
            ('lead.created', 'lead', lead_id, title, '{}'),
            ('note.written', 'lead', lead_id, title, jsonb_build_object('note', jsonb_build_array(
                NULL, jsonb_build_object('id', note_id, 'name', left(note, 60))
            )))
    ) AS told (verb, kind, id, title, changes)
    """,
    """
    INSERT INTO imports_trace (of_id, kind, record_id, number, what)
    SELECT %(import)s, kind, id, number, 'created' FROM coming CROSS JOIN LATERAL (
        VALUES
            ('organization', organization_id), ('person', person_id),
            ('lead', lead_id), ('note', note_id)
    ) AS made (kind, id)
    """,
]


def bench():
    """Leads with a person, an organization, a label and a note, all of them looked for before."""
    user = User.objects.filter(role=User.Role.ADMIN, is_active=True).first()
    user = user or User.objects.create_superuser("bench@carnet.example", name="Bench")
    label = Label.objects.first() or Label.objects.create(name="Bench")
    draw = drawing(label)
    table = Table("Running a checked import of leads with person, organization, label and note")
    per_row = {}
    for size in (SIZE, LARGE):
        took = side_by_side(
            {
                "floor": lambda size=size: floor(draw(size), user, label),
                "run": lambda size=size: run(draw(size), user),
            },
            rounds=ROUNDS,
        )
        per_row[size] = took["run"] / size
        table.row(f"{size:,} rows", took["run"], took["floor"], 1.6)
        print(f"{size / took['run']:,.0f} rows/s (goal: 5,000); floor {size / took['floor']:,.0f}")
    table.row("cost of a row at 100,000 against 10,000", per_row[LARGE], per_row[SIZE], 1.1)


def drawing(label):
    """Answers with rows of new people and organizations, never the same twice."""
    drawn = 0
    seed = f"{timezone.now():%y%m%d%H%M%S}"

    def draw(size):
        nonlocal drawn
        first, drawn = drawn, drawn + size
        return [
            {
                "title": f"Espresso machine {number}",
                "person": f"Élodie Test {number}",
                "email": f"person-{seed}-{number}@client.example",
                "company": f"Bakery {seed} {number // PEOPLE_OF_ONE}",
                "note": f"Met at the trade show, stand {number}. **Wants a quote** before May.",
                "value": number % 10_000,
                "label": label.pk,
            }
            for number in range(first, first + size)
        ]

    return draw


def floor(rows, user, label):
    """What is clocked: the copy and the statements above, in one transaction."""
    importing = new_import(rows, user)

    def act():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE staging (number int, title text, person text, email text,"
                " company text, note text, value numeric) ON COMMIT DROP"
            )
            with cursor.copy("COPY staging FROM STDIN") as copy:
                names = ("title", "person", "email", "company", "note", "value")
                for number, row in enumerate(rows, start=1):
                    copy.write_row((number, *(row[name] for name in names)))
            cursor.execute("ANALYZE staging")
            cursor.execute(
                "INSERT INTO history_operation (verb, by_id, at)"
                " VALUES ('import.run', %s, now()) RETURNING id",
                [user.pk],
            )
            [operation] = cursor.fetchone()
            values = {
                "by": user.pk,
                "label": label.pk,
                "operation": operation,
                "import": importing.pk,
            }
            for statement in FLOOR:
                cursor.execute(statement, values)

    return act


def run(rows, user):
    """The run as its job does it, of rows that a check left."""
    importing = new_import(rows, user)
    with connection.cursor() as cursor:
        columns = "of_id, number, line, cells, verdict, problems, prepared, matched"
        with cursor.copy(f"COPY {Row._meta.db_table} ({columns}) FROM STDIN") as copy:
            for number, row in enumerate(rows, start=1):
                said = json.dumps(prepared(row))
                copy.write_row((importing.pk, number, number + 1, [], "ready", "[]", said, "{}"))
        cursor.execute(f"ANALYZE {Row._meta.db_table}")

    def act():
        job = Job.objects.create(kind=running.JOB, by=user, of=len(rows))
        Import.objects.filter(pk=importing.pk).update(stage=Import.Stage.RUNNING, job=job)
        running.run(job, importing.pk)
        importing.refresh_from_db()
        assert importing.counts["done"]["lead"] == {"created": len(rows)}, importing.counts

    return act


def prepared(row):
    return {
        "lead": {
            "title": row["title"],
            "value": str(row["value"]),
            "currency": "EUR",
            "labels": [row["label"]],
        },
        "person": {
            "name": row["person"],
            "emails": [{"address": row["email"], "kind": "work"}],
        },
        "organization": {"name": row["company"]},
        "note": {"text": row["note"]},
    }


def new_import(rows, user):
    return Import.objects.create(
        by=user, name="leads.csv", kind="lead", size=1, sha256="0" * 64, row_count=len(rows)
    )
