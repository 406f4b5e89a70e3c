"""A run starts once, goes on from where it stands, and is cancelled between two chunks."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.policies import lock
from activities.models import Activity
from contacts.models import Organization, Person
from contacts.services import hold
from core.errors import Missing, NotAllowed
from history.models import Event, Operation
from imports import running, writing
from imports.forgetting import forget_old
from imports.models import ExternalId, Import, Row, Trace
from imports.writing import meeting
from jobs import services as jobs
from jobs.models import Job
from leads.models import Lead
from tests.factories import (
    ActivityTypeFactory,
    ExternalIdFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
)
from tests.imports.runs import checked, choosing, ran

pytestmark = pytest.mark.django_db


def leads(number):
    return [
        {"lead": {"title": f"Lead {each}"}, "organization": {"name": f"Bakery {each // 2}"}}
        for each in range(number)
    ]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)


def test_a_run_counts_what_it_does_and_tells_it_as_one_act(alice, small_chunks):
    importing = ran(checked(alice, *leads(5)))

    assert importing.stage == Import.Stage.DONE
    assert (importing.done_to, importing.job.step) == (5, 5)
    assert importing.counts["done"] == {
        "lead": {"created": 5},
        "organization": {"created": 3},
    }
    assert importing.counts["pace"] > 0
    assert importing.job.result["text"] == "5 rows were imported."
    operation = Operation.objects.get(verb="import.run")
    assert operation == importing.operation
    assert operation.events.count() == 8
    assert [lead.origin_id for lead in Lead.objects.all()] == [str(importing.pk)] * 5


def test_two_clicks_start_one_run(alice):
    importing = checked(alice, *leads(1))
    first, second = (running.start(importing, by=alice) for _click in range(2))
    assert first.job == second.job
    assert Job.objects.count() == 1
    jobs.run_now(first.job)
    assert running.start(importing, by=alice).stage == Import.Stage.DONE
    assert Lead.objects.count() == 1


def test_only_what_was_checked_runs(alice):
    importing = checked(alice, *leads(1))
    Import.objects.update(stage=Import.Stage.CHECK)
    with pytest.raises(running.NotChecked):
        running.start(importing, by=alice)


def test_readers_and_who_may_not_configure_products_start_nothing(alice, reader):
    importing = checked(alice, *leads(1))
    with pytest.raises(NotAllowed):
        running.start(importing, by=reader)
    with pytest.raises(NotAllowed):
        running.start(checked(alice, kind="product"), by=alice)
    assert not Job.objects.exists()


def test_only_who_made_an_import_and_admins_start_stop_and_resume_it(alice, bob, admin):
    importing = checked(alice, *leads(1))
    for act in (running.start, running.cancel, running.resume):
        with pytest.raises(Missing):
            act(importing, by=bob)
    assert running.start(importing, by=admin).stage == Import.Stage.RUNNING
    with pytest.raises(Missing):
        running.cancel(importing, by=bob)
    assert running.cancel(importing, by=admin).stage == Import.Stage.CANCELLED


def test_a_run_writes_with_the_rights_that_its_user_has_by_then(alice, small_chunks):
    importing = running.start(checked(alice, *leads(4)), by=alice)
    assert running.step(importing.job, importing.pk)
    User.objects.filter(pk=alice.pk).update(role=User.Role.READER)

    job = jobs.run_now(importing.job)

    importing.refresh_from_db()
    assert (job.status, job.error) == ("failed", "Your role does not allow this.")
    assert (importing.stage, importing.done_to) == (Import.Stage.FAILED, 2)
    assert Lead.objects.count() == 2


def test_cancelling_keeps_what_is_done_and_it_may_go_on(alice, small_chunks):
    importing = running.start(checked(alice, *leads(5)), by=alice)
    assert running.step(importing.job, importing.pk)
    running.cancel(importing, by=alice)

    job = jobs.run_now(importing.job)

    importing.refresh_from_db()
    assert importing.stage == Import.Stage.CANCELLED
    assert job.result["text"] == "Cancelled after 2 rows. What was done stays."
    assert Lead.objects.count() == 2
    again = running.resume(importing, by=alice)
    assert running.resume(importing, by=alice).job == again.job
    jobs.run_now(again.job)
    importing.refresh_from_db()
    assert importing.stage == Import.Stage.DONE
    assert Lead.objects.count() == 5


def test_what_was_interrupted_too_often_may_go_on(alice, small_chunks):
    importing = running.start(checked(alice, *leads(4)), by=alice)
    assert running.step(importing.job, importing.pk)
    jobs.fail(importing.job, "Interrupted.")

    importing = running.resume(importing, by=alice)

    jobs.run_now(importing.job)
    assert Lead.objects.count() == 4


def test_whose_rows_are_forgotten_goes_on_no_more(alice, small_chunks):
    importing = running.start(checked(alice, *leads(4)), by=alice)
    assert running.step(importing.job, importing.pk)
    running.cancel(importing, by=alice)
    Import.objects.update(finished_at=timezone.now() - timedelta(days=31))
    forget_old()

    importing = running.resume(importing, by=alice)

    assert importing.stage == Import.Stage.CANCELLED
    assert not running.may_go_on(importing)


def test_rows_that_are_not_ready_make_nothing(alice):
    importing = checked(alice, *leads(3))
    importing.rows.filter(number=2).update(verdict="refused")
    assert ran(importing).job.result["text"] == "2 rows were imported."
    traces = Trace.objects.filter(kind="lead").order_by("number")
    assert list(traces.values_list("number", flat=True)) == [1, 3]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_the_database_does_not_take_is_refused_alone(alice, monkeypatch, caplog):
    monkeypatch.setattr(running, "CHUNK", 4)
    rows = leads(6)
    rows[2]["lead"]["channel"] = 987_654
    ran(checked(alice, *rows))
    assert sorted(Lead.objects.values_list("title", flat=True)) == [
        f"Lead {number}" for number in (0, 1, 3, 4, 5)
    ]
    row = Row.objects.get(verdict="refused")
    assert row.number == 3
    assert "something it names" in row.problems[0]["reason"]


def test_who_left_since_the_check_owns_nothing(alice, bob):
    rows = leads(2)
    rows[1]["lead"]["owner"] = bob.pk
    importing = checked(alice, *rows, **choosing("lead.owner"))
    User.objects.filter(pk=bob.pk).update(is_active=False)
    ran(importing)
    assert Lead.objects.get().title == "Lead 0"
    assert "cannot own" in Row.objects.get(number=2).problems[0]["reason"]


def test_who_cannot_see_a_record_any_more_is_given_no_activity_about_it(alice, charlie):
    lead, call = LeadFactory(owner=alice), ActivityTypeFactory()
    ExternalIdFactory(kind="lead", external_id="1", record_id=lead.pk)
    said = {"subject": "Call", "type": call.pk, "due_on": "2026-11-26"}
    amy = {"person": {"name": "Amy", "emails": [{"address": "amy@x.example"}]}}
    rows = [
        {"activity": said | {"assignee": charlie.pk}, "lead": {"external_id": "1"}},
        {"activity": said | {"assignee": charlie.pk}, **amy},
        {"activity": said | {"assignee": charlie.pk}, **amy},
        {"activity": said, "lead": {"external_id": "1"}},
    ]
    fields = ("activity.subject", "activity.assignee", "lead.external_id", "person.name")
    importing = checked(alice, *rows, kind="activity", **choosing(*fields))
    Lead.objects.update(visibility="owner")
    ran(importing)
    assert [each.assignee for each in Activity.objects.filter(lead=None)] == [charlie, charlie]
    assert Activity.objects.get(lead=lead).assignee == alice
    assert "cannot see" in Row.objects.get(number=1).problems[0]["reason"]


def test_a_run_without_a_ready_row_is_no_act(alice):
    importing = checked(alice, *leads(1))
    importing.rows.update(verdict="skipped")
    assert ran(importing).operation is None
    assert not Event.objects.exists()


def rows_about_the_same(number):
    return [
        {
            "lead": {"title": f"Lead {each}"},
            "person": {"name": f"P {each}", "emails": [{"address": f"{each}@x.example"}]},
            "organization": {"name": f"Bakery {each}"},
        }
        for each in range(number)
    ]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_no_contact_twice(alice, bob, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 20)
    run_both(alice, bob, rows_about_the_same(60))
    assert Lead.objects.count() == 120
    assert Person.objects.count() == Organization.objects.count() == 60


@pytest.mark.django_db(transaction=True)
def test_without_taking_turns_they_do(alice, bob, monkeypatch):
    """The control arm: both have looked for contacts before either makes one."""
    both, meet = threading.Barrier(2, timeout=20), writing.meet

    def meet_at_once(chunk):
        kinds = meet(chunk)
        both.wait()
        return kinds

    monkeypatch.setattr(writing, "take_turns", lambda: None)
    monkeypatch.setattr(writing, "meet", meet_at_once)
    run_both(alice, bob, rows_about_the_same(3))
    assert Person.objects.count() == Organization.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_a_page_and_an_import_wait_for_each_other_in_one_order(alice):
    """A page that has a lead goes on to its contacts, while an import waits for the same lead."""
    acme = OrganizationFactory(name="Acme", owner=alice)
    amy = PersonFactory(name="Amy", organization=acme, owner=alice)
    lead = LeadFactory(owner=alice)
    for one in (lead, amy, acme):
        ExternalId.objects.create(kind=one.kind, external_id="1", record_id=one.pk)
    said = {"external_id": "1"}
    row = {"lead": {**said, "title": "Desks"}, "person": said, "organization": said}
    importing = running.start(checked(alice, row), by=alice)
    thread = threading.Thread(target=run_elsewhere, args=[importing])
    with transaction.atomic():
        lock([lead], by=alice)
        thread.start()
        wait_until_somebody_waits()
        hold(person=amy.pk, organization=acme.pk)
    thread.join()
    lead.refresh_from_db()
    assert (lead.title, lead.person, lead.organization) == ("Desks", amy, acme)


def wait_until_somebody_waits():
    with connection.cursor() as cursor:
        for _time in range(200):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("Nobody waits.")


@pytest.mark.django_db(transaction=True)
def test_a_contact_that_goes_while_it_is_looked_for_is_looked_for_again(alice, monkeypatch):
    acme = OrganizationFactory(name="Acme", owner=alice)
    holds = meeting.Meeting.holds_contacts

    def deleted_before(self):
        Organization.objects.filter(pk=acme.pk).update(deleted_at=timezone.now())
        return holds(self)

    monkeypatch.setattr(meeting.Meeting, "holds_contacts", deleted_before)
    ran(checked(alice, {"lead": {"title": "Desks"}, "organization": {"name": "Acme"}}))
    assert Lead.objects.get().organization not in (None, acme)


def run_both(alice, bob, rows):
    imports = [running.start(checked(user, *rows), by=user) for user in (alice, bob)]
    threads = [threading.Thread(target=run_elsewhere, args=[one]) for one in imports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run_elsewhere(importing):
    try:
        running.run(importing.job, importing.pk)
    finally:
        connection.close()
