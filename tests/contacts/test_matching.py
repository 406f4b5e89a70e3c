"""Who is who: what makes two people or two organizations the same, and what does not."""

import pytest
from django.utils import timezone

from contacts.domains import called, domain_in
from contacts.matching import (
    WantedOrganization,
    WantedPerson,
    same_organizations,
    same_people,
)
from contacts.models import Organization
from core.words import plain
from tests.factories import (
    EmailAddressFactory,
    OrganizationFactory,
    PersonFactory,
    PhoneNumberFactory,
)


@pytest.fixture
def nordwind(alice):
    return OrganizationFactory(name="Nordwind", owner=alice, website="https://www.nordwind.example")


@pytest.fixture
def amy(alice, nordwind):
    amy = PersonFactory(name="Amélie Wong", owner=alice, organization=nordwind)
    EmailAddressFactory(person=amy, address="Amy@Client.example")
    PhoneNumberFactory(person=amy, number="+33 6 12 34 56 78")
    return amy


def person(user, **known):
    return same_people([WantedPerson(1, **known)], user).get(1)


def organization(user, name, website=""):
    return same_organizations([WantedOrganization(1, name, website)], user).get(1)


# --- People ------------------------------------------------------------------------------------


def test_a_person_is_the_same_by_an_address_however_it_is_written(alice, amy):
    assert person(alice, emails=[" AMY@client.EXAMPLE "]) == amy.pk
    assert person(alice, name="Somebody", emails=["new@x.example", "amy@client.example"]) == amy.pk


def test_another_address_is_somebody_else_whatever_the_name(alice, amy, nordwind):
    same_name = {"name": amy.name, "organization": nordwind.pk, "phones": ["+33612345678"]}
    assert person(alice, emails=["amelie@client.example"], **same_name) is None


def test_without_an_address_a_name_is_the_same_at_the_same_organization(alice, amy, nordwind):
    assert person(alice, name="amelie WONG", organization=nordwind.pk) == amy.pk
    assert person(alice, name="Amélie Wong", organization=OrganizationFactory().pk) is None


def test_without_an_address_a_name_is_the_same_with_the_same_number(alice, amy):
    assert person(alice, name="Amélie Wong", phones=["+33 (6) 12.34.56.78"]) == amy.pk
    assert person(alice, name="Amélie Wang", phones=["+33612345678"]) is None
    assert person(alice, name="Amélie Wong", phones=["+33600000000"]) is None


def test_a_name_alone_is_nobody(alice, amy):
    assert person(alice, name="Amélie Wong") is None
    assert person(alice, name="") is None


def test_of_several_with_one_address_the_namesake_comes_first(alice, amy):
    older = EmailAddressFactory(address="team@client.example", person__owner=alice).person
    EmailAddressFactory(address="team@client.example", person=amy)
    assert person(alice, name="Amelie wong", emails=["team@client.example"]) == amy.pk
    assert person(alice, name="Nobody", emails=["team@client.example"]) == min(older.pk, amy.pk)


def test_nobody_learns_of_people_they_may_not_see(amy, bob, charlie):
    amy.visibility = "team"
    amy.save()
    assert person(bob, emails=["amy@client.example"]) == amy.pk
    assert person(charlie, emails=["amy@client.example"]) is None
    assert person(charlie, name=amy.name, phones=["+33612345678"]) is None


def test_people_who_were_deleted_are_no_more(alice, amy, nordwind):
    amy.deleted_at = timezone.now()
    amy.save()
    assert person(alice, emails=["amy@client.example"]) is None
    assert person(alice, name=amy.name, phones=["+33612345678"]) is None
    assert person(alice, name=amy.name, organization=nordwind.pk) is None


# --- Organizations -----------------------------------------------------------------------------


def test_an_organization_is_the_same_by_its_name(alice, nordwind):
    assert organization(alice, "NORDWIND ") == nordwind.pk
    assert organization(alice, "Nordwind Sud") is None
    assert organization(alice, "") is None


def test_its_own_domain_tells_it_under_another_legal_form(alice, nordwind):
    assert organization(alice, "Nordwind S.A.S.", "nordwind.example/fr") == nordwind.pk
    assert organization(alice, "Nordwind S.A.S.") is None
    assert organization(alice, "Nordwind Deutschland", "nordwind.example") is None


def test_where_many_have_pages_is_no_evidence(alice):
    OrganizationFactory(name="Acme", owner=alice, website="https://facebook.com/acme")
    assert organization(alice, "Acme SA", "https://www.facebook.com/acme-sa") is None


def test_nobody_learns_of_organizations_they_may_not_see(nordwind, charlie):
    nordwind.visibility = "owner"
    nordwind.save()
    assert organization(charlie, "Nordwind", "nordwind.example") is None


def test_organizations_that_were_deleted_are_no_more(alice, nordwind):
    nordwind.deleted_at = timezone.now()
    nordwind.save()
    assert organization(alice, "Nordwind", "nordwind.example") is None


def test_the_one_that_was_there_first_is_taken(alice, nordwind):
    OrganizationFactory(name="Nordwind", owner=alice)
    assert organization(alice, "nordwind") == nordwind.pk


# --- Sets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 5])
def test_many_are_found_by_one_statement(alice, amy, nordwind, size, django_assert_num_queries):
    assert alice.pk in alice.team_member_ids  # asked for once, whatever she looks at
    people = [WantedPerson(n, "Amélie Wong", [], [], nordwind.pk) for n in range(size)]
    people += [WantedPerson(n, "", ["amy@client.example"]) for n in range(size, 2 * size)]
    with django_assert_num_queries(1):
        assert same_people(people, alice) == dict.fromkeys(range(2 * size), amy.pk)
    wanted = [WantedOrganization(n, "Nordwind", "nordwind.example") for n in range(size)]
    with django_assert_num_queries(1):
        assert same_organizations(wanted, alice) == dict.fromkeys(range(size), nordwind.pk)


def test_nothing_is_asked_where_nothing_is_known(alice, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert same_people([WantedPerson(1, "Amy")], alice) == {}
        assert same_organizations([WantedOrganization(1)], alice) == {}


@pytest.mark.parametrize(
    "name", ["ΓΙΩΡΓΟΣ Παπαδόπουλος", "İstanbul", "Straße", "ﬁne", "Ǆ", "ÅNGSTRÖM"]
)
def test_names_are_compared_as_the_database_keeps_them(alice, name):
    there = OrganizationFactory(name=name, owner=alice)
    assert Organization.objects.get().plain == plain(name)
    assert organization(alice, name.swapcase().swapcase()) in (there.pk, None)
    assert organization(alice, name) == there.pk


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.Acme.example:8080/path?q", "acme.example"),
        ("acme.example", "acme.example"),
        ("WWW2.acme.co.example/", "acme.co.example"),
        ("mailto:amy@acme.example", ""),
        ("linkedin.com/company/acme", ""),
        ("n/a", ""),
        ("", ""),
    ],
)
def test_a_domain_is_a_companys_own(website, domain):
    assert domain_in(website) == domain


@pytest.mark.parametrize(
    ("name", "short"),
    [("acme s.a.s.", "acme"), ("acme, inc.", "acme"), ("group", "group"), ("acme sud", "acme sud")],
)
def test_a_name_is_known_without_its_legal_form(name, short):
    assert called(name) == short
