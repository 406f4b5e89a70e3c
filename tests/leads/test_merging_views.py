"""The page on which leads are merged, and the list of possible duplicates on a lead's own."""

import pytest
from django.contrib.messages import get_messages

from conversion.services import convert_leads
from history.models import Operation
from leads.duplicates import keep_separate
from leads.merging import merge_leads
from leads.models import Lead, SeparateLeads
from opportunities import services as opportunities
from opportunities.merging import MOST
from tests.factories import (
    ActivityFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    PersonFactory,
    UserFactory,
)
from tests.house.reading import main_form
from tests.web import assert_part_of_page, htmx

pytestmark = pytest.mark.django_db

MERGE = "/leads/merge/"


@pytest.fixture
def leads(alice):
    """Anvil, with an amount, and Bolt, with a campaign: two leads of one person, for the team."""
    own = {"owner": alice, "person": PersonFactory(owner=alice), "visibility": "team"}
    return [
        LeadFactory(title="Anvil", value=1200, currency="EUR", **own),
        LeadFactory(title="Bolt <b>", value=900, currency="USD", campaign="Spring", **own),
    ]


def ids(records):
    return [record.pk for record in records]


def address(records):
    return MERGE + "?" + "&".join(f"ids={record.pk}" for record in records)


def shown_by(client, records):
    """The fields of the form as the page shows them."""
    return main_form(client.get(address(records)), MERGE).fields


