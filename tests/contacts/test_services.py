"""People and organizations are created, changed, deleted and brought back, with their history."""

import uuid

import pytest

from accounts.models import User, Visibility
from accounts.policies import OwnerInactive
from accounts.services import deactivate_user
from contacts import services
from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from core.errors import Missing, NotAllowed, Stale
from history.models import Event, Operation
from history.services import AlreadyDone, undo
from tests.factories import (
    DealFactory,
    LabelFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
)


@pytest.fixture
def zoe(alice):
    person = services.create_person(
        Person(name="Zoé Martel"),
        email_addresses=[EmailAddress(address="zoe@lac.example")],
        by=alice,
    )
    return person


def test_a_person_is_created_with_all_that_belongs_to_them(alice):
    hot = LabelFactory(name="Hot")
    person = services.create_person(
        Person(name="Zoé Martel", job_title="Buyer"),
        labels=[hot],
        email_addresses=[
            EmailAddress(address="zoe@home.example", kind="home"),
            EmailAddress(address="zoe@lac.example", is_primary=True),
        ],
        phone_numbers=[PhoneNumber(number="+33 6 12 34 56 78")],
        by=alice,
    )

    assert person.owner == person.created_by == alice
    assert list(person.labels.all()) == [hot]
    assert person.email_addresses.get(is_primary=True).address == "zoe@lac.example"
    assert person.phone_numbers.get().is_primary
    assert Event.objects.get().verb == "person.created"


def test_the_same_submission_makes_one_person(alice):
    token = uuid.uuid4()
    first = services.create_person(Person(name="Zoé"), token=token, by=alice)
    again = services.create_person(Person(name="Zoé"), token=token, by=alice)
    assert first == again
    assert Person.objects.count() == 1


def test_a_repeat_of_what_was_deleted_meanwhile_says_so(alice):
    token = uuid.uuid4()
    services.delete([services.create_person(Person(name="Zoé"), token=token, by=alice)], by=alice)
    with pytest.raises(AlreadyDone):
        services.create_person(Person(name="Zoé"), token=token, by=alice)


def test_only_people_who_may_write_create_contacts(reader):
    with pytest.raises(NotAllowed):
        services.create_organization(Organization(name="Lac"), by=reader)
    assert not Organization.objects.exists()


def test_only_people_who_may_write_own_contacts(alice, reader):
    with pytest.raises(OwnerInactive):
        services.create_organization(Organization(name="Lac", owner=reader), by=alice)
    assert not Organization.objects.exists()
    assert not Operation.objects.exists()


def test_a_change_is_remembered_with_both_values(alice, zoe):
    lac = OrganizationFactory(name="Lac")
    operation = services.change_person(
        zoe,
        {
            "name": "Zoé Roy",
            "job_title": "",
            "organization": lac,
            "email_addresses": [EmailAddress(address="roy@lac.example", kind="work")],
        },
        by=alice,
    )

    changes = operation.events.get().changes
    assert set(changes) == {"name", "organization", "email_addresses"}
    assert changes["name"] == ["Zoé Martel", "Zoé Roy"]
    assert changes["organization"] == [None, {"id": lac.pk, "name": "Lac"}]
    assert [each["name"] for each in changes["email_addresses"][1]] == ["roy@lac.example"]
    assert zoe.email_addresses.get().is_primary


def test_changing_nothing_records_nothing(alice, zoe):
    same = [EmailAddress(address="zoe@lac.example", kind="work", is_primary=True)]
    values = {"name": "Zoé Martel", "labels": [], "email_addresses": same}
    assert services.change_person(zoe, values, by=alice) is None
    assert not Event.objects.filter(verb="person.changed").exists()


def test_a_change_of_what_someone_else_changed_meanwhile_is_refused(alice, bob, zoe):
    services.change_person(zoe, {"name": "Zoé Roy"}, by=bob)
    with pytest.raises(Stale) as refusal:
        services.change_person(zoe, {"name": "Zoé M."}, by=alice, seen={"name": "Zoé Martel"})
    assert (refusal.value.seen, refusal.value.found) == ("Zoé Martel", "Zoé Roy")
    zoe.refresh_from_db()
    assert zoe.name == "Zoé Roy"


def test_the_same_change_by_two_people_is_no_conflict(alice, bob, zoe):
    services.change_person(zoe, {"name": "Zoé Roy"}, by=bob)
    seen = {"name": "Zoé Martel"}
    assert services.change_person(zoe, {"name": "Zoé Roy"}, by=alice, seen=seen) is None


