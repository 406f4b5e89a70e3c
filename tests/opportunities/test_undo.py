"""Acts on leads and deals are taken back from what their events remember."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Visibility
from accounts.policies import OwnerInactive
from accounts.services import deactivate_user
from activities.queries import visible_activities, visible_notes
from contacts import services as contacts
from core.errors import Missing, NotAllowed, Stale
from history.models import Event
from history.services import NothingToUndo, undo
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import (
    ActivityFactory,
    FieldFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
    UserFactory,
)


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice)


def test_value_and_currency_go_back_together(alice, lead):
    values = {"value": Decimal("12.50"), "currency": "EUR", "expected_close_on": date(2027, 1, 2)}
    operation = opportunities.change(lead, values, by=alice)

    undo(operation, by=alice)

    lead.refresh_from_db()
    assert (lead.value, lead.currency, lead.expected_close_on) == (None, "", None)


def test_a_link_and_labels_go_back(alice, lead):
    old, new = LabelFactory.create_batch(2)
    lead.labels.set([old])
    organization = OrganizationFactory(owner=alice)
    operation = opportunities.change(
        lead, {"organization": organization, "labels": [new]}, by=alice
    )

    undo(operation, by=alice)

    lead.refresh_from_db()
    assert lead.organization is None
    assert list(lead.labels.all()) == [old]


def test_each_lead_goes_back_to_the_owner_it_had(alice, bob, charlie):
    leads = [LeadFactory(owner=owner) for owner in (alice, bob, alice, charlie)]
    operation = opportunities.assign(leads, to=charlie, by=alice)

    undo(operation, by=alice)

    owners = dict(Lead.objects.values_list("pk", "owner_id"))
    assert [owners[lead.pk] for lead in leads] == [each.owner_id for each in leads]


def test_nothing_goes_back_to_an_owner_who_left(alice, bob, admin):
    leads = [LeadFactory(owner=owner, visibility="everyone") for owner in (bob, UserFactory())]
    operation = opportunities.assign(leads, to=alice, by=alice)
    deactivate_user(bob, heir=alice, by=admin)

    with pytest.raises(OwnerInactive, match=bob.name):
        undo(operation, by=alice)

    assert not Lead.objects.exclude(owner=alice).exists()


def test_what_was_changed_again_is_told_and_nothing_goes_back(alice, bob, lead):
    other = LeadFactory(owner=alice)
    operation = opportunities.assign([lead, other], to=bob, by=alice)
    opportunities.assign([lead], to=UserFactory(), by=alice)
    events = Event.objects.count()

    with pytest.raises(Stale, match=lead.title):
        undo(operation, by=alice)

    other.refresh_from_db()
    assert other.owner == bob
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("act", "back"),
    [
        (opportunities.archive, lambda lead: lead.archived_at is None),
        (opportunities.delete, lambda lead: lead.deleted_at is None),
    ],
)
def test_putting_away_is_taken_back(alice, lead, act, back):
    operation = act([lead], by=alice)

    undo(operation, by=alice)

    assert back(Lead.everything.get(pk=lead.pk))


def test_only_leads_that_got_the_label_lose_it(alice, lead):
    label, other = LabelFactory(), LeadFactory(owner=alice)
    other.labels.set([label])
    operation = opportunities.add_label([lead, other], label, by=alice)

    undo(operation, by=alice)

    assert not lead.labels.exists()
    assert list(other.labels.all()) == [label]


def test_undo_is_for_its_author_and_admins_and_once(alice, bob, admin, lead):
    operation = opportunities.archive([lead], by=alice)

    with pytest.raises(NotAllowed):
        undo(operation, by=bob)
    undo(operation, by=admin)
    with pytest.raises(NothingToUndo):
        undo(operation, by=alice)


def test_what_was_hidden_meanwhile_cannot_be_taken_back(alice, charlie, lead):
    operation = opportunities.archive([lead], by=alice)
    Lead.objects.filter(pk=lead.pk).update(owner=charlie, visibility=Visibility.OWNER)

    with pytest.raises(Missing):
        undo(operation, by=alice)


def test_a_link_stays_that_the_record_needs_by_now(alice, lead):
    """A lead has a person or an organization: without its person it keeps the one it was given."""
    operation = opportunities.change(
        lead, {"organization": OrganizationFactory(owner=alice)}, by=alice
    )
    opportunities.change(lead, {"person": None}, by=alice)

    with pytest.raises(Stale):
        undo(operation, by=alice)


def test_a_label_that_was_removed_since_does_not_come_back(alice, lead):
    label = LabelFactory()
    lead.labels.set([label])
    operations = [
        opportunities.remove_label([lead], label, by=alice),
        opportunities.change(lead, {"labels": []}, by=alice),
    ]
    label.delete()

    for operation in filter(None, operations):
        with pytest.raises(NothingToUndo, match="no longer there"):
            undo(operation, by=alice)


def test_a_person_who_was_deleted_since_does_not_come_back(alice, lead):
    former = lead.person
    operation = opportunities.change(lead, {"person": PersonFactory(owner=alice)}, by=alice)
    contacts.delete([former], by=alice)

    with pytest.raises(NothingToUndo, match="no longer there"):
        undo(operation, by=alice)


def test_what_was_purged_since_is_missing(alice, bob):
    leads = LeadFactory.create_batch(2, owner=alice)
    operations = [opportunities.assign(leads, to=bob, by=alice)]
    operations.append(opportunities.archive(leads, by=alice))
    Lead.objects.filter(pk=leads[0].pk).delete()

    for operation in operations:
        with pytest.raises(Missing):
            undo(operation, by=alice)


def test_what_was_deleted_comes_back_whole(alice, bob, lead):
    """Activities, notes, labels, followers and custom values are hidden with it, and come back."""
    label, field = LabelFactory(), FieldFactory(name="Size")
    lead.labels.set([label])
    lead.followers.set([bob])
    opportunities.change(lead, {field.key: "Large"}, by=alice)
    activity, note = ActivityFactory(lead=lead), NoteFactory(lead=lead)

    opportunities.delete([lead], by=alice)
    assert activity not in visible_activities(alice)
    assert note not in visible_notes(alice)
    opportunities.bring_back([lead], by=alice)

    lead = Lead.objects.get()
    assert (lead.deleted_at, lead.deleted_by) == (None, None)
    assert list(lead.labels.all()) == [label]
    assert list(lead.followers.all()) == [bob]
    assert lead.custom == {str(field.pk): "Large"}
    assert activity in visible_activities(alice)
    assert note in visible_notes(alice)
