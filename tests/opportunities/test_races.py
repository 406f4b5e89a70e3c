"""Two acts on the same records at once: the second one sees what the first one did."""

import time
from types import NoneType

import pytest
from django.db.models import QuerySet

from accounts.models import User
from contacts.models import Person
from history.models import Event, Operation
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import LeadFactory, UserFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leads():
    owner = UserFactory(role=User.Role.ADMIN)
    return LeadFactory.create_batch(3, owner=owner)


def archiver(leads, by):
    """Archives, and takes its time between telling and doing."""

    def pause(step):
        if step == opportunities.RECORDED:
            time.sleep(0.5)

    return lambda: opportunities.archive(leads, by=User.objects.get(pk=by.pk), tell=pause)


def test_what_two_archive_at_once_is_archived_once(leads):
    by = leads[0].owner

    answers = at_once(archiver(leads, by), archiver(list(reversed(leads)), by))

    assert {type(answer) for answer in answers} == {Operation, NoneType}
    assert Event.objects.filter(verb="lead.archived").count() == 3


def test_without_the_lock_it_would_be_told_twice(leads, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_how: self)
    by = leads[0].owner

    answers = at_once(archiver(leads, by), archiver(leads, by))

    assert all(isinstance(answer, Operation) for answer in answers)
    assert Event.objects.filter(verb="lead.archived").count() == 6


def test_many_are_held_in_one_order_and_nobody_waits_for_another(leads):
    by = leads[0].owner
    person = Person.objects.get(pk=leads[0].person_id)
    many = Lead.objects.bulk_create(
        Lead(title=f"Lead {n}", person=person, owner=by) for n in range(300)
    )
    numbers = [lead.pk for lead in many]
    forth = Lead.objects.filter(pk__in=numbers).order_by("pk")

    answers = at_once(archiver(forth, by), archiver(forth.reverse(), by))

    assert {type(answer) for answer in answers} == {Operation, NoneType}
