"""The way back: undo of a conversion, return to the leads, and there again; nothing is lost."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, Visibility
from activities.models import Activity, Note
from conversion.models import ConvertedLead
from conversion.queries import later_life, lives_of
from conversion.services import (
    AlreadyReturned,
    ConversionUndone,
    DealsWentOn,
    convert_leads,
    return_to_leads,
    undo_conversion,
)
from core.errors import Missing, NotAllowed
from deals.models import Deal, StageVisit
from deals.services.state import DealArchived, DealClosed
from history import services as history
from history.models import Event
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import (
    ActivityFactory,
    DealFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    PersonFactory,
)


@pytest.fixture
def lead(alice, pipeline):
    lead = LeadFactory(owner=alice, value=100, currency="EUR", labels=[LabelFactory()])
    ActivityFactory(lead=lead)
    NoteFactory(lead=lead)
    return lead


def convert(*leads, by, **more):
    return convert_leads(list(leads), **{"into": None, **more}, by=by)


def test_undo_brings_the_lead_back_as_it_was(alice, lead):  # E1
    before = Lead.objects.values().get()

    undo_conversion(convert(lead, by=alice), by=alice)

    after = Lead.objects.values().get()
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == before
    assert list(lead.labels.all()) == list(Lead.objects.get().labels.all())
    assert (Activity.objects.get().lead, Note.objects.get().lead) == (lead, lead)
    assert not Deal.objects.exists()
    assert StageVisit.objects.get().left_at is not None


def test_undo_keeps_what_was_typed_since(alice, lead):
    conversion = convert(lead, by=alice)
    deal = Deal.objects.get()
    opportunities.change(deal, {"title": "Better title", "value": Decimal("250")}, by=alice)
    new = LabelFactory()
    opportunities.add_label([deal], new, by=alice)
    NoteFactory(deal=deal)

    undo_conversion(conversion, by=alice)

    lead.refresh_from_db()
    assert (lead.title, lead.value) == ("Better title", 250)
    assert new in lead.labels.all()
    assert Note.objects.filter(lead=lead).count() == 2


def win(deal, by):
    Deal.objects.filter(pk=deal.pk).update(
        status="won", won_at=timezone.now(), won_by=by, first_won_at=timezone.now()
    )


def lose(deal, by):
    Deal.objects.filter(pk=deal.pk).update(status="lost", lost_at=timezone.now(), lost_by=by)


def move(deal, by):
    stage = deal.stage.pipeline.stages.exclude(pk=deal.stage_id).first()
    Deal.objects.filter(pk=deal.pk).update(stage=stage, stage_entered_at=timezone.now())


def archive(deal, by):
    opportunities.archive([deal], by=by)


def delete(deal, by):
    opportunities.delete([deal], by=by)


@pytest.mark.parametrize(
    ("went_on", "reason"),
    [
        (win, "won"),
        (lose, "lost"),
        (move, "moved to another stage"),
        (archive, "archived"),
        (delete, "deleted"),
    ],
)
def test_undo_is_refused_once_a_deal_went_on(alice, lead, went_on, reason):  # E2, E4
    other = LeadFactory(owner=alice)
    conversion = convert(lead, other, by=alice)
    went_on(Deal.objects.get(title=lead.title), alice)
    before = list(Deal.everything.order_by("pk").values())

    with pytest.raises(DealsWentOn, match=f"{lead.title}” \\({reason}\\)") as refused:
        undo_conversion(conversion, by=alice)

    assert [deal.title for deal in refused.value.records] == [lead.title]
    assert list(Deal.everything.order_by("pk").values()) == before
    assert not Lead.objects.exists()


def test_undo_of_many_is_one_act(alice, pipeline):  # E4
    leads = LeadFactory.create_batch(50, owner=alice, person=PersonFactory(owner=alice))

    undo_conversion(convert(*leads, by=alice), by=alice)

    assert set(Lead.objects.all()) == set(leads)
    assert not Deal.objects.exists()


def test_undo_needs_the_rights_of_converting(alice, charlie, reader, lead):  # E6
    Lead.objects.update(visibility=Visibility.TEAM)
    conversion = convert(lead, by=alice)

    with pytest.raises(Missing):
        undo_conversion(conversion, by=charlie)
    with pytest.raises(NotAllowed):
        undo_conversion(conversion, by=reader)

    assert Deal.objects.exists()


def test_undoing_twice_changes_nothing_more(alice, lead):
    conversion = convert(lead, by=alice)
    undo_conversion(conversion, by=alice)
    events = Event.objects.count()

    undo_conversion(conversion, by=alice)

    assert Event.objects.count() == events


def test_a_repeat_after_undo_hears_of_it(alice, lead):
    token = "6b0c8f5e-5a4a-4c7e-9d3e-0a8ad0a3a111"
    undo_conversion(convert(lead, token=token, by=alice), by=alice)

    with pytest.raises(ConversionUndone):
        convert(lead, token=token, by=alice)

    assert Lead.objects.get() == lead


def test_a_deal_that_never_was_a_lead_returns_as_a_new_one(alice, stages):  # E3
    deal = DealFactory(
        owner=alice, stage=stages[1], value=10, currency="EUR", expected_close_on=date(2027, 1, 1)
    )
    note = NoteFactory(deal=deal)

    return_to_leads([deal], by=alice)

    lead = Lead.objects.get()
    for field in Lead.carried_fields():
        assert getattr(lead, field.attname) == getattr(deal, field.attname), field.name
    note.refresh_from_db()
    assert note.lead == lead
    assert not Deal.objects.exists()


def test_there_and_back_and_there_again_is_the_same_deal(alice, lead, stages):
    convert(lead, by=alice)
    deal = Deal.objects.get()
    Deal.objects.update(probability=35)
    return_to_leads([deal], by=alice)
    assert Lead.objects.get() == lead
    opportunities.change(lead, {"title": "Seen again"}, by=alice)

    convert(lead, into=stages[1], by=alice)

    again = Deal.objects.get()
    assert (again.pk, again.title, again.probability) == (deal.pk, "Seen again", 35)
    assert again.stage == stages[1]
    assert list(again.labels.all()) == list(lead.labels.all())
    assert [visit.stage for visit in StageVisit.objects.order_by("entered_at")] == stages[:2]
    assert StageVisit.objects.filter(left_at=None).count() == 1
    assert ConvertedLead.objects.standing().get().deal == deal


def test_returning_can_be_undone(alice, lead, stages):
    convert(lead, into=stages[2], by=alice)
    [deal] = Deal.objects.all()

    history.undo(return_to_leads([deal], by=alice), by=alice)

    assert Deal.objects.get().stage == stages[2]
    assert not Lead.objects.exists()


def test_a_lead_and_its_deal_never_live_at_once(alice, lead):  # E7
    for _turn in range(3):
        convert(lead, by=alice)
        assert (Lead.objects.count(), Deal.objects.count()) == (0, 1)
        return_to_leads(Deal.objects.all(), by=alice)
        assert (Lead.objects.count(), Deal.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("went_on", "refusal"), [(win, DealClosed), (lose, DealClosed), (archive, DealArchived)]
)
def test_only_open_deals_return(alice, stages, went_on, refusal):
    ours, other = DealFactory.create_batch(2, owner=alice, stage=stages[0])
    went_on(ours, alice)

    with pytest.raises(refusal, match=ours.title):
        return_to_leads([ours, other], by=alice)

    assert not Lead.objects.exists()


def test_returning_what_has_returned_is_told_with_its_lead(alice, lead):
    convert(lead, by=alice)
    deal = Deal.objects.get()
    return_to_leads([deal], by=alice)

    with pytest.raises(AlreadyReturned) as refused:
        return_to_leads([deal], by=alice)

    assert refused.value.records == [lead]


def test_returning_follows_rights(alice, charlie, reader, stages):
    deal = DealFactory(owner=alice, stage=stages[0], visibility=Visibility.TEAM)

    with pytest.raises(Missing):
        return_to_leads([deal], by=charlie)
    with pytest.raises(NotAllowed):
        return_to_leads([deal], by=reader)

    assert Deal.objects.get() == deal


def test_a_deal_whose_lead_was_purged_returns_as_a_new_lead(alice, lead):
    convert(lead, by=alice)
    Lead.everything.all().delete()

    return_to_leads(Deal.objects.all(), by=alice)

    assert Lead.objects.get().pk != lead.pk
    assert not ConvertedLead.objects.standing().exists()


def test_undo_after_the_leads_were_purged_is_refused(alice, lead):
    conversion = convert(lead, by=alice)
    Lead.everything.all().delete()

    with pytest.raises(DealsWentOn):
        undo_conversion(conversion, by=alice)


def test_undo_of_a_return_after_a_purge_is_missing(alice, lead):
    convert(lead, by=alice)
    operation = return_to_leads(Deal.objects.all(), by=alice)
    Lead.everything.all().delete()
    Deal.everything.all().delete()

    with pytest.raises(Missing):
        history.undo(operation, by=alice)


def test_what_became_of_hidden_deals_is_not_told(alice, charlie, lead):
    Lead.objects.update(visibility=Visibility.TEAM)
    conversion = convert(lead, by=alice)
    return_to_leads(Deal.objects.all(), by=alice)

    with pytest.raises(Missing):
        undo_conversion(conversion, by=charlie)
    with pytest.raises(DealsWentOn):
        undo_conversion(conversion, by=alice)


@pytest.mark.parametrize("size", [10, 500])
def test_the_number_of_statements_does_not_grow(alice, pipeline, size):
    leads = LeadFactory.create_batch(size, owner=alice, person=PersonFactory(owner=alice))
    conversion = convert(*leads, by=alice)
    alice = User.objects.get(pk=alice.pk)

    with CaptureQueriesContext(connection) as undo:
        undo_conversion(conversion, by=alice)
    convert(*leads, by=alice)
    with CaptureQueriesContext(connection) as back:
        return_to_leads(Deal.objects.all(), by=alice)

    assert len(undo) == 26
    assert len(back) == 20


def test_a_record_knows_its_lives(alice, charlie, lead):
    Lead.objects.update(visibility=Visibility.TEAM)
    convert(lead, by=alice)
    deal = Deal.objects.get()

    assert set(lives_of(deal)) == {("lead", lead.pk), ("deal", deal.pk)} == set(lives_of(lead))
    assert lives_of(lead.person) == [("person", lead.person_id)]
    assert later_life("lead", lead.pk, alice) == deal
    assert later_life("lead", lead.pk, charlie) is None
    assert later_life("deal", deal.pk, alice) is None
    return_to_leads([deal], by=alice)
    assert later_life("deal", deal.pk, alice) == lead
    assert later_life("lead", lead.pk, alice) is None
