"""A deal's page, the forms that make and change it, and how it ends."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Organization, Person
from conversion.services import convert_leads, return_to_leads
from deals.models import Deal
from history.models import Event, Operation
from opportunities import services as opportunities
from pipelines.models import Stage
from tests.factories import (
    ActivityFactory,
    DealFactory,
    DealFileFactory,
    FieldFactory,
    LabelFactory,
    LeadFactory,
    LineItemFactory,
    LostReasonFactory,
    NoteFactory,
    OrganizationFactory,
    ParticipantFactory,
    PersonFactory,
    PhoneNumberFactory,
    PipelineFactory,
    ProjectFactory,
    StageFactory,
    UserFactory,
)
from tests.web import assert_part_of_page, htmx, text


@pytest.fixture
def deal(alice, stages):
    return DealFactory(
        stage=stages[0],
        owner=alice,
        title="Pilot",
        visibility="team",
        value=1000,
        currency="EUR",
    )


def form(deal, client, **changes):
    """What the edit form sends when only ``changes`` were typed."""
    shown = client.get(f"/deals/{deal.pk}/edit/").context["form"]
    return {
        "seen": shown.initial["seen"],
        "title": deal.title,
        "person": deal.person_id or "",
        "organization": deal.organization_id or "",
        "value": "1000",
        "currency": "EUR",
        "owner": deal.owner_id,
        "visibility": deal.visibility,
        **changes,
    }


def new(stage, **more):
    return {
        "token": str(uuid.uuid4()),
        "title": "Licence",
        "person_text": "Ada Lovelace",
        "currency": "EUR",
        "stage": stage.pk,
        "visibility": "everyone",
        **more,
    }


# --- The page ----------------------------------------------------------------------------------


def test_the_page_shows_where_the_deal_stands_and_what_it_is_worth(signed_in, alice, stages, deal):
    deal.stage_visits.update(entered_at=timezone.now() - timedelta(days=3, hours=1))
    shown = text(signed_in(alice).get(f"/deals/{deal.pk}/"))
    for expected in ("Pilot", "€1,000", "20%", "€200", "Qualified</span> <small>3 d", "Won"):
        assert expected in shown, expected


def test_only_the_team_sees_it_and_a_reader_finds_no_button(signed_in, bob, charlie, reader, deal):
    url = f"/deals/{deal.pk}/"
    assert signed_in(charlie).get(url).status_code == 404
    assert "Lost" in text(signed_in(bob).get(url))
    shown = text(signed_in(reader).get(url))
    assert "Pilot" in shown
    for act in ("/won/", "/lost/", "/archive/", "/delete/", "/return/", "/edit/", "/move/"):
        assert act not in shown


def test_contacts_are_named_for_all_and_linked_for_those_who_see_them(signed_in, bob, deal):
    hidden = PersonFactory(owner=deal.owner, visibility="owner", name="Hidden Person")
    Deal.objects.update(person=hidden)
    shown = text(signed_in(bob).get(f"/deals/{deal.pk}/"))
    assert "Hidden Person" in shown
    assert f'href="{hidden.get_absolute_url()}"' not in shown


def test_a_converted_deal_says_from_whom_and_when(signed_in, alice, stages):  # A14
    convert_leads([LeadFactory(owner=alice)], into=stages[0], by=alice)
    shown = text(signed_in(alice).get(Deal.objects.get().get_absolute_url()))
    assert "Converted from a lead by Alice Martin, today." in shown


def test_the_address_of_a_returned_deal_leads_to_its_lead(signed_in, alice, charlie, deal):
    return_to_leads([deal], by=alice)
    response = signed_in(alice).get(f"/deals/{deal.pk}/")
    assert response.status_code == 302
    assert response.url.startswith("/leads/")
    assert response.headers["Cache-Control"] == "no-cache"
    assert signed_in(charlie).get(f"/deals/{deal.pk}/").status_code == 404


@pytest.mark.parametrize("number", [1, 5])
def test_the_page_costs_fifteen_statements(
    signed_in, alice, deal, number, django_assert_num_queries
):
    for _each in range(number):
        ActivityFactory(deal=deal)
        NoteFactory(deal=deal)
        deal.labels.add(LabelFactory())
        deal.followers.add(UserFactory())
        PhoneNumberFactory(person=ParticipantFactory(deal=deal).person)
    client = signed_in(alice)
    # session, user, team, calculated fields, deal with its labels, its people, stages with the days
    # in each, lives; activity types, who may have them, next steps, and what the timeline asks
    with django_assert_num_queries(15):
        assert client.get(f"/deals/{deal.pk}/").status_code == 200


@pytest.mark.parametrize("number", [1, 50])
def test_what_a_deal_carries_costs_no_statement_more(
    signed_in, alice, deal, number, django_assert_num_queries
):
    LineItemFactory.create_batch(number, deal=deal)
    DealFileFactory.create_batch(4 * number, deal=deal)
    for _each in range(min(number, 10)):
        ProjectFactory(owner=alice, deals=[deal])
    for _each in range(min(number, 10)):
        FieldFactory(kind="calculated", formula="value * 0.08 + quantity * value", is_money=True)
        FieldFactory(kind="number")
    client = signed_in(alice)
    with django_assert_num_queries(15):
        shown = text(client.get(f"/deals/{deal.pk}/"))
    assert shown.count("data-item=") == number
    assert f"{4 * number} files" in shown


def test_a_page_that_says_how_long_it_idles_costs_sixteen(
    signed_in, alice, stages, deal, django_assert_num_queries
):
    stages[0].rotting_days = 10
    stages[0].save()
    ActivityFactory(deal=deal)
    idle_since = timezone.now() - timedelta(days=12)
    Deal.objects.update(idle_since=idle_since, next_activity_on=timezone.localdate())
    client = signed_in(alice)
    # those of a fresh deal, and what is to be done next
    with django_assert_num_queries(16):
        assert "12 days idle" in client.get(f"/deals/{deal.pk}/").text


# --- Adding ------------------------------------------------------------------------------------


def test_a_deal_is_added_with_a_new_person_and_organization(signed_in, alice, stages):
    client = signed_in(alice)
    data = new(stages[1], organization_text="Engines", value="12 500,50", owner=alice.pk)
    response = client.post("/deals/new/", data)
    deal = Deal.objects.get()
    assert (response.status_code, response.url) == (302, deal.get_absolute_url())
    assert (deal.stage, str(deal.value), deal.currency) == (stages[1], "12500.5000", "EUR")
    assert deal.person.name == "Ada Lovelace"
    assert deal.person.organization == deal.organization == Organization.objects.get()
    client.post("/deals/new/", data)  # the same submission once more
    assert Deal.objects.count() == Person.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"title": "a\0b"},
        {"title": "a\u202eb"},
        {"person_text": ""},
        {"person": "999999", "person_text": "Ada"},
        {"value": "much"},
        {"value": "-1"},
        {"value": "1" * 40},
        {"currency": "XXX"},
        {"probability": "101"},
        {"expected_close_on": "someday"},
        {"stage": "999999"},
        {"owner": "999999"},
        {"labels": ["nonsense"]},
        {"token": "nonsense"},
        {"visibility": "nobody"},
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_added(signed_in, alice, stages, wrong):
    data = new(stages[0], owner=alice.pk) | wrong
    response = signed_in(alice).post("/deals/new/", data, headers=htmx("deal"))
    assert response.status_code == 422
    assert "error" in response.text
    assert not Deal.objects.exists()
    assert not Person.objects.exists()


def test_a_stage_is_named_with_its_pipeline_where_there_are_several(signed_in, alice, stages):
    client, field = signed_in(alice), f'<option value="{stages[0].pk}"'
    option = client.get("/deals/new/").text.partition(field)[2].partition("</option>")[0]
    assert option.endswith(">Qualified")

    StageFactory(pipeline=PipelineFactory(name="Partners"), name="Signed")
    page = client.get("/deals/new/").text
    option = page.partition(field)[2].partition("</option>")[0]
    assert option.endswith(f">{stages[0].pipeline.name} · Qualified")
    assert "Partners · Signed" in page


def test_a_reader_adds_nothing(signed_in, reader, stages):
    client = signed_in(reader)
    assert client.get("/deals/new/").status_code == 403
    assert client.post("/deals/new/", new(stages[0], owner=reader.pk)).status_code == 403
    assert not Deal.objects.exists()


def test_nobody_links_a_contact_they_cannot_see(signed_in, charlie, alice, stages):
    hidden = OrganizationFactory(owner=alice, visibility="owner")
    data = new(stages[0], organization=hidden.pk, owner=charlie.pk)
    assert signed_in(charlie).post("/deals/new/", data).status_code == 422


# --- Changing ----------------------------------------------------------------------------------


def test_a_change_is_saved_and_can_be_undone(signed_in, bob, deal):
    client = signed_in(bob)
    assert_part_of_page(client, f"/deals/{deal.pk}/edit/", "deal")
    response = client.post(f"/deals/{deal.pk}/edit/", form(deal, client, title="Roll-out"))
    assert response.url == deal.get_absolute_url()
    [event] = Event.objects.all()
    assert event.changes == {"title": ["Pilot", "Roll-out"]}
    assert "/undo/" in text(client.get(response.url))


def test_a_change_made_meanwhile_is_shown_with_both_values(signed_in, alice, bob, deal):
    client = signed_in(alice)
    data = form(deal, client, title="Mine")
    Deal.objects.update(title="Theirs")
    response = client.post(f"/deals/{deal.pk}/edit/", data)
    assert response.status_code == 409
    assert "from “Pilot” to “Theirs”" in text(response)
    data["seen"] = response.context["form"].data["seen"]
    assert client.post(f"/deals/{deal.pk}/edit/", data).status_code == 302
    assert Deal.objects.get().title == "Mine"


def test_nobody_else_changes_it(signed_in, alice, charlie, reader, deal):
    data = form(deal, signed_in(alice), title="Mine")
    for user, status in ((charlie, 404), (reader, 403)):
        client = signed_in(user)
        assert client.get(f"/deals/{deal.pk}/edit/").status_code == status
        assert client.post(f"/deals/{deal.pk}/edit/", data).status_code == status
    assert Deal.objects.get().title == "Pilot"
    assert not Operation.objects.exists()


# --- How it ends -------------------------------------------------------------------------------


def test_won_at_once_and_reopened(signed_in, alice, deal):
    client = signed_in(alice)
    assert client.post(f"/deals/{deal.pk}/won/").url == deal.get_absolute_url()
    shown = text(client.get(deal.get_absolute_url()))
    assert "Won by Alice Martin, today." in shown
    assert "is won." in shown
    client.post(f"/deals/{deal.pk}/reopen/")
    assert Deal.objects.get().is_open


def test_lost_asks_why(signed_in, alice, deal):
    price = LostReasonFactory(name="Price")
    url, client = f"/deals/{deal.pk}/lost/", signed_in(alice)
    assert_part_of_page(client, url, "lost")
    for wrong in ({}, {"reason": "999999"}, {"reason": price.pk, "comment": "x" * 501}):
        assert client.post(url, wrong).status_code == 422
    assert Deal.objects.get().is_open
    assert client.post(url, {"reason": price.pk, "comment": "Too dear"}).status_code == 302
    shown = text(client.get(deal.get_absolute_url()))
    assert "Price" in shown
    assert "Too dear" in shown


def test_a_deal_that_ended_otherwise_is_told_in_the_form(signed_in, alice, deal):
    client = signed_in(alice)
    client.post(f"/deals/{deal.pk}/won/")
    response = client.post(f"/deals/{deal.pk}/lost/", {})
    assert response.status_code == 422
    assert "Reopen first" in text(response)


@pytest.mark.parametrize("act", ["won", "lost", "reopen"])
def test_nobody_else_ends_it(signed_in, charlie, reader, deal, act):
    for user, status in ((charlie, 404), (reader, 403)):
        assert signed_in(user).post(f"/deals/{deal.pk}/{act}/").status_code == status
    assert Deal.objects.get().is_open
    assert not Operation.objects.exists()


def test_text_is_escaped_wherever_it_shows(signed_in, alice, deal):  # F9
    Deal.objects.update(title="<script>alert(1)</script>")
    client = signed_in(alice)
    for url in ("/deals/", "/deals/list/", f"/deals/{deal.pk}/", f"/deals/{deal.pk}/move/"):
        assert "<script>alert" not in client.get(url).text


def test_an_archived_deal_is_restored_before_anything_else(signed_in, alice, deal):
    opportunities.archive([deal], by=alice)
    client = signed_in(alice)
    shown = text(client.get(f"/deals/{deal.pk}/"))
    assert "Restore" in shown
    assert "/won/" not in shown
    assert client.post(f"/deals/{deal.pk}/won/").status_code == 422
    assert Stage.objects.filter(deals=deal).exists()
