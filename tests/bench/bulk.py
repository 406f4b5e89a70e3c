"""Acts on leads ticked at random, against the same rows written by plain SQL."""

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from history.services import undo
from leads.models import Lead
from lists import acting
from opportunities import services
from tests.bench.conversion import drawing
from tests.bench.measuring import Table, side_by_side

SIZE = 10_000

# Every row the product promises and nothing else: no rights, no locks, no checks.
FLOOR = [
    """
    UPDATE leads_lead SET archived_at = now(), archived_by_id = %(by)s, updated_at = now()
    WHERE id = ANY(%(leads)s)
    """,
    """
    INSERT INTO history_event (operation_id, verb, subject_kind, subject_id, title, changes)
    SELECT %(operation)s, 'lead.archived', 'lead', id, title, '{}'
    FROM leads_lead WHERE id = ANY(%(leads)s)
    """,
]


def bench():
    """Print what archiving costs beside its floor, by the service, by the request, and undone."""
    user = User.objects.filter(role=User.Role.ADMIN, is_active=True).first()
    user = user or User.objects.create_superuser("bench@carnet.example", name="Bench")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    # What an earlier run put away is there again.
    Lead.objects.filter(archived_by=user).update(archived_at=None, archived_by=None)
    draw = drawing()
    took = side_by_side(
        {
            "floor": lambda: floor(draw(SIZE), user),
            "service": lambda: service(draw(SIZE), user),
            "request": lambda: request(draw(SIZE), client),
            "undo": lambda: undoing(draw(SIZE), user),
        }
    )
    table = Table(f"Archiving {SIZE:,} leads ticked at random out of a large table")
    table.row("service", took["service"], took["floor"], 2)
    table.row("whole request", took["request"], took["floor"], 2.5)
    table.row("undo", took["undo"], took["floor"], 2)


def floor(leads, user):
    """What is clocked: the statements above, in one transaction."""

    def run():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO history_operation (verb, by_id, at)"
                " VALUES ('lead.archived', %s, now()) RETURNING id",
                [user.pk],
            )
            [operation] = cursor.fetchone()
            for statement in FLOOR:
                cursor.execute(statement, {"leads": leads, "by": user.pk, "operation": operation})

    return run


def service(leads, user):
    chosen = Lead.objects.filter(pk__among=leads)
    return lambda: services.archive(chosen, by=user)


def request(leads, client):
    form = {"ids": leads}

    def run():
        acting.LARGEST_REQUEST = SIZE  # the whole of it, as if it were no job
        answer = client.post(reverse("leads:archive"), form)
        assert answer.status_code == 302, answer.text[:500]

    return run


def undoing(leads, user):
    operation = services.archive(Lead.objects.filter(pk__among=leads), by=user)
    return lambda: undo(operation, by=user)
