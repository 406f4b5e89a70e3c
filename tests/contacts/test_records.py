"""The page of a person and of an organization, and what a stranger to them never sees."""

import pytest

from accounts.models import Visibility
from opportunities import services as opportunities
from projects.models import Project
from tests.factories import (
    ActivityFactory,
    DealFactory,
    EmailAddressFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    OrganizationFactory,
    ParticipantFactory,
    PersonFactory,
    PhoneNumberFactory,
    ProjectFactory,
)


@pytest.fixture
def lac(alice):
    return OrganizationFactory(owner=alice, name="Coopérative du Lac", website="lac.example")


@pytest.fixture
def zoe(alice, lac):
    person = PersonFactory(owner=alice, name="Zoé Martel", job_title="Buyer", organization=lac)
    EmailAddressFactory(person=person, address="zoe@lac.example", is_primary=True)
    PhoneNumberFactory(person=person, number="+33 6 12 34 56 78", is_primary=True)
    return person


def test_a_person_shows_facts_leads_and_deals(alice, zoe, lac, stages, signed_in):
    LeadFactory(owner=alice, person=zoe, title="Forty seats")
    archived = LeadFactory(owner=alice, person=zoe, title="Old idea")
    opportunities.archive([archived], by=alice)
    DealFactory(owner=alice, person=zoe, title="Pilot", stage=stages[1])
    DealFactory(owner=alice, person=zoe, title="Renewal", stage=stages[1], won=True)
    html = signed_in(alice).get(zoe.get_absolute_url()).text

    assert 'href="mailto:zoe@lac.example"' in html
    assert 'href="tel:+33612345678"' in html
    assert f'href="/organizations/{lac.pk}/"' in html
    for words in (
        "Buyer",
        "Forty seats",
        "Old idea",
        "Archived",
        "Pilot",
        "Offer",
        "Renewal",
        "Won",
    ):
        assert words in html


def test_a_person_shows_the_deals_in_which_they_take_part(alice, bob, zoe, lac, stages, signed_in):
    shared = DealFactory(owner=alice, stage=stages[0], title="Shared", organization=lac)
    ParticipantFactory(deal=shared, person=zoe, role="Decision maker")
    hidden = DealFactory(owner=bob, stage=stages[0], title="Hidden", visibility="owner")
    ParticipantFactory(deal=hidden, person=zoe)
    own = DealFactory(owner=alice, stage=stages[0], title="Own", person=zoe)
    ParticipantFactory(deal=own, person=zoe, role="Buyer")  # primary, and shown once

    response = signed_in(alice).get(zoe.get_absolute_url())

    assert [deal.title for deal in response.context["deals"]["rows"]] == ["Own", "Shared"]
    assert "Decision maker" in response.text


def test_an_organization_shows_its_people_leads_and_deals(alice, zoe, lac, stages, signed_in):
    DealFactory(owner=alice, organization=lac, title="Pilot", stage=stages[0])
    html = signed_in(alice).get(lac.get_absolute_url()).text
    assert f'href="/people/{zoe.pk}/"' in html
    assert 'href="https://lac.example"' in html
    assert "Pilot" in html


def test_a_script_is_no_website(alice, signed_in):
    bad = OrganizationFactory(owner=alice, website="javascript:alert(1)")
    assert 'href="javascript' not in signed_in(alice).get(bad.get_absolute_url()).text


def test_names_are_escaped(alice, signed_in):
    bad = PersonFactory(owner=alice, name="<script>alert(1)</script>")
    client = signed_in(alice)
    for url in ("/people/", bad.get_absolute_url(), f"{bad.get_absolute_url()}delete/"):
        assert "<script>alert" not in client.get(url).text


def test_contacts_of_another_team_are_as_good_as_missing(alice, bob, charlie, signed_in):
    zoe = PersonFactory(owner=alice, visibility=Visibility.TEAM)
    lac = OrganizationFactory(owner=alice, visibility=Visibility.TEAM)
    for contact in (zoe, lac):
        url = contact.get_absolute_url()
        assert signed_in(bob).get(url).status_code == 200
        for address in (url, f"{url}edit/", f"{url}delete/"):
            assert signed_in(charlie).get(address).status_code == 404
            if address != url:
                assert signed_in(charlie).post(address, {"name": "X"}).status_code == 404
        contact.refresh_from_db()
        assert contact.name != "X"


