"""Kill an act at a random moment, in one of three ways, and look at what is left.

It runs in a process of its own, forked from this one, on the same test database. It
writes one byte when it begins and one when it has been told that it is done.
"""

import os
import random
import signal
import time

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from accounts.models import User
from conversion.models import Conversion
from conversion.services import convert_leads, undo_conversion
from crm import embedded, env
from deals.models import Deal
from leads.models import Lead
from tests.factories import (
    ActivityFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    PersonFactory,
    PipelineFactory,
    StageFactory,
    UserFactory,
)

SIZE = 1_000


def prepare():
    """A user with ``SIZE`` leads that carry a label, a note and an activity each."""
    user = UserFactory()
    StageFactory(pipeline=PipelineFactory(is_default=True))
    person, label = PersonFactory(owner=user), LabelFactory()
    leads = Lead.objects.bulk_create(LeadFactory.build_batch(SIZE, owner=user, person=person))
    through = Lead.labels.through
    through.objects.bulk_create(through(lead=lead, label=label) for lead in leads)
    note, activity = NoteFactory.build(author=user), ActivityFactory(person=person)
    type(note).objects.bulk_create(
        type(note)(text=note.text, author=user, lead=lead) for lead in leads
    )
    type(activity).objects.bulk_create(
        type(activity)(
            type=activity.type, subject="Call", due_on=activity.due_on, assignee=user, lead=lead
        )
        for lead in leads
    )
    Lead.objects.update(next_activity_on=activity.due_on)
    return user


def kill_process(process):
    """The web server's process dies, as by the kernel's hand when memory runs out."""
    os.kill(process, signal.SIGKILL)


def terminate_backend(process):
    """The database ends the session, as when an admin tells it to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'victim'"
        )


def crash_database(process):
    """The whole database server stops without a word to anybody, and starts again."""
    if env.secret("DATABASE_URL"):
        pytest.skip("The database server of DATABASE_URL is not ours to stop.")
    leave_database()
    embedded.stop("immediate")
    embedded.start()


FAULTS = {"process": kill_process, "backend": terminate_backend, "database": crash_database}


def converting(user):
    return lambda: convert_leads(Lead.objects.all(), into=None, by=User.objects.get(pk=user.pk))


def usual_duration(user):
    """How many seconds a conversion takes when nobody disturbs it."""
    began = time.monotonic()
    convert_leads(Lead.objects.all(), into=None, by=user)
    took = time.monotonic() - began
    start_over(user)
    return took


def strike(act, fault, *, after):
    """Let a process of its own do ``act``, strike ``after`` seconds into it and see it dead; say
    whether it had told that it was done.
    """
    leave_database()
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        act_and_tell(act, writing)
    os.close(writing)
    assert os.read(reading, 1) == b"b"
    time.sleep(after)
    fault(process)
    told = os.read(reading, 1) == b"d"
    os.close(reading)
    os.waitpid(process, 0)
    wait_for_the_dead()
    return told


def act_and_tell(act, writing):
    """What the forked process does; it never returns."""
    try:
        # Once a browser runs, there is an event loop, and Django keeps connections inside of it
        # apart from those outside. A fork has no loop: it would find what its parent opened before.
        connection.connection = None
        with connection.cursor() as cursor:
            cursor.execute("SET application_name = 'victim'")
        os.write(writing, b"b")
        act()
        os.write(writing, b"d")
    except OperationalError:
        pass  # what a web server would answer with an error
    finally:
        os._exit(0)


def look(told):
    """All or nothing, and nothing lost that was told; answers with how many leads became deals."""
    deals, leads = Deal.objects.count(), Lead.objects.count()
    assert (deals, leads) in {(0, SIZE), (SIZE, 0)}, f"{deals} deals, {leads} leads"
    assert deals == SIZE or not told
    call_command("check_invariants", verbosity=0)
    return deals


def start_over(user):
    """Bring the leads back, by the way a user would."""
    for conversion in Conversion.objects.filter(operation__undone_at=None):
        undo_conversion(conversion, by=user)


def wait_for_the_dead():
    """A killed client's session ends when its backend notices."""
    with connection.cursor() as cursor:
        for _try in range(200):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victim'"
            )
            if cursor.fetchone()[0] == 0:
                return
            time.sleep(0.05)
    raise AssertionError("a killed session lives on")


def leave_database():
    """Give up all connections: a forked process must not share them, a crash breaks them."""
    connection.close()
    connection.close_pool()


def campaign(user, fault, *, strikes, seed):
    """Strike at random moments of the usual duration and after it; count what was found.

    What is usual is measured anew every ten strikes: rows that died make the work slower.
    """
    dice = random.Random(seed)
    converted = 0
    for number in range(strikes):
        if number % 10 == 0:
            usual = usual_duration(user)
        told = strike(converting(user), FAULTS[fault], after=dice.uniform(0, 1.8 * usual))
        converted += look(told) == SIZE
        start_over(user)
    return converted
