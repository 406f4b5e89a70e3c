"""Which columns a list shows, for whom, and that they cost the same for any number of rows."""

import pytest

from leads import inbox
from lists.models import ChosenColumns
from tests.factories import (
    ChannelFactory,
    EmailAddressFactory,
    LabelFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
)
from tests.web import assert_part_of_page

pytestmark = pytest.mark.django_db


def heads(page):
    return [column.name for column, _head in page.context["columns"]]


def test_the_address_wins_over_what_one_chose_and_that_over_the_usual(alice, bob, signed_in):
    LeadFactory(owner=alice)
    client = signed_in(alice)
    assert heads(client.get("/leads/")) == list(inbox.USUAL)

    client.post("/lists/leads/columns/", {"cols": ["value", "campaign"]})

    assert heads(client.get("/leads/")) == ["title", "value", "campaign"]
    assert heads(client.get("/leads/?cols=owner,close")) == ["title", "owner", "close"]
    assert heads(signed_in(bob).get("/leads/")) == list(inbox.USUAL)
    client.post("/lists/leads/columns/", {"usual": "1"})
    assert heads(client.get("/leads/")) == list(inbox.USUAL)


def test_columns_that_nobody_knows_are_left_out(alice, signed_in):
    LeadFactory(owner=alice)
    client = signed_in(alice)

    assert heads(client.get("/leads/?cols=value,custom_99,value,%00")) == ["title", "value"]
    assert heads(client.get("/leads/?cols=password")) == list(inbox.USUAL)
    assert client.post("/lists/leads/columns/", {"cols": ["x", "title"]}).status_code == 302
    assert heads(client.get("/leads/")) == list(inbox.USUAL)
    assert client.get("/lists/nothing/columns/").status_code == 404


def test_a_column_moves_before_anything_is_saved(alice, signed_in):
    client = signed_in(alice)
    sent = {"cols": ["next", "value", "owner"], "order": ["next", "value", "owner", "close"]}

    page = client.post("/lists/leads/columns/", {**sent, "move": "up:value"})

    assert [column.name for column in page.context["chosen"]] == ["value", "next", "owner"]
    assert page.text.index('value="owner" checked') < page.text.index('value="close"')
    assert not ChosenColumns.objects.exists()
    for move in ("up:next", "down:owner", "down:nothing", "x", ""):
        assert client.post("/lists/leads/columns/", {**sent, "move": move}).status_code == 200
    assert_part_of_page(client, "/lists/leads/columns/", "columns")


def test_a_choice_goes_back_to_the_list_without_its_old_columns(alice, signed_in):
    answer = signed_in(alice).post(
        "/lists/leads/columns/",
        {"cols": ["value"], "next": "/leads/?view=mine&cols=owner&sort=title"},
    )

    assert answer.url == "/leads/?view=mine&sort=title"


def test_readers_choose_columns_and_those_without_a_role_do_not(reader, alice, signed_in):
    client = signed_in(reader)
    assert client.post("/lists/leads/columns/", {"cols": ["value"]}).status_code == 302
    alice.role = ""
    alice.save()
    assert signed_in(alice).get("/lists/leads/columns/").status_code == 403


def test_what_is_the_persons_is_shown_to_those_who_see_the_person(alice, charlie, signed_in):
    person = PersonFactory(owner=alice, name="Zoé Faure", job_title="Pilot", visibility="owner")
    EmailAddressFactory(person=person, address="zoe@faure.example")
    company = OrganizationFactory(owner=alice, website="faure.example", visibility="owner")
    LeadFactory(owner=alice, person=person, organization=company, visibility="everyone")
    url = "/leads/?cols=person,person-job-title,person-email,organization-website"

    for user, is_shown in ((alice, True), (charlie, False)):
        page = signed_in(user).get(url).text
        assert "Zoé Faure" in page
        for secret in ("Pilot", "zoe@faure.example", 'href="https://faure.example"'):
            assert (secret in page) == is_shown


@pytest.mark.parametrize("number", [1, 5])
def test_every_column_at_once_asks_the_same_questions_for_any_number_of_leads(
    alice, signed_in, django_assert_num_queries, number
):
    for _n in range(number):
        person = PersonFactory(owner=alice)
        EmailAddressFactory(person=person)
        company = OrganizationFactory(owner=alice)
        for contact in (person, company):
            contact.labels.add(LabelFactory())
        LeadFactory(
            owner=alice,
            person=person,
            organization=company,
            labels=[LabelFactory()],
            channel=ChannelFactory(),
            value=5,
            currency="EUR",
        )
    client = signed_in(alice)
    # Session, user, team; custom fields; what filters offer; the count; ids along the walks, rows,
    # next activities; saved views; and for these columns the labels of the lead.
    with django_assert_num_queries(11):
        client.get(f"/leads/?cols={','.join(inbox.COLUMNS)}")
    # No more than the usual ones.
    with django_assert_num_queries(11):
        client.get("/leads/?cols=next,labels,person,organization,source,value,owner,created")


def test_many_rows_ask_to_filter_before_they_sort_by_what_has_no_index(
    alice, signed_in, monkeypatch
):
    monkeypatch.setattr("lists.sorting.MOST_SORTED", 2)
    for name in ("b", "c", "a"):
        LeadFactory(owner=alice, campaign=name, title=name)
    client = signed_in(alice)

    page = client.get("/leads/?cols=campaign&sort=campaign")

    assert "filter first" in page.text
    assert [lead.title for lead in page.context["records"].rows] == ["a", "c", "b"]
    narrowed = client.get("/leads/?cols=campaign&sort=campaign&q=a")
    assert "filter first" not in narrowed.text
    assert 'aria-sort="ascending"' in narrowed.text
