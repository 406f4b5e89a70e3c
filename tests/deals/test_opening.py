"""A deal begins at the top of a column, and whoever edits it keeps it from idling."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Missing, NotAllowed, Stale
from deals.models import Deal
from deals.services import StageArchived, change_deal, open_deal
from history.models import Event, Operation
from history.services import undo
from tests.factories import DealFactory, LabelFactory, PersonFactory


@pytest.fixture
def draft(alice, stages):
    return Deal(title="Annual licence", person=PersonFactory(owner=alice), stage=stages[0])


def test_a_deal_begins_at_the_top_with_a_visit_an_owner_and_an_event(draft, alice, stages):
    older = DealFactory(stage=stages[0])
    label = LabelFactory()

    deal = open_deal(draft, labels=[label], by=alice)

    assert list(Deal.objects.order_by("position", "pk")) == [deal, older]
    assert deal.owner == deal.created_by == alice
    assert list(deal.labels.all()) == [label]
    [visit] = deal.stage_visits.all()
    assert (visit.stage, visit.entered_at, visit.left_at) == (
        stages[0],
        deal.stage_entered_at,
        None,
    )
    [event] = Event.objects.about([("deal", deal.pk)])
    assert event.verb == "deal.created"


def test_a_repeated_submission_answers_with_the_first_deal(draft, alice):
    token = uuid.uuid4()
    first = open_deal(draft, token=token, by=alice)
    again = Deal(title="Twice", person=draft.person, stage=draft.stage)

    assert open_deal(again, token=token, by=alice) == first
    assert Deal.objects.count() == 1


def test_an_archived_stage_or_pipeline_takes_no_deal(draft, alice, stages):
    type(stages[0]).objects.filter(pk=stages[0].pk).update(archived_at=timezone.now())
    with pytest.raises(StageArchived):
        open_deal(draft, by=alice)

    pipeline = stages[1].pipeline
    type(pipeline).objects.update(archived_at=timezone.now(), is_default=False)
    draft.stage = stages[1]
    with pytest.raises(StageArchived):
        open_deal(draft, by=alice)
    assert not Deal.objects.exists()
    assert not Operation.objects.exists()


def test_nobody_opens_a_deal_who_may_not_write_or_names_no_contact(draft, alice, reader, stages):
    with pytest.raises(NotAllowed):
        open_deal(draft, by=reader)
    with pytest.raises(ValidationError):
        open_deal(Deal(title="Nobody", stage=stages[0]), by=alice)
    assert not Deal.objects.exists()


def test_an_edit_is_news_and_can_be_undone(alice, stages):
    long_ago = timezone.now() - timedelta(days=30)
    deal = DealFactory(owner=alice, stage=stages[0], title="Pilot", idle_since=long_ago)

    operation = change_deal(deal, {"title": "Roll-out"}, seen={"title": "Pilot"}, by=alice)

    deal.refresh_from_db()
    assert deal.title == "Roll-out"
    assert deal.idle_since > long_ago
    undo(operation, by=alice)
    deal.refresh_from_db()
    assert deal.title == "Pilot"


def test_a_stale_edit_shows_both_values(alice, stages):
    deal = DealFactory(owner=alice, stage=stages[0], title="Renamed")
    with pytest.raises(Stale) as refused:
        change_deal(deal, {"title": "Mine"}, seen={"title": "Pilot"}, by=alice)
    assert (refused.value.seen, refused.value.found) == ("Pilot", "Renamed")


def test_nobody_edits_what_they_cannot_see_or_only_read(alice, bob, charlie, reader, stages):
    deal = DealFactory(owner=alice, stage=stages[0], visibility="team")
    with pytest.raises(Missing):
        change_deal(deal, {"title": "Mine"}, by=charlie)
    with pytest.raises(NotAllowed):
        change_deal(deal, {"title": "Mine"}, by=reader)
    change_deal(deal, {"title": "Ours"}, by=bob)
    assert Deal.objects.get().title == "Ours"