def toasts(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- What is asked ---


def test_the_page_shows_the_leads_side_by_side_and_what_is_kept(leads, alice, signed_in):
    hot = LabelFactory(name="Hot")
    for lead in leads:
        NoteFactory(lead=lead)
        ActivityFactory(lead=lead)
        lead.labels.set([hot])
        lead.followers.set([alice])

    page = signed_in(alice).get(address(leads))

    assert page.status_code == 200
    assert "Bolt &lt;b&gt;" in page.text
    assert "<b>" not in page.text
    for shown in ("Merge 2 leads", "All 2 activities", "All 2 notes", "Hot", "1 follower", "€1,200",
                  "$900", "Spring", "This cannot be undone"):  # fmt: skip
        assert shown in page.text


def test_the_fullest_lead_stays_unless_the_address_says_so(leads, alice, signed_in):
    client = signed_in(alice)

    assert shown_by(client, leads)["into"] == [str(leads[1].pk)]
    page = client.get(f"{address(leads)}&into={leads[0].pk}")
    fields = main_form(page, MERGE).fields
    assert (fields["into"], fields["take_title"]) == ([str(leads[0].pk)], [str(leads[0].pk)])


def test_only_where_leads_differ_somebody_chooses(leads, alice, signed_in):
    fields = shown_by(signed_in(alice), leads)

    chosen = {name for name in fields if name.startswith("take_")}
    assert chosen == {"take_title", "take_value"}


def test_the_dialog_alone_equals_that_of_the_page(leads, alice, signed_in):
    assert_part_of_page(signed_in(alice), address(leads), "merge")


def test_the_list_asks_by_post(leads, alice, signed_in):
    answer = signed_in(alice).post(MERGE, {"ids": ids(leads)}, headers=htmx("dialog"))

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="merge"')
    assert Lead.objects.count() == 2


def test_all_that_match_can_be_merged(leads, alice, signed_in):
    LeadFactory(owner=alice, title="Other")

    answer = signed_in(alice).post(MERGE, {"all": "1", "count": "2", "q": "Spring"})
    assert answer.status_code == 422  # nothing has it in its title
    answer = signed_in(alice).post(
        MERGE, {"all": "1", "count": "3", "except": Lead.objects.last().pk}
    )
    assert answer.status_code == 200
    assert "Merge 2 leads" in answer.text


@pytest.mark.parametrize("number", [2, 5])
def test_the_page_asks_the_same_questions_for_any_number(
    alice, signed_in, django_assert_num_queries, number
):
    person = PersonFactory(owner=alice)
    leads = [LeadFactory(owner=alice, person=person) for _n in range(number)]
    for lead in leads:
        lead.labels.add(LabelFactory())
        NoteFactory(lead=lead)
    client = signed_in(alice)
    # Session, user, team; whether all may be seen, and which; the leads, their owners and people;
    # which may be seen, and merged; custom fields; activities, notes, labels, followers.
    with django_assert_num_queries(15):
        client.get(address(leads))


# --- What is done ---


def test_leads_are_merged_as_the_page_showed_it(leads, alice, signed_in):
    client = signed_in(alice)
    sent = shown_by(client, leads) | {"take_title": leads[0].pk}

    answer = client.post(MERGE, sent | {"next": "/leads/?view=mine"})

    assert (answer.status_code, answer.url) == (302, "/leads/?view=mine")
    assert toasts(answer) == ["2 leads merged into “Anvil”."]
    lead = Lead.objects.get()
    assert (lead.pk, lead.title, lead.value, lead.currency) == (leads[1].pk, "Anvil", 900, "USD")


def test_who_came_from_a_panel_goes_to_the_lead_that_stays(leads, alice, signed_in):
    client = signed_in(alice)

    answer = client.post(MERGE, shown_by(client, leads), headers=htmx("merge"))

    assert answer.headers["HX-Redirect"] == leads[1].get_absolute_url()


def test_sent_twice_it_is_done_once(leads, alice, signed_in):
    client = signed_in(alice)
    sent = shown_by(client, leads) | {"take_title": leads[0].pk}

    answers = [client.post(MERGE, sent) for _n in range(2)]

    assert [answer.url for answer in answers] == [leads[1].get_absolute_url()] * 2
    assert Operation.objects.count() == 1


def test_sent_again_when_all_is_part_of_a_hidden_lead_it_is_missing(
    leads, alice, bob, manager, signed_in
):
    client = signed_in(alice)
    sent = shown_by(client, leads)
    client.post(MERGE, sent)
    hidden = LeadFactory(owner=bob, person=leads[0].person, visibility="owner")
    merge_leads(Lead.objects.filter(owner=alice), into=hidden, by=manager)

    assert client.post(MERGE, sent).status_code == 404


def test_the_address_of_a_merged_lead_leads_to_the_one_that_stays(
    leads, alice, bob, charlie, signed_in
):
    merge_leads(leads, into=leads[0], by=alice)

    answer = signed_in(bob).get(f"/leads/{leads[1].pk}/")

    assert (answer.status_code, answer.url) == (302, leads[0].get_absolute_url())
    assert answer.headers["Cache-Control"] == "no-cache"
    assert signed_in(charlie).get(f"/leads/{leads[1].pk}/").status_code == 404


def test_the_page_of_the_lead_that_stays_tells_of_the_merging(leads, alice, signed_in):
    merge_leads(leads, into=leads[0], by=alice)

    page = signed_in(alice).get(f"/leads/{leads[0].pk}/").text

    assert page.count("Merged with: Bolt &lt;b&gt;") == 1


# --- What changed meanwhile ---


def test_a_change_meanwhile_is_told_with_both_values_and_asked_again(leads, alice, bob, signed_in):
    client = signed_in(alice)
    sent = shown_by(client, leads) | {"take_value": leads[0].pk}
    opportunities.change(leads[1], {"campaign": "Autumn"}, by=bob)

    answer = client.post(MERGE, sent, headers=htmx("merge"))

    assert answer.status_code == 409
    assert "“Spring” to “Autumn”" in answer.text
    assert Lead.objects.count() == 2
    again = main_form(answer, MERGE).fields
    assert again["take_value"] == [str(leads[0].pk)]
    assert client.post(MERGE, again).status_code == 302
    assert Lead.objects.get().campaign == "Autumn"


def test_a_new_difference_is_asked_with_what_the_rule_proposes(leads, alice, bob, signed_in):
    client = signed_in(alice)
    sent = shown_by(client, leads)
    opportunities.change(leads[0], {"campaign": "Fair"}, by=bob)

    answer = client.post(MERGE, sent)

    assert answer.status_code == 409
    assert main_form(answer, MERGE).fields["take_campaign"] == [str(leads[1].pk)]


def test_a_choice_that_is_gone_is_asked_again(leads, alice, bob, signed_in):
    client = signed_in(alice)
    sent = shown_by(client, leads) | {"take_title": leads[1].pk}
    opportunities.change(leads[1], {"title": "Anvil"}, by=bob)

    assert client.post(MERGE, sent).status_code == 409


def test_somebody_was_faster(leads, alice, bob, signed_in, manager):
    client = signed_in(alice)
    sent = shown_by(client, leads)
    merge_leads(leads, into=leads[0], by=manager)

    answer = client.post(MERGE, sent)

    assert answer.status_code == 409
    assert "Already merged: “Bolt &lt;b&gt;”" in answer.text
    assert leads[0].get_absolute_url() in answer.text
    assert client.get(address(leads)).status_code == 409


def test_a_converted_lead_is_said_to_be_none(leads, alice, pipeline, signed_in):
    client = signed_in(alice)
    sent = shown_by(client, leads)
    convert_leads([leads[1]], into=pipeline, by=alice)

    for answer in (client.post(MERGE, sent), client.get(address(leads))):
        assert answer.status_code == 409
        assert "No longer a lead" in answer.text


# --- What is refused ---


def test_fewer_than_two_and_too_many_are_refused_clearly(leads, alice, signed_in):
    client = signed_in(alice)
    for query, words in (
        ("", "Nothing is selected"),
        (f"?ids={leads[0].pk}", "at least two"),
        (f"?ids={leads[0].pk}&ids={leads[0].pk}", "at least two"),
    ):
        answer = client.get(MERGE + query)
        assert answer.status_code == 422
        assert words in answer.text
    many = LeadFactory.create_batch(MOST + 1, owner=alice, person=leads[0].person)
    assert f"At most {MOST}" in client.get(address(many)).text


def test_leads_of_several_contacts_are_refused_with_a_way_out(leads, alice, signed_in):
    other = LeadFactory(owner=alice)

    answer = signed_in(alice).get(address([leads[0], other]))

    assert answer.status_code == 422
    assert "not of the same contact" in answer.text
    assert other.get_absolute_url() in answer.text


def test_the_list_shows_a_refusal_over_itself(leads, alice, signed_in):
    sent = {"ids": [leads[0].pk, LeadFactory(owner=alice).pk]}

    answer = signed_in(alice).post(MERGE, sent, headers=htmx("dialog"))

    assert (answer.status_code, answer.headers["HX-Reswap"]) == (422, "none")
    assert "not of the same contact" in answer.text


def test_without_rights_on_all_of_them_those_are_named(leads, alice, bob, reader, signed_in):
    Lead.objects.filter(pk=leads[1].pk).update(owner=bob)

    for send in ("get", "post"):
        answer = getattr(signed_in(alice), send)(MERGE, {"ids": ids(leads)})
        assert answer.status_code == 403
        assert "Bolt &lt;b&gt;" in answer.text
        assert getattr(signed_in(reader), send)(MERGE, {"ids": ids(leads)}).status_code == 403


def test_one_hidden_id_answers_like_a_missing_one(leads, alice, charlie, signed_in):
    hidden = LeadFactory(owner=charlie, visibility="owner", title="Secret")
    client = signed_in(alice)
    sent = shown_by(client, leads)
    for number in (hidden.pk, hidden.pk + 1000, "x", "9" * 30):
        asked = {"ids": [leads[0].pk, number]}
        for answer in (client.get(MERGE, asked), client.post(MERGE, sent | asked)):
            assert answer.status_code == 404
            assert "Secret" not in answer.text
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"into": "x"},
        {"into": "0"},
        {"into": ""},
        {"take_title": "x"},
        {"take_title": ""},
        {"take_value": "9" * 30},
        {"seen": "forged"},
        {"seen": ""},
        {"token": "x"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(leads, alice, signed_in, wrong):
    client = signed_in(alice)

    answer = client.post(MERGE, shown_by(client, leads) | wrong, headers=htmx("merge"))

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert Lead.objects.count() == 2


def test_an_owner_who_left_is_refused_on_the_form(leads, alice, admin, signed_in):
    Lead.objects.filter(pk=leads[1].pk).update(owner=UserFactory(is_active=False))
    client = signed_in(admin)
    fields = shown_by(client, leads) | {"into": leads[0].pk, "take_owner": leads[1].pk}

    answer = client.post(MERGE, fields)

    assert answer.status_code == 422
    assert "cannot own records" in answer.text


# --- Possible duplicates ---


def test_a_lead_lists_its_possible_duplicates(leads, alice, bob, signed_in):
    page = signed_in(alice).get(f"/leads/{leads[0].pk}/").text

    assert "Possible duplicates" in page
    assert "Same person" in page
    assert f"{MERGE}?ids={leads[0].pk}&amp;ids={leads[1].pk}&amp;into={leads[0].pk}" in page
    others = signed_in(bob).get(f"/leads/{leads[0].pk}/").text
    assert "Not a duplicate" in others
    assert f"{MERGE}?ids=" not in others


def test_a_reader_sees_them_and_is_offered_nothing(leads, reader, signed_in):
    page = signed_in(reader).get(f"/leads/{leads[0].pk}/").text

    assert "Possible duplicates" in page
    assert "Not a duplicate" not in page


def test_a_lead_without_duplicates_does_not_speak_of_them(alice, signed_in):
    lead = LeadFactory(owner=alice)

    assert "Possible duplicates" not in signed_in(alice).get(f"/leads/{lead.pk}/").text


def test_not_a_duplicate_is_remembered_and_undone(leads, alice, bob, signed_in):
    client = signed_in(alice)
    url = f"/leads/{leads[0].pk}/keep-separate/"

    answer = client.post(url, {"other": leads[1].pk})

    assert (answer.status_code, answer.url) == (302, leads[0].get_absolute_url())
    assert toasts(answer) == ["“Bolt <b>” is kept separate."]
    assert "Possible duplicates" not in signed_in(bob).get(f"/leads/{leads[1].pk}/").text
    client.post(f"/history/{Operation.objects.get().pk}/undo/")
    assert not SeparateLeads.objects.exists()


def test_the_part_is_drawn_again_with_what_is_left(leads, alice, signed_in):
    LeadFactory(owner=alice, person=leads[0].person, title="Cogwheels")
    client = signed_in(alice)
    url = f"/leads/{leads[0].pk}/keep-separate/"

    one = client.post(url, {"other": leads[1].pk}, headers=htmx("duplicates")).text
    none = client.post(url, {"other": Lead.objects.last().pk}, headers=htmx("duplicates")).text

    assert one.lstrip().startswith('<section class="sheet" id="duplicates"')
    assert "Cogwheels" in one.partition("toast")[0]
    assert "Cogwheels" not in none.partition("toast")[0]
    assert "None left" in none


def test_saying_it_twice_says_nothing_new(leads, alice, signed_in):
    keep_separate(*leads, by=alice)

    answer = signed_in(alice).post(f"/leads/{leads[0].pk}/keep-separate/", {"other": leads[1].pk})

    assert answer.status_code == 302
    assert toasts(answer) == []


def test_a_lead_is_kept_separate_from_leads_one_sees(leads, alice, charlie, signed_in):
    hidden = LeadFactory(owner=charlie, visibility="owner")
    for number in (hidden.pk, hidden.pk + 1000, leads[0].pk, "x", ""):
        answer = signed_in(alice).post(f"/leads/{leads[0].pk}/keep-separate/", {"other": number})
        assert answer.status_code == 404
