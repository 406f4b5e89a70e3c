"""Two at once: real threads, real commits, and a control arm that shows what the lock prevents."""

import threading
import time
import uuid

import pytest
from django.db import IntegrityError

from accounts.models import User
from activities import services as activities
from activities.models import Note
from conversion.models import Conversion, ConvertedLead
from conversion.services import AlreadyConverted, convert_leads
from core.errors import Missing
from crm.invariants import breaches
from history.models import Operation
from leads.merging import merge_leads
from leads.models import Lead, MergedLead
from opportunities import services as opportunities
from opportunities.merging import AlreadyMerged, Kind, NoLonger, NotOneContact
from tests.factories import LeadFactory, PersonFactory, PipelineFactory, StageFactory, UserFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return UserFactory()


@pytest.fixture
def boss():
    return UserFactory(role=User.Role.ADMIN)


@pytest.fixture
def person(alice):
    StageFactory(pipeline=PipelineFactory(is_default=True), position=0)
    return PersonFactory(owner=alice)


@pytest.fixture
def pairs(alice, person):
    """Five pairs of leads, one for each round."""
    return [LeadFactory.create_batch(2, owner=alice, person=person) for _round in range(5)]


def merge(leads, into, by, **more):
    return lambda: merge_leads(leads, into=into, by=User.objects.get(pk=by.pk), **more)


def test_of_two_who_merge_the_same_leads_one_wins_and_one_is_told(pairs, alice, boss):
    for one, two in pairs:
        answers = at_once(merge([two], one, alice), merge([one], two, boss))

        assert [type(each) for each in answers].count(Operation) == 1
        [told] = [each for each in answers if isinstance(each, AlreadyMerged)]
        assert told.records[0] == Lead.objects.get(pk__in=[one.pk, two.pk])
    assert breaches() == []


@pytest.mark.parametrize("is_locked", [True, False])
def test_a_lead_is_merged_into_one_other(pairs, alice, boss, monkeypatch, is_locked):
    """The second run is the control arm: without the lock both go on, and only the constraint
    stands.
    """

    def look_without_locking(kind, numbers):
        leads = kind.read(numbers)
        time.sleep(0.3)
        return leads

    if not is_locked:
        monkeypatch.setattr(Kind, "lock", look_without_locking)
    [one, two], [three, _four] = pairs[:2]

    answers = at_once(merge([two], one, alice), merge([two], three, boss))

    [refused] = [each for each in answers if not isinstance(each, Operation)]
    assert isinstance(refused, AlreadyMerged if is_locked else IntegrityError)
    assert is_locked or "leads_mergedlead_once" in str(refused)
    assert breaches() == []


def test_a_double_click_is_one_act(pairs, alice):
    one, two = pairs[0]
    token = uuid.uuid4()

    answers = at_once(*[merge([two], one, alice, token=token)] * 4)

    assert len({each.pk for each in answers}) == 1
    assert MergedLead.objects.count() == 1


@pytest.mark.parametrize("converted", [0, 1], ids=["the one that stays", "the other"])
def test_merging_and_converting_at_once_leave_one_of_both(pairs, alice, boss, converted):
    for pair in pairs:
        one, two = pair
        lead = pair[converted]

        merged, conversion = at_once(
            merge([two], one, alice),
            lambda lead=lead: convert_leads([lead], into=None, by=User.objects.get(pk=boss.pk)),
        )

        is_converted = ConvertedLead.objects.filter(lead_number=lead.pk).exists()
        is_merged = MergedLead.objects.filter(lead_number=two.pk).exists()
        if isinstance(merged, Operation):
            # What stays may become a deal right afterwards; what was merged may not.
            assert is_merged
            assert is_converted == (converted == 0)
            assert isinstance(conversion, AlreadyMerged if converted else Conversion)
        else:
            assert isinstance(merged, NoLonger)
            assert isinstance(conversion, Conversion)
            assert (is_converted, is_merged) == (True, False)
    assert not any(isinstance(each, AlreadyConverted) for each in (merged, conversion))
    assert breaches() == []


def test_an_edit_never_gets_lost_in_a_merging(pairs, alice):
    for one, two in pairs:
        _merged, edit = at_once(
            merge([two], one, alice),
            lambda two=two: opportunities.change(
                two, {"campaign": "Spring"}, by=User.objects.get(pk=alice.pk)
            ),
        )

        told = "" if isinstance(edit, Missing) else "Spring"
        assert Lead.objects.get(pk=one.pk).campaign == told


def test_a_note_is_never_left_behind(pairs, alice):
    for one, two in pairs:
        _merged, written = at_once(
            merge([two], one, alice),
            lambda two=two: activities.write_note(
                Note(lead=two, text="Wants ten"), by=User.objects.get(pk=alice.pk)
            ),
        )

        assert isinstance(written, Missing) or Note.objects.get(pk=written.pk).lead_id == one.pk
    assert breaches() == []


def test_who_waits_reads_the_contact_that_was_changed_meanwhile(pairs, alice, monkeypatch):
    """A row that was waited for names a person that the waiting statement had not joined."""
    one, two = pairs[0]
    other = PersonFactory(owner=alice)
    changing = threading.Event()
    lock = opportunities.lock

    def slowly(*arguments, **keywords):
        locked = lock(*arguments, **keywords)
        changing.set()
        time.sleep(0.3)
        return locked

    def merge_later():
        changing.wait(timeout=5)
        return merge([two], one, alice)()

    monkeypatch.setattr(opportunities, "lock", slowly)
    _changed, merged = at_once(
        lambda: opportunities.change(two, {"person": other}, by=User.objects.get(pk=alice.pk)),
        merge_later,
    )

    assert isinstance(merged, NotOneContact)
    assert {lead.person for lead in merged.records} == {one.person, other}
