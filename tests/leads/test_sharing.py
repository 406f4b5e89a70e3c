"""Leads are shared out among several owners, in turns, in the order of the list (B12)."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.policies import OwnerInactive
from history.models import Event
from history.services import undo
from jobs.models import Job
from jobs.services import run_now
from leads.models import Lead
from lists import acting
from opportunities.services import share_out
from tests.factories import LeadFactory, UserFactory

pytestmark = pytest.mark.django_db
SHARE = "/leads/share-out/"


@pytest.fixture
def leads(alice):
    return LeadFactory.create_batch(5, owner=alice)


def owners(leads):
    found = dict(Lead.objects.values_list("pk", "owner__name"))
    return [found[lead.pk].split()[0] for lead in leads]


def test_each_in_turn_gets_the_next_of_the_list(alice, bob, charlie, leads):
    order = [leads[3], leads[0], leads[4], leads[1], leads[2]]

    operation = share_out(order, among=[bob, charlie], by=alice)

    assert owners(order) == ["Bob", "Charlie", "Bob", "Charlie", "Bob"]
    told = operation.events.get(subject_id=leads[0].pk).changes
    assert [each["name"] for each in told["owner"]] == ["Alice Martin", "Charlie Roux"]
    undo(operation, by=alice)
    assert set(owners(leads)) == {"Alice"}


def test_what_one_of_them_owns_stays_unless_it_is_shared_out_anew(alice, bob, leads):
    Lead.objects.filter(pk=leads[1].pk).update(owner=bob)

    operation = share_out(leads, among=[alice, bob], by=alice)
    assert operation is None
    operation = share_out(leads, among=[alice, bob], anew=True, by=alice)

    assert owners(leads) == ["Alice", "Bob", "Alice", "Bob", "Alice"]
    assert operation.events.count() == 1


def test_nobody_who_left_or_reads_gets_any(alice, reader, leads):
    with pytest.raises(OwnerInactive):
        share_out(leads, among=[alice, reader], by=alice)
    assert not Event.objects.exists()


@pytest.mark.parametrize("number", [10, 300])
def test_the_number_of_statements_does_not_grow_with_the_leads(admin, bob, charlie, number):
    person = LeadFactory(owner=bob).person
    Lead.objects.bulk_create(
        Lead(title=f"Lead {n}", person=person, owner=admin) for n in range(number)
    )

    with CaptureQueriesContext(connection) as captured:
        share_out(Lead.objects.order_by("-pk"), among=[bob, charlie, UserFactory()], by=admin)

    assert len(captured) == 15


def test_the_dialog_asks_among_whom(signed_in, alice, bob, leads):
    client, ids = signed_in(alice), [lead.pk for lead in leads]

    asked = client.post(SHARE, {"ids": ids})
    assert "Share out 5 leads" in asked.text
    none = client.post(SHARE, {"ids": ids, "save": "1"})
    assert none.status_code == 422
    answer = client.post(SHARE, {"ids": ids, "among": [alice.pk, bob.pk], "anew": "1", "save": "1"})

    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == ["2 leads shared out among Alice Martin, Bob Petit."]
    assert owners(leads) == ["Alice", "Bob", "Alice", "Bob", "Alice"]


def test_many_are_shared_out_by_a_job(signed_in, alice, bob, charlie, leads, monkeypatch):
    monkeypatch.setattr(acting, "LARGEST_REQUEST", 2)
    sent = {"all": "1", "count": 5, "among": [bob.pk, charlie.pk], "save": "1"}

    signed_in(alice).post(SHARE, sent)

    told = run_now(Job.objects.get()).result["text"]
    assert told == "5 leads shared out among Bob Petit, Charlie Roux."
    assert owners(reversed(leads)) == ["Bob", "Charlie", "Bob", "Charlie", "Bob"]