def test_hidden_leads_and_deals_are_not_on_the_page(alice, charlie, zoe, stages, signed_in):
    LeadFactory(owner=charlie, person=zoe, title="Secret lead", visibility=Visibility.OWNER)
    DealFactory(
        owner=charlie,
        person=zoe,
        title="Secret deal",
        visibility=Visibility.OWNER,
        stage=stages[0],
    )
    assert "Secret" not in signed_in(alice).get(zoe.get_absolute_url()).text


def test_of_a_hidden_organization_only_the_name_is_seen(alice, charlie, zoe, lac, signed_in):
    lac.visibility = Visibility.OWNER
    lac.save()
    html = signed_in(charlie).get(zoe.get_absolute_url()).text
    assert "Coopérative du Lac" in html
    assert lac.get_absolute_url() not in html
    assert "lac.example</a>" not in html.replace("zoe@lac.example</a>", "")


def test_of_a_hidden_person_no_page_tells_how_to_reach_them(alice, charlie, zoe, lac, signed_in):
    zoe.visibility = Visibility.TEAM
    zoe.save()
    lead = LeadFactory(owner=alice, person=zoe, organization=lac, title="Seen by everyone")
    client = signed_in(charlie)
    pages = [
        "/leads/",
        lead.get_absolute_url(),
        "/people/",
        "/people/?q=zoe@lac.example",
        "/people/options/?q=zoe",
        lac.get_absolute_url(),
        zoe.get_absolute_url(),
        f"{zoe.get_absolute_url()}edit/",
    ]
    for url in pages:
        html = client.get(url).text.replace('value="zoe@lac.example"', "")  # what was searched
        html = html.replace("zoe%40lac.example", "").replace("“zoe@lac.example”", "")
        assert "zoe@lac.example" not in html, url
        assert "12 34 56 78" not in html, url


def test_a_reader_sees_and_is_offered_nothing_to_change(zoe, reader, signed_in):
    html = signed_in(reader).get(zoe.get_absolute_url()).text
    assert "Zoé Martel" in html
    for words in ("/edit/", "/delete/", "/leads/new/", "/deals/new/"):
        assert words not in html


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize(("kind", "queries"), [("person", 16), ("organization", 15)])
def test_a_page_costs_the_same_whatever_belongs_to_it(
    alice, zoe, lac, stages, signed_in, django_assert_num_queries, count, kind, queries
):
    contact = zoe if kind == "person" else lac
    for _ in range(count):
        contact.labels.add(LabelFactory())
        LeadFactory(owner=alice, **{kind: contact})
        DealFactory(owner=alice, stage=stages[0], **{kind: contact})
        ProjectFactory(owner=alice, **{Project.LINKED[kind]: [contact]})
        ActivityFactory(assignee=alice, **{kind: contact})
        NoteFactory(author=alice, **{kind: contact})
    client = signed_in(alice)
    # session · user · her team · the contact with its labels and her rights · addresses and numbers
    # (two), or people (one) · leads · deals · projects · seven of the composer, the next
    # steps and the timeline
    with django_assert_num_queries(queries):
        client.get(contact.get_absolute_url())


@pytest.mark.parametrize("kind", ["person", "organization"])
def test_a_contact_shows_the_projects_that_are_for_it(alice, charlie, zoe, lac, signed_in, kind):
    contact = zoe if kind == "person" else lac
    theirs = {Project.LINKED[kind]: [contact]}
    ProjectFactory(owner=alice, title="Roll out", **theirs)
    ProjectFactory(owner=alice, title="In secret", visibility=Visibility.OWNER, **theirs)

    assert "In secret" in signed_in(alice).get(contact.get_absolute_url()).text
    html = signed_in(charlie).get(contact.get_absolute_url()).text
    assert "Roll out" in html
    assert "In secret" not in html
