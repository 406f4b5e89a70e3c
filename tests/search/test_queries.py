"""Records of every kind are found by their words, and nobody finds what they may not see."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Visibility
from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from leads.models import Lead
from opportunities import services as opportunities
from search import queries
from search.queries import is_short, recent, search
from tests.factories import (
    DealFactory,
    EmailAddressFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
    PhoneNumberFactory,
    ProductFactory,
    ProjectFactory,
    StageFactory,
)


def titles(user, text, limit=5):
    return [str(row) for group in search(text, user, limit=limit) for row in group.rows]


@pytest.fixture
def lumiere(alice):
    """One record of each kind, all called so."""
    organization = OrganizationFactory(name="Lumière Énergie", owner=alice)
    person = PersonFactory(name="Luc Lumière", owner=alice, organization=organization)
    return [
        person,
        organization,
        LeadFactory(title="Lumière: coffee", owner=alice, person=person),
        DealFactory(title="Lumière: kitchen", owner=alice, person=person),
    ]


def test_every_kind_is_found_by_whole_words_and_beginnings(alice, lumiere):
    for text in ("lumiere", "LUM", "lumi"):
        assert titles(alice, text) == [str(record) for record in lumiere]
    assert titles(alice, "coffee lumi") == ["Lumière: coffee"]
    assert titles(alice, "umiere") == []
    assert [group.kind for group in search("lumi", alice, limit=5)] == [
        "person",
        "organization",
        "lead",
        "deal",
    ]


def test_nobody_finds_what_they_may_not_see(alice, bob, charlie, lumiere):
    for record in lumiere:
        type(record).objects.filter(pk=record.pk).update(visibility=Visibility.TEAM)
    assert len(titles(bob, "lumiere")) == 4
    assert titles(charlie, "lumiere") == []
    LeadFactory(title="Lumière secret", owner=alice, visibility=Visibility.OWNER)
    assert "Lumière secret" in titles(alice, "lumiere")
    assert "Lumière secret" not in titles(bob, "lumiere")
    assert titles(charlie, "secret") == []


def test_a_person_is_found_by_address_and_number_where_visible(alice, charlie):
    zoe = PersonFactory(name="Zoé", owner=alice, visibility=Visibility.TEAM)
    EmailAddressFactory(person=zoe, address="Zoe@Lac.example")
    PhoneNumberFactory(person=zoe, number="+33 6 12 34 56 78")
    for text in ("zoe@", "zoe@lac.example", "06 12 34 56 78", "5678"):
        assert titles(alice, text) == ["Zoé"]
        assert titles(charlie, text) == []


def test_what_is_archived_comes_last_and_what_is_deleted_not_at_all(alice):
    old, gone, fresh = (
        LeadFactory(title=f"Coffee {name}", owner=alice) for name in ("a", "b", "c")
    )
    opportunities.archive([old], by=alice)
    opportunities.delete([gone], by=alice)
    [group] = search("coffee", alice, limit=5)
    assert group.rows == [fresh, old]
    assert [row.is_archived for row in group.rows] == [False, True]


def test_one_or_two_letters_are_whole_words_and_never_beginnings(alice):
    for name in ("Li Wei", "Lina Roy", "3M"):
        PersonFactory(name=name, owner=alice)
    assert titles(alice, "li") == ["Li Wei"]
    assert titles(alice, "3m") == ["3M"]
    assert titles(alice, "l") == []
    assert titles(alice, "lin r") == ["Lina Roy"]
    assert [is_short(text) for text in ("li", "li we", "lin", "a lin")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "'", "a':* | 'b", "@", "%", "\\", "zoe@\x00", "<b>", "0000", "é" * 200],
)
def test_odd_text_finds_nothing_and_breaks_nothing(alice, text):
    PersonFactory(name="Zoé", owner=alice)
    assert titles(alice, text) == []


def test_the_first_of_many_are_shown_and_counted_up_to_a_cap(alice, monkeypatch):
    for number in range(7):
        OrganizationFactory(name=f"Lac {number}", owner=alice)
    [group] = search("lac", alice, limit=5)
    assert [str(row) for row in group.rows] == [f"Lac {number}" for number in range(5)]
    assert (str(group.count), group.count.number) == ("7", 7)
    monkeypatch.setattr(queries, "CAP", 6)
    [group] = search("lac", alice, limit=5)
    assert str(group.count) == "6+"


@pytest.mark.parametrize("count", [1, 5])
def test_each_kind_is_one_statement(alice, django_assert_num_queries, count, stages):
    for number in range(count):
        organization = OrganizationFactory(name=f"Lac {number}", owner=alice)
        person = PersonFactory(name=f"Lac {number}", owner=alice, organization=organization)
        LeadFactory(title=f"Lac {number}", owner=alice, person=person)
        DealFactory(title=f"Lac {number}", owner=alice, person=person, stage=stages[0])
        ProductFactory(name=f"Lac {number}")
        ProjectFactory(title=f"Lac {number}", owner=alice)
    assert alice.team_member_ids
    with django_assert_num_queries(6):
        # people · organizations · leads · deals · projects · products
        assert len(search("lac", alice, limit=5)) == 6


@pytest.fixture
def many(alice):
    """Two thousand records of three kinds, and a database that has counted them."""
    numbers = range(2_000)
    people = Person.objects.bulk_create(Person(name=f"Zoé {n}", owner=alice) for n in numbers)
    Organization.objects.bulk_create(Organization(name=f"Lac {n}", owner=alice) for n in numbers)
    Lead.objects.bulk_create(Lead(title=f"Tea {n}", owner=alice, person=people[n]) for n in numbers)
    EmailAddress.objects.bulk_create(
        EmailAddress(person=people[n], address=f"zoe{n}@lac.example") for n in numbers
    )
    PhoneNumber.objects.bulk_create(
        PhoneNumber(person=people[n], number=f"+33 6 12 34 {n:04}") for n in numbers
    )
    with connection.cursor() as cursor:
        for name in ("contacts_person_words", "contacts_organization_words", "leads_words"):
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [name])
        cursor.execute("ANALYZE")


@pytest.mark.parametrize("text", ["coffee", "li", "zoe17@lac.example", "06 12 34 17 17"])
@pytest.mark.parametrize("who", ["alice", "charlie"])
def test_no_statement_reads_a_whole_table(many, request, who, text):
    user = request.getfixturevalue(who)
    assert user.team_member_ids
    with CaptureQueriesContext(connection) as caught:
        search(text, user, limit=5)
    plans = []
    with connection.cursor() as cursor:
        for statement in [query["sql"] for query in caught]:
            cursor.execute(f"EXPLAIN {statement}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    for plan in plans[:3]:  # of people, organizations and leads; deals are found like leads
        assert re.search("_words|_email_normalized|_phone_end", plan), plan
        assert "Seq Scan" not in plan, plan


# --- What one touched last ---------------------------------------------------------------------


def test_recent_are_the_records_one_touched_oneself_latest_first(alice, bob):
    lead, deal, other = LeadFactory(owner=alice), DealFactory(owner=alice), LeadFactory(owner=alice)
    opportunities.archive([lead], by=alice)
    opportunities.archive([deal], by=alice)
    opportunities.archive([other], by=bob)
    assert recent(alice) == [deal, lead]
    opportunities.restore([lead], by=alice)
    assert recent(alice) == [lead, deal]
    assert recent(alice, limit=1) == [lead]


def test_recent_are_only_those_one_still_may_see(alice, bob):
    lead, gone = (LeadFactory(owner=alice, visibility=Visibility.TEAM) for _ in range(2))
    opportunities.archive([lead, gone], by=bob)
    assert len(recent(bob)) == 2
    type(lead).objects.filter(pk=lead.pk).update(visibility=Visibility.OWNER)
    opportunities.delete([gone], by=alice)
    assert recent(bob) == []


def test_recent_costs_one_statement_for_the_acts_and_one_a_kind(alice, django_assert_num_queries):
    leads = [LeadFactory(owner=alice) for _ in range(5)]
    opportunities.archive(leads, by=alice)
    opportunities.archive([DealFactory(owner=alice, stage=StageFactory())], by=alice)
    assert alice.team_member_ids
    with django_assert_num_queries(3):  # acts · leads · deals
        assert len(recent(alice)) == 6


def test_a_project_is_found_by_its_title_by_those_who_see_it(alice, bob, charlie):
    ProjectFactory(title="Toit, pose", owner=alice, visibility=Visibility.TEAM)

    assert titles(alice, "toit") == titles(bob, "toit") == ["Toit, pose"]
    assert titles(charlie, "toit") == []
