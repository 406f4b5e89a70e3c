"""Which leads may be the same sale: why, for whom, and what people say is none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User, Visibility
from core.errors import Missing, NotAllowed
from history.models import Event
from history.services import undo
from leads.duplicates import are_alike, keep_separate, possible_duplicates, suspect_again
from leads.merging import merge_leads
from leads.models import Lead, SeparateLeads
from leads.views.detail import shown_to
from opportunities import services as opportunities
from tests.factories import (
    EmailAddressFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
    PhoneNumberFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(alice):
    return PersonFactory(owner=alice, name="Nora Weber")


@pytest.fixture
def lead(alice, person):
    return LeadFactory(owner=alice, person=person, title="Coffee for two floors")


def found(lead, user):
    """(title, reason) of each."""
    duplicates = possible_duplicates(shown_to(user, lead.pk), user)
    return [(each.lead.title, each.reason) for each in duplicates]


def same_person(lead, title="Other", **fields):
    return LeadFactory(owner=lead.owner, person=lead.person, title=title, **fields)


# --- Found ---


def test_leads_of_the_same_person(lead, alice):
    same_person(lead)

    assert found(lead, alice) == [("Other", "Same person")]


def test_people_with_the_same_address(lead, alice):
    twin = PersonFactory(owner=alice, name="N. Weber")
    EmailAddressFactory(person=lead.person, address="NORA@client.example")
    EmailAddressFactory(person=twin, address="nora@client.example")
    other = LeadFactory(owner=alice, person=twin, title="Other")

    assert found(lead, alice) == [("Other", "Same e-mail address as N. Weber")]
    assert possible_duplicates(shown_to(alice, lead.pk), alice)[0].is_mergeable
    merge_leads([other], into=lead, by=alice)


@pytest.mark.parametrize("domain", ["gmail.com", "client.example"])
def test_a_domain_is_no_evidence(lead, alice, domain):
    for owner in (lead.person, LeadFactory(owner=alice).person):
        EmailAddressFactory(person=owner, address=f"someone{owner.pk}@{domain}")

    assert found(lead, alice) == []


def test_the_same_number_suggests_and_no_more(lead, alice):  # G3
    twin = PersonFactory(owner=alice, name="Switchboard")
    PhoneNumberFactory(person=lead.person, number="01 23 45 67 89")
    PhoneNumberFactory(person=twin, number="0123456789")
    LeadFactory(owner=alice, person=twin, title="Other")

    [duplicate] = possible_duplicates(shown_to(alice, lead.pk), alice)
    assert duplicate.reason == "Same phone number as Switchboard"
    assert not duplicate.is_mergeable


def test_a_short_number_is_nothing(lead, alice):
    for each in (lead.person, LeadFactory(owner=alice).person):
        PhoneNumberFactory(person=each, number="112")

    assert found(lead, alice) == []


def test_one_organization_and_a_title_alike(alice):
    organization = OrganizationFactory(owner=alice)
    own = {"owner": alice, "organization": organization, "person": None}
    lead = LeadFactory(title="Coffee machines for two floors", **own)
    LeadFactory(title="COFFEE machine, two floors", **own)
    LeadFactory(title="Tea", **own)

    reason = "Same organization, similar title"
    assert found(lead, alice) == [("COFFEE machine, two floors", reason)]


def test_the_same_name_is_no_evidence(lead, alice):
    LeadFactory(owner=alice, person=PersonFactory(owner=alice, name=lead.person.name))

    assert found(lead, alice) == []


@pytest.mark.parametrize(
    ("title", "other", "alike"),
    [
        ("Kitchen Élan", "elan kitchen, larger", True),
        ("A", "a", True),
        ("A", "B", False),
        ("Espresso bar", "Espresso machines for the ground floor", True),
        ("Offer 2026", "Request 2027", False),
        ("日本語の題", "日本語の題", True),
    ],
)
def test_titles_alike(title, other, alike):
    assert are_alike(title, other) is are_alike(other, title) is alike


def test_the_likeliest_come_first_and_five_are_enough(lead, alice):
    twin = PersonFactory(owner=alice)
    for person in (lead.person, twin):
        EmailAddressFactory(person=person, address="nora@client.example")
    LeadFactory(owner=alice, person=twin, title="By address")
    assert [title for title, _why in found(lead, alice)] == ["By address"]
    for n in range(6):
        same_person(lead, f"No. {n}")

    assert [title for title, _why in found(lead, alice)] == [f"No. {n}" for n in (5, 4, 3, 2, 1)]


# --- For whom ---


def test_nobody_is_told_of_what_they_may_not_see(lead, alice, bob, charlie):
    same_person(lead, "Hidden", visibility="owner")
    Lead.objects.filter(pk=lead.pk).update(visibility="everyone")

    assert found(lead, alice) == [("Hidden", "Same person")]
    assert found(lead, bob) == found(lead, charlie) == []


@pytest.mark.parametrize("hidden", ["own", "other"])
def test_the_addresses_of_a_hidden_person_are_not_compared(lead, alice, charlie, hidden):
    twin = PersonFactory(owner=alice)
    for person in (lead.person, twin):
        EmailAddressFactory(person=person, address="nora@client.example")
        PhoneNumberFactory(person=person, number="0123456789")
    LeadFactory(owner=alice, person=twin)
    secret = lead.person if hidden == "own" else twin
    secret.visibility = "owner"
    secret.save()

    assert found(lead, charlie) == []
    assert len(found(lead, alice)) == 1


def test_archived_deleted_and_merged_leads_are_none(lead, alice):
    archived, deleted, merged = (same_person(lead) for _n in range(3))
    opportunities.archive([archived], by=alice)
    opportunities.delete([deleted], by=alice)
    merge_leads([merged], into=lead, by=alice)

    assert found(lead, alice) == []


def test_merging_is_offered_to_who_owns_both(lead, alice, bob, manager):
    LeadFactory(owner=bob, person=lead.person)

    def is_offered(user):
        [duplicate] = possible_duplicates(shown_to(user, lead.pk), user)
        return duplicate.is_mergeable

    assert not is_offered(alice)
    assert not is_offered(bob)
    assert is_offered(manager)


@pytest.mark.parametrize("number", [1, 5])
def test_they_are_one_question(alice, number):
    organization = OrganizationFactory(owner=alice)
    person = PersonFactory(owner=alice, organization=organization)
    own = {"owner": alice, "organization": organization}
    EmailAddressFactory(person=person)
    PhoneNumberFactory(person=person)
    lead = LeadFactory(person=person, **own)
    for _n in range(number):
        same_person(lead)
    lead = shown_to(alice, lead.pk)

    with CaptureQueriesContext(connection) as asked:
        assert len(possible_duplicates(lead, alice)) == number
    assert len(asked) == 1


def test_the_organization_lets_nobody_compare_with_hidden_addresses(lead, alice, charlie):
    """The other lead is looked at for its organization; what its person has stays hidden."""
    lead.organization = OrganizationFactory(owner=alice)
    lead.save()
    hidden = PersonFactory(owner=charlie, visibility=Visibility.OWNER)
    for person in (lead.person, hidden):
        EmailAddressFactory(person=person, address="nora@client.example")
        PhoneNumberFactory(person=person, number="01 23 45 67 89")
    LeadFactory(
        owner=charlie,
        person=hidden,
        organization=lead.organization,
        title="Something else",
        visibility=Visibility.EVERYONE,
    )

    assert found(lead, alice) == []


# --- Kept separate ---


def test_what_is_kept_separate_is_no_duplicate_for_anybody(lead, alice, bob):
    other = same_person(lead)

    operation = keep_separate(other, lead, by=alice)

    assert found(lead, alice) == found(lead, bob) == found(other, bob) == []
    assert {event.subject_id for event in operation.events.all()} == {lead.pk, other.pk}
    assert keep_separate(lead, other, by=bob) is None
    assert SeparateLeads.objects.count() == 1


def test_and_may_be_suspected_again(lead, alice):
    other = same_person(lead)
    operation = keep_separate(lead, other, by=alice)

    undo(operation, by=alice)

    assert len(found(lead, alice)) == 1
    again = Event.objects.filter(verb="lead.suspected_again").first().operation
    undo(again, by=alice)
    assert found(lead, alice) == []
    assert suspect_again(lead, other, by=alice)
    assert suspect_again(lead, other, by=alice) is None


def test_only_who_may_change_both_says_so(lead, alice, reader, charlie):
    other = same_person(lead, visibility="owner")

    with pytest.raises(NotAllowed):
        keep_separate(lead, lead_seen_by_all(lead), by=reader)
    with pytest.raises(Missing):
        keep_separate(lead, other, by=charlie)
    assert reader.role == User.Role.READER
    assert not SeparateLeads.objects.exists()


def lead_seen_by_all(lead):
    return same_person(lead, visibility="everyone")


def test_a_merged_lead_hands_down_what_it_is_separate_from(lead, alice):
    merged, stranger = same_person(lead, "Merged"), same_person(lead, "Stranger")
    keep_separate(merged, stranger, by=alice)
    keep_separate(merged, lead, by=alice)

    merge_leads([merged], into=lead, by=alice)

    assert found(lead, alice) == []
