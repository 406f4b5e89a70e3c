"""The lists of people and organizations: what is seen, by whom, and at what cost."""

import pytest
from django.urls import reverse

from accounts.models import Visibility
from tests.factories import (
    EmailAddressFactory,
    LabelFactory,
    OrganizationFactory,
    PersonFactory,
    PhoneNumberFactory,
)
from tests.web import assert_part_of_page, htmx

PEOPLE = "/people/"
ORGANIZATIONS = "/organizations/"


def full_person(owner, **fields):
    person = PersonFactory(owner=owner, organization=OrganizationFactory(owner=owner), **fields)
    person.labels.set([LabelFactory()])
    EmailAddressFactory(person=person, is_primary=True)
    PhoneNumberFactory(person=person, is_primary=True)
    return person


def test_people_are_listed_by_name_with_what_reaches_them(alice, signed_in):
    zoe = full_person(alice, name="Zoé Martel", job_title="Buyer")
    PersonFactory(owner=alice, name="ágata Lima")
    html = signed_in(alice).get(PEOPLE).text

    assert html.index("ágata Lima") < html.index("Zoé Martel")
    assert f'href="/people/{zoe.pk}/"' in html
    assert f"mailto:{zoe.email_addresses.get().address}" in html
    assert f'href="tel:{zoe.phone_numbers.get().dialled}"' in html
    assert "Buyer" in html
    assert zoe.organization.name in html


def test_people_and_organizations_of_another_team_are_not_listed(alice, bob, charlie, signed_in):
    full_person(alice, name="Zoé Martel", visibility=Visibility.TEAM)
    OrganizationFactory(owner=alice, name="Lac & Fils", visibility=Visibility.TEAM)

    assert "Zoé Martel" in signed_in(bob).get(PEOPLE).text
    assert "Zoé Martel" not in signed_in(charlie).get(PEOPLE).text
    assert "Zoé Martel" not in signed_in(charlie).get("/people/options/", {"q": "zoé"}).text
    assert "Lac &amp;" not in signed_in(charlie).get(ORGANIZATIONS).text
    assert "Lac &amp;" not in signed_in(charlie).get("/organizations/options/", {"q": "lac"}).text


def test_words_owner_and_label_narrow_the_list_and_show_as_chips(alice, bob, signed_in):
    hot = LabelFactory(name="Hot")
    zoe, noah = full_person(alice, name="Zoé Martel"), full_person(bob, name="Noah Roy")
    zoe.labels.add(hot)
    client = signed_in(alice)

    html = client.get(PEOPLE, {"q": "mart", "owner": alice.pk, "label": hot.pk}).text
    assert "Zoé Martel" in html
    assert "Noah Roy" not in html
    assert "Remove the filter Hot" in html
    assert "1 found" in html
    both = client.get(PEOPLE, {"owner": [alice.pk, bob.pk]}).text
    assert zoe.name in both
    assert noah.name in both
    assert "Nobody fits" in client.get(PEOPLE, {"q": "nobody"}).text


@pytest.mark.parametrize(
    "query",
    [
        {"owner": "x"},
        {"label": "999999999999999999999999"},
        {"q": "\x00"},
        {"q": "'; --"},
        {"after": "broken"},
        {"sort": "owner"},
    ],
)
@pytest.mark.parametrize("url", [PEOPLE, ORGANIZATIONS])
def test_bad_input_in_the_address_is_no_error(alice, signed_in, url, query):
    assert signed_in(alice).get(url, query).status_code == 200


@pytest.mark.parametrize("url", [PEOPLE, ORGANIZATIONS])
def test_part_equals_page(alice, signed_in, url):
    PersonFactory(owner=alice, name="Zoé Martel", organization=OrganizationFactory(owner=alice))
    assert_part_of_page(signed_in(alice), url, "results", sort="-name")


def test_long_lists_are_walked_by_pages(alice, signed_in):
    for number in range(60):
        PersonFactory(owner=alice, name=f"Person {number:02}")
    client = signed_in(alice)
    first = client.get(PEOPLE)
    assert "Person 49" in first.text
    assert "Person 50" not in first.text
    second = client.get(PEOPLE, {"after": first.context["page"].next})
    assert "Person 50" in second.text


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_of_people_costs_the_same_for_one_and_five(
    alice, signed_in, django_assert_num_queries, count
):
    for _ in range(count):
        full_person(alice)
    client = signed_in(alice)
    # session · user · her team · owners to choose · labels to choose · page of ids · people ·
    # their labels · primary addresses · primary numbers · count
    with django_assert_num_queries(11):
        client.get(PEOPLE)


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_of_organizations_costs_the_same_for_one_and_five(
    alice, signed_in, django_assert_num_queries, count
):
    for _ in range(count):
        OrganizationFactory(owner=alice).labels.set([LabelFactory()])
    client = signed_in(alice)
    # session · user · her team · owners to choose · labels to choose · page of ids ·
    # organizations · their labels · count
    with django_assert_num_queries(9):
        client.get(ORGANIZATIONS)


def test_options_are_list_items_of_a_combobox(alice, signed_in):
    lac = OrganizationFactory(owner=alice, name="Lac <b>", website="lac.example")
    zoe = PersonFactory(owner=alice, name="Zoé", organization=lac)
    client = signed_in(alice)
    html = client.get(reverse("contacts:organization_options"), {"q": "la"}, headers=htmx()).text
    assert f'data-value="{lac.pk}"' in html
    assert "Lac &lt;b&gt;" in html
    html = client.get(reverse("contacts:person_options"), {"q": "zo"}).text
    assert f'data-value="{zoe.pk}"' in html