def test_a_stale_list_of_addresses_is_refused_too(alice, bob, zoe):
    before = list(zoe.email_addresses.all())
    services.change_person(zoe, {"email_addresses": []}, by=bob)
    with pytest.raises(Stale):
        services.change_person(
            zoe,
            {"email_addresses": [EmailAddress(address="new@lac.example")]},
            by=alice,
            seen={"email_addresses": before},
        )
    assert not zoe.email_addresses.exists()


def test_what_is_hidden_cannot_be_changed_and_what_is_seen_needs_a_role(alice, charlie, reader):
    mine = PersonFactory(owner=alice, visibility=Visibility.TEAM)
    with pytest.raises(Missing):
        services.change_person(mine, {"name": "X"}, by=charlie)
    with pytest.raises(NotAllowed):
        services.change_person(mine, {"name": "X"}, by=reader)


def test_a_change_is_undone(alice, zoe):
    lac, hot = OrganizationFactory(name="Lac"), LabelFactory(name="Hot")
    operation = services.change_person(
        zoe,
        {"name": "X", "organization": lac, "labels": [hot], "email_addresses": []},
        by=alice,
    )
    undo(operation, by=alice)

    zoe.refresh_from_db()
    assert zoe.name == "Zoé Martel"
    assert zoe.organization is None
    assert not zoe.labels.exists()
    assert zoe.email_addresses.get(is_primary=True).address == "zoe@lac.example"


def test_a_change_that_was_changed_again_is_not_undone(alice, zoe):
    operation = services.change_person(zoe, {"name": "X"}, by=alice)
    services.change_person(zoe, {"name": "Y"}, by=alice)
    with pytest.raises(Stale):
        undo(operation, by=alice)


def test_a_contact_does_not_go_back_to_an_owner_who_left(alice, bob, admin, zoe):
    services.change_person(zoe, {"owner": bob}, by=alice)
    operation = services.change_person(zoe, {"owner": alice}, by=bob)
    deactivate_user(bob, heir=alice, by=admin)

    with pytest.raises(OwnerInactive, match=bob.name):
        undo(operation, by=admin)

    assert Person.objects.get().owner == alice


def test_a_deleted_contact_comes_back_whole(alice, zoe):
    operation = services.delete([zoe], by=alice)
    assert not Person.objects.exists()
    undo(operation, by=alice)
    assert Person.objects.get() == zoe
    assert zoe.email_addresses.count() == 1


def test_deleting_needs_ownership(alice, bob, charlie, manager):
    mine = [OrganizationFactory(owner=alice, visibility=Visibility.TEAM) for _ in range(2)]
    with pytest.raises(NotAllowed):
        services.delete(mine, by=bob)
    with pytest.raises(Missing):
        services.delete(mine, by=charlie)
    assert Organization.objects.count() == 2
    services.delete(mine, by=manager)
    assert Organization.objects.count() == 0


def test_a_linked_contact_stays_naming_what_one_may_see_and_counting_the_rest(
    alice, charlie, stages
):
    person = PersonFactory(owner=alice, name="Zoé")
    LeadFactory(owner=alice, person=person, title="Forty seats")
    DealFactory(
        owner=charlie,
        person=person,
        title="Secret deal",
        visibility=Visibility.OWNER,
        stage=stages[0],
    )
    with pytest.raises(services.StillLinked) as refusal:
        services.delete([person], by=alice)

    assert "Forty seats" in str(refusal.value)
    assert "1 record that you cannot see" in str(refusal.value)
    assert "Secret" not in str(refusal.value)
    assert Person.objects.filter(pk=person.pk).exists()


def test_archived_and_restorable_leads_hold_their_contact(alice):
    from opportunities import services as opportunities

    archived, deleted = LeadFactory(owner=alice), LeadFactory(owner=alice)
    opportunities.archive([archived], by=alice)
    opportunities.delete([deleted], by=alice)
    for lead in (archived, deleted):
        with pytest.raises(services.StillLinked):
            services.delete([lead.person], by=alice)


def test_an_organization_is_held_by_its_people(alice):
    person = PersonFactory(owner=alice, organization=OrganizationFactory(owner=alice))
    with pytest.raises(services.StillLinked) as refusal:
        services.delete([person.organization], by=alice)
    assert refusal.value.records == [person]

    services.delete([person], by=alice)
    with pytest.raises(services.StillLinked):  # the person may still be restored
        services.delete([person.organization], by=alice)


def test_an_owner_is_changed_only_for_someone_who_works_here(alice, bob, zoe):
    User.objects.filter(pk=bob.pk).update(is_active=False)
    bob.refresh_from_db()
    with pytest.raises(OwnerInactive):
        services.change_person(zoe, {"owner": bob}, by=alice)
