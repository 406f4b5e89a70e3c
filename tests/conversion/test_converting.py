"""Leads become deals: what becomes true, and what is refused."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, Visibility
from accounts.policies import OwnerInactive
from activities.models import Activity, Note
from contacts.models import Organization, Person
from conversion.models import Conversion, ConvertedLead
from conversion.services import (
    AlreadyConverted,
    LeadArchived,
    NoUsableStage,
    convert_leads,
)
from core.errors import Missing, NotAllowed
from deals.models import Deal, StageVisit
from history.models import Event, Operation
from leads.models import Lead
from lists.selection import NothingSelected
from opportunities import services as opportunities
from tests.factories import (
    ActivityFactory,
    ChannelFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
    PipelineFactory,
    StageFactory,
    UserFactory,
)


def deals_of(conversion):
    numbers = conversion.pairs.values("deal_number")
    return list(Deal.objects.filter(pk__in=numbers).order_by("position", "pk"))


def convert_one(lead, *, into=None, by, **more):
    [deal] = deals_of(convert_leads([lead], into=into, by=by, **more))
    return deal


def test_a_lead_becomes_one_deal_in_the_first_stage_and_is_gone(alice, pipeline, stages):  # A1
    organization = OrganizationFactory(owner=alice)
    lead = LeadFactory(owner=alice, organization=organization)

    deal = convert_one(lead, into=pipeline, by=alice)

    assert Deal.objects.get() == deal
    assert (deal.stage, deal.person, deal.organization) == (stages[0], lead.person, organization)
    assert not Lead.objects.exists()
    assert not Lead.objects.visible_to(alice).in_inbox().exists()


def test_a_stage_a_pipeline_or_nothing_says_where_to(alice, pipeline, stages):  # A2
    other = PipelineFactory()
    StageFactory(pipeline=other, position=0, archived_at=timezone.now())
    first = StageFactory(pipeline=other, position=1)
    StageFactory(pipeline=other, position=2)
    leads = LeadFactory.create_batch(3, owner=alice)

    assert convert_one(leads[0], into=stages[2], by=alice).stage == stages[2]
    assert convert_one(leads[1], into=other, by=alice).stage == first
    assert convert_one(leads[2], into=None, by=alice).stage == stages[0]


def test_nowhere_to_go_is_refused(alice, pipeline, stages):  # A5
    lead = LeadFactory(owner=alice)
    empty = PipelineFactory()
    archived = StageFactory(pipeline=PipelineFactory(archived_at=timezone.now()))
    gone = StageFactory(pipeline=pipeline, archived_at=timezone.now())

    for into in (empty, archived, archived.pipeline, gone):
        with pytest.raises(NoUsableStage):
            convert_leads([lead], into=into, by=alice)

    assert_nothing_happened(lead)


def test_all_that_both_have_arrives_unchanged(alice, bob, pipeline):  # A6, D10
    lead = LeadFactory(
        owner=alice,
        title="Toiture de l'école — 40 m²",
        organization=OrganizationFactory(owner=bob),
        value=Decimal("12345.67"),
        currency="CHF",
        expected_close_on=date(2027, 1, 31),
        visibility=Visibility.TEAM,
        origin=Lead.Origin.WEB_FORM,
        origin_id="contact-form",
        channel=ChannelFactory(),
        campaign="spring-2027",
        next_activity_on=date(2026, 12, 1),
        created_by=bob,
        created_at=timezone.now() - timezone.timedelta(days=90),
        labels=LabelFactory.create_batch(2),
    )
    lead.followers.set([bob])
    lead.refresh_from_db()

    deal = convert_one(lead, by=alice)

    for field in Lead.carried_fields():
        assert getattr(deal, field.attname) == getattr(lead, field.attname), field.name
    assert set(deal.labels.all()) == set(lead.labels.all())
    assert list(deal.followers.all()) == [bob]


@pytest.mark.parametrize("link", ["person", "organization"])
def test_no_contact_appears_out_of_nowhere(alice, pipeline, link):  # A7
    factory = {"person": PersonFactory, "organization": OrganizationFactory}[link]
    lead = LeadFactory(**{"person": None, link: factory(owner=alice)}, owner=alice)
    contacts = Person.objects.count(), Organization.objects.count()

    deal = convert_one(lead, by=alice)

    assert (deal.person_id, deal.organization_id) == (lead.person_id, lead.organization_id)
    assert (Person.objects.count(), Organization.objects.count()) == contacts


def test_a_bare_lead_of_somebody_who_left_converts(alice, team, pipeline):  # A8
    gone = UserFactory(team=team, is_active=False)
    lead = LeadFactory(owner=gone)

    assert convert_one(lead, by=alice).owner == gone


def test_a_new_owner_gets_the_deal_and_not_the_contacts(alice, bob, pipeline):  # A10
    lead = LeadFactory(owner=alice, organization=OrganizationFactory(owner=alice))

    deal = convert_one(lead, owner=bob, by=alice)

    assert deal.owner == bob
    assert (deal.person.owner, deal.organization.owner) == (alice, alice)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"role": User.Role.READER}, {"role": ""}])
def test_only_people_who_work_here_get_deals(alice, pipeline, fields):
    lead = LeadFactory(owner=alice)

    with pytest.raises(OwnerInactive):
        convert_leads([lead], into=None, owner=UserFactory(**fields), by=alice)

    assert_nothing_happened(lead)


def test_an_archived_lead_is_restored_first(alice, pipeline):  # A12
    leads = LeadFactory.create_batch(2, owner=alice)
    opportunities.archive(leads[:1], by=alice)

    with pytest.raises(LeadArchived, match=f"{leads[0]}.*Restore first"):
        convert_leads(leads, into=None, by=alice)

    assert_nothing_happened(*leads)


def test_the_deal_tells_where_it_comes_from(alice, bob, pipeline):  # A14
    lead = LeadFactory(owner=alice, created_at=timezone.now() - timezone.timedelta(days=30))
    before = timezone.now()

    deal = convert_one(lead, by=bob)

    pair = ConvertedLead.objects.get(deal=deal)
    assert (pair.lead_number, pair.conversion.by) == (lead.pk, bob)
    assert before <= pair.conversion.at <= timezone.now()
    assert deal.created_at == lead.created_at
    assert deal.stage_entered_at == pair.conversion.at
    visit = StageVisit.objects.get(deal=deal)
    assert (visit.stage, visit.entered_at, visit.left_at) == (deal.stage, pair.conversion.at, None)


def test_fifty_leads_become_fifty_deals_in_their_order(alice, pipeline, stages):  # B1, B10
    person = PersonFactory(owner=alice)
    leads = LeadFactory.create_batch(50, owner=alice, person=person)
    leads.reverse()

    conversion = convert_leads(leads, into=None, by=alice)

    assert conversion.size == 50
    assert [deal.title for deal in deals_of(conversion)] == [lead.title for lead in leads]
    assert Person.objects.get() == person


def test_converted_deals_stand_above_older_ones(alice, pipeline, stages):
    older = convert_one(LeadFactory(owner=alice), by=alice)
    newer = convert_one(LeadFactory(owner=alice), by=alice)

    assert list(Deal.objects.order_by("position", "pk")) == [newer, older]


@pytest.mark.parametrize("size", [10, 500])
def test_the_number_of_statements_does_not_grow(alice, pipeline, stages, size):  # B2
    LeadFactory.create_batch(size, owner=alice, person=PersonFactory(owner=alice))
    alice = User.objects.get(pk=alice.pk)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        convert_leads(Lead.objects.all(), into=stages[0], by=alice)

    # savepoint · operation · stage · hold it · ids · teammates · lock the leads · when it was ·
    # required fields · conversion · pairs · any set aside? · deals · labels · followers ·
    # activities · notes · stage visits · leads · events · release
    assert len(queries) == 21


def test_one_hidden_lead_makes_all_of_them_missing(alice, charlie, pipeline):  # B3, B6
    leads = LeadFactory.create_batch(3, owner=alice)
    hidden = LeadFactory(owner=charlie, visibility=Visibility.OWNER)

    with pytest.raises(Missing) as refusal_of_hidden:
        convert_leads([*leads, hidden], into=None, by=alice)
    Lead.everything.filter(pk=hidden.pk).delete()
    with pytest.raises(Missing) as refusal_of_missing:
        convert_leads([*leads, hidden], into=None, by=alice)

    assert str(refusal_of_hidden.value) == str(refusal_of_missing.value)
    assert_nothing_happened(*leads)


def test_a_deleted_lead_is_missing(alice, pipeline):
    lead = LeadFactory(owner=alice)
    opportunities.delete([lead], by=alice)

    with pytest.raises(Missing):
        convert_leads([lead], into=None, by=alice)

    assert not Conversion.objects.exists()


def test_a_lead_converted_meanwhile_is_told_with_its_deal(alice, bob, pipeline):  # B4, C3
    taken, free = LeadFactory.create_batch(2, owner=alice)
    deal = convert_one(taken, by=bob)

    with pytest.raises(AlreadyConverted, match=taken.title) as refused:
        convert_leads([taken, free], into=None, by=alice)

    assert refused.value.records == [deal]
    assert Lead.objects.get() == free


def test_a_hidden_lead_converted_meanwhile_is_missing(alice, charlie, pipeline):
    hidden = LeadFactory(owner=charlie, visibility=Visibility.OWNER)
    convert_leads([hidden], into=None, by=charlie)

    with pytest.raises(Missing):
        convert_leads([hidden], into=None, by=alice)


def test_nothing_selected_is_refused(alice, pipeline):  # B11
    for nothing in ([], Lead.objects.none()):
        with pytest.raises(NothingSelected):
            convert_leads(nothing, into=None, by=alice)


@pytest.mark.parametrize("role", [User.Role.READER, ""])
def test_people_who_may_not_write_convert_nothing(alice, team, pipeline, role):  # F1, F3
    lead = LeadFactory(owner=alice)

    with pytest.raises(NotAllowed):
        convert_leads([lead], into=None, by=UserFactory(team=team, role=role))

    assert_nothing_happened(lead)


def test_the_same_submission_twice_has_one_effect_and_one_answer(alice, bob, pipeline):  # C2
    lead, another = LeadFactory.create_batch(2, owner=alice)
    token = uuid.uuid4()

    first = convert_leads([lead], into=None, token=token, by=alice)
    again = convert_leads([lead], into=None, token=token, by=alice)
    somebody_else = convert_leads([another], into=None, token=token, by=bob)

    assert again == first
    assert somebody_else != first
    assert Deal.objects.count() == 2


def test_activities_and_notes_move_and_stay_what_they_are(alice, bob, pipeline):  # D1, D3
    lead = LeadFactory(owner=alice)
    done = ActivityFactory(lead=lead, assignee=bob, done_at=timezone.now(), done_by=bob)
    due = ActivityFactory(lead=lead, assignee=alice)
    note = NoteFactory(lead=lead, author=bob, is_pinned=True, text="**Bold** words")
    before = {each.pk: facts(each) for each in (done, due)}, facts(note)

    deal = convert_one(lead, by=alice)

    after = {each.pk: facts(each) for each in Activity.objects.filter(deal=deal)}
    assert (after, facts(Note.objects.get(deal=deal))) == before
    assert not Activity.objects.filter(lead=lead).exists()


def facts(record):
    skipped = {"lead", "deal"}
    return {
        field.name: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if field.name not in skipped
    }


def test_both_sides_have_their_event(alice, pipeline):  # D12
    lead = LeadFactory(owner=alice)

    deal = convert_one(lead, by=alice)

    events = {event.verb: event for event in Event.objects.all()}
    assert events.keys() == {"lead.converted", "deal.created"}
    assert events["lead.converted"].changes == {"deal": [None, {"id": deal.pk, "name": deal.title}]}
    assert events["deal.created"].changes == {"lead": [None, {"id": lead.pk, "name": lead.title}]}
    assert {event.operation.by for event in events.values()} == {alice}


def assert_nothing_happened(*leads):
    """The leads are as they were, and not a row was written."""
    for lead in leads:
        assert Lead.objects.filter(pk=lead.pk, updated_at=lead.updated_at).exists() or (
            Lead.objects.get(pk=lead.pk).is_archived
        )
    for model in (Deal, Conversion, ConvertedLead, StageVisit):
        assert not model.objects.exists()
    assert not Operation.objects.filter(verb="lead.converted").exists()
