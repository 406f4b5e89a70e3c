"""Two at once: real threads, real commits, and control arms that show what locks prevent."""

import threading
import time
import uuid

import pytest
from django.db import IntegrityError

from accounts.models import User
from conversion import carrying
from conversion.models import Conversion, ConvertedLead
from conversion.services import (
    AlreadyConverted,
    convert_leads,
    converting,
    return_to_leads,
    undo_conversion,
)
from core.errors import Missing, Refused
from crm.invariants import breaches
from deals.models import Deal
from deals.services import move_deals
from history.models import Operation
from leads.models import Lead
from opportunities import services as opportunities
from pipelines.models import Stage
from pipelines.services import archive_stage
from tests.factories import LeadFactory, PersonFactory, PipelineFactory, StageFactory, UserFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return UserFactory()


@pytest.fixture
def bob():
    return UserFactory()


@pytest.fixture
def leads(alice):
    StageFactory(pipeline=PipelineFactory(is_default=True), position=0)
    return LeadFactory.create_batch(20, owner=alice, person=PersonFactory(owner=alice))


def convert(leads, by, **more):
    return lambda: convert_leads(leads, into=None, by=User.objects.get(pk=by.pk), **more)


def test_of_two_who_convert_the_same_leads_one_wins_and_one_is_told(alice, bob, leads):  # C3
    for _round in range(5):
        answers = at_once(convert(leads, alice), convert(leads[::-1], bob))

        [won] = [each for each in answers if isinstance(each, Conversion)]
        [told] = [each for each in answers if isinstance(each, AlreadyConverted)]
        assert {deal.pk for deal in told.records} == set(Deal.objects.values_list("pk", flat=True))
        assert Deal.objects.count() == len(leads)
        undo_conversion(won, by=User.objects.get(pk=won.by.pk))


def test_without_the_lock_both_go_on_and_only_the_constraint_stands(
    alice, bob, leads, monkeypatch
):  # C13: the control arm of the race above
    def look_without_locking(numbers, *, by):
        assert Lead.objects.filter(pk__among=numbers).convertible_by(by).count() == len(numbers)
        time.sleep(0.3)

    monkeypatch.setattr(converting, "lock_leads", look_without_locking)

    answers = at_once(convert(leads, alice), convert(leads, bob))

    assert [type(each) for each in answers].count(Conversion) == 1
    assert [type(each) for each in answers].count(IntegrityError) == 1
    assert "conversion_convertedlead_one_deal_a_lead" in str(
        next(each for each in answers if isinstance(each, IntegrityError))
    )


def test_overlapping_selections_convert_each_lead_once(alice, bob, leads):
    answers = at_once(convert(leads[:15], alice), convert(leads[:4:-1], bob))

    won = [each for each in answers if isinstance(each, Conversion)]
    assert len(won) == 1
    assert Deal.objects.count() == won[0].size


def test_a_double_click_is_one_conversion(alice, leads):  # C1
    token = uuid.uuid4()

    answers = at_once(*[convert(leads, alice, token=token)] * 4)

    assert len({each.pk for each in answers}) == 1
    assert (Conversion.objects.count(), Deal.objects.count()) == (1, len(leads))


def test_without_a_token_a_double_click_is_refused_not_doubled(alice, leads):
    answers = at_once(*[convert(leads, alice)] * 4)

    assert sorted(type(each).__name__ for each in answers) == ["AlreadyConverted"] * 3 + [
        "Conversion"
    ]
    assert Deal.objects.count() == len(leads)


@pytest.mark.parametrize("act", [opportunities.archive, opportunities.delete])
def test_converting_and_putting_away_at_once_leave_one_of_both(alice, leads, act):
    for _round in range(3):
        lead = leads.pop()
        again = Lead.objects.get(pk=lead.pk)

        answers = at_once(
            convert([lead], alice),
            lambda again=again: act([again], by=User.objects.get(pk=alice.pk)),
        )

        refused = [each for each in answers if isinstance(each, Exception)]
        assert len(refused) == 1
        lives = Lead.objects.in_inbox().filter(pk=lead.pk).count()
        pairs = ConvertedLead.objects.standing().filter(lead_number=lead.pk).count()
        assert (lives, pairs) in {(0, 0), (0, 1)}
        assert (pairs == 1) == isinstance(answers[0], Conversion)


def test_an_edit_never_gets_lost_in_a_conversion(alice, leads):
    for _round in range(5):
        lead = leads.pop()

        _conversion, edit = at_once(
            convert([lead], alice),
            lambda lead=lead: opportunities.change(
                lead, {"title": "New title"}, by=User.objects.get(pk=alice.pk)
            ),
        )

        deal = Deal.objects.get(pk=ConvertedLead.objects.get(lead_number=lead.pk).deal_number)
        assert deal.title == (lead.title if isinstance(edit, Missing) else "New title")


@pytest.mark.parametrize("is_held", [True, False])
def test_a_stage_is_not_archived_under_a_conversion(alice, leads, monkeypatch, is_held):
    """The second run is the control arm: without holding the stage, deals land in the archive."""
    under_way = threading.Event()
    pair_leads = carrying.pair_leads

    def slowly(*arguments, **keywords):
        under_way.set()
        time.sleep(0.3)
        return pair_leads(*arguments, **keywords)

    monkeypatch.setattr(carrying, "pair_leads", slowly)
    if not is_held:
        monkeypatch.setattr(carrying, "hold_stage", lambda stage: True)
    admin = UserFactory(role=User.Role.ADMIN)
    stage = Stage.objects.get()
    StageFactory(pipeline=stage.pipeline, position=9)

    def archive():
        under_way.wait(timeout=5)
        return archive_stage(stage, by=User.objects.get(pk=admin.pk))

    _conversion, archived = at_once(convert(leads, alice), archive)

    stage.refresh_from_db()
    assert Deal.objects.filter(stage=stage).count() == len(leads)
    assert isinstance(archived, Refused) == is_held
    assert (stage.archived_at is None) == is_held


def test_a_deal_that_moves_as_it_returns_to_the_leads_is_on_one_visit_or_none(leads, alice):
    convert_leads(leads, into=None, by=alice)
    stage = Stage.objects.get()
    further = StageFactory(pipeline=stage.pipeline, position=1)
    for deal in Deal.objects.order_by("pk")[:5]:
        returned, moved = at_once(
            lambda deal=deal: return_to_leads([deal], by=User.objects.get(pk=alice.pk)),
            lambda deal=deal: move_deals([deal], to=further, by=User.objects.get(pk=alice.pk)),
        )
        assert isinstance(returned, Operation)
        assert isinstance(moved, Operation | Missing)
    assert breaches() == []
