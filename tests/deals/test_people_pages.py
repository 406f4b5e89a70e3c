"""People on a deal's page: who is shown to whom, the dialogs; and a copy with one click."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from deals.models import Deal, Participant
from deals.services import make_primary, move_deals
from history.models import Operation
from tests.factories import (
    ActivityFactory,
    ActivityTypeFactory,
    DealFactory,
    EmailAddressFactory,
    LeadFactory,
    OrganizationFactory,
    ParticipantFactory,
    PersonFactory,
    PhoneNumberFactory,
)
from tests.web import assert_part_of_page, htmx, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(alice, stages):
    return DealFactory(
        owner=alice,
        stage=stages[0],
        title="Pilot",
        visibility="team",
        person=PersonFactory(owner=alice, name="Nora Weber"),
        organization=OrganizationFactory(owner=alice, name="Lac", website="lac.example"),
    )


@pytest.fixture
def otto(deal):
    row = ParticipantFactory(deal=deal, role="Buyer", person__name="Otto Lang")
    PhoneNumberFactory(person=row.person, number="+33 1 23 45 67 89")
    EmailAddressFactory(person=row.person, address="otto@lac.example")
    return row.person


def toasts(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def extras(response):
    return [message.extra_tags for message in get_messages(response.wsgi_request)]


def page(client, deal):
    return text(client.get(deal.get_absolute_url()))


# --- Who is shown ---


def test_the_page_shows_who_takes_part_and_how_to_reach_them(signed_in, alice, deal, otto):
    shown = page(signed_in(alice), deal)

    assert shown.index("Nora Weber") < shown.index("Primary contact") < shown.index("Otto Lang")
    assert "Buyer" in shown
    assert 'href="tel:+33123456789"' in shown
    assert 'href="mailto:otto@lac.example"' in shown
    assert 'href="https://lac.example"' in shown


def test_of_hidden_people_everybody_sees_the_names_alone(signed_in, bob, deal, otto):
    for record in (otto, deal.person, deal.organization):
        type(record).objects.filter(pk=record.pk).update(visibility="owner")

    shown = page(signed_in(bob), deal)

    for name in ("Otto Lang", "Nora Weber", "Lac", "Buyer"):
        assert name in shown
    for secret in ("mailto:", "tel:", "lac.example", f'href="/people/{otto.pk}/"'):
        assert secret not in shown


def test_many_people_are_folded(signed_in, alice, deal):
    for _each in range(30):
        ParticipantFactory(deal=deal)
    shown = page(signed_in(alice), deal)
    assert "<summary>27 more</summary>" in shown


def test_a_deal_without_people_says_so(signed_in, alice, deal):
    Deal.objects.update(person=None)
    assert "Nobody yet" in page(signed_in(alice), deal)


# --- Adding, roles, the primary contact ---


def add(deal, **data):
    return f"/deals/{deal.pk}/people/add/", {"token": str(uuid.uuid4()), **data}


def test_somebody_is_added_with_undo(signed_in, alice, deal):
    person = PersonFactory(owner=alice)
    client = signed_in(alice)
    assert_part_of_page(client, f"/deals/{deal.pk}/people/add/", "add-participant")
    url, data = add(deal, person=person.pk, role="Legal")

    response = client.post(url, data)
    again = client.post(url, data)

    assert response.url == again.url == deal.get_absolute_url()
    assert toasts(response) == ["Participant added."]
    assert "/undo/" in extras(response)[0]
    row = Participant.objects.get()
    assert (row.person, row.role) == (person, "Legal")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"person": ""}, "required"),
        ({"person": "999999"}, "not there any more"),
        ({"person": "nonsense"}, "not there any more"),
        ({"person": "", "person_text": "Nobody Known"}, "Nothing has this name"),
        ({"role": "x" * 61}, "60"),
        ({"role": "a\0b"}, "error"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_place(signed_in, alice, deal, wrong, told):
    person = PersonFactory(owner=alice)
    url, data = add(deal, **({"person": person.pk} | wrong))
    response = signed_in(alice).post(url, data, headers=htmx("add-participant"))
    assert response.status_code == 422
    assert told in response.text
    assert not Participant.objects.exists()


def test_whoever_takes_part_already_is_told_in_the_form(signed_in, alice, deal, otto):
    for person in (otto, deal.person):
        url, data = add(deal, person=person.pk)
        response = signed_in(alice).post(url, data, headers=htmx("add-participant"))
        assert response.status_code == 422
        assert person.name in response.text
    assert Participant.objects.count() == 1
    assert not Operation.objects.exists()


def test_a_hidden_person_cannot_be_chosen(signed_in, alice, bob, deal):
    hidden = PersonFactory(owner=alice, visibility="owner")
    url, data = add(deal, person=hidden.pk)
    assert signed_in(bob).post(url, data).status_code == 422


def test_the_role_of_a_person_is_changed(signed_in, alice, deal, otto):
    url, client = f"/deals/{deal.pk}/people/{otto.pk}/", signed_in(alice)
    assert_part_of_page(client, url, "participant")
    seen = client.get(url).context["form"].initial["seen"]

    assert client.post(url, {"role": "Legal", "seen": "Buyer"}).status_code == 422  # not signed
    response = client.post(url, {"role": "Legal", "seen": seen})

    assert response.url == deal.get_absolute_url()
    assert Participant.objects.get().role == "Legal"


def test_a_role_changed_meanwhile_is_shown_with_both(signed_in, alice, deal, otto):
    url, client = f"/deals/{deal.pk}/people/{otto.pk}/", signed_in(alice)
    seen = client.get(url).context["form"].initial["seen"]
    Participant.objects.update(role="Champion")

    response = client.post(url, {"role": "Legal", "seen": seen})

    assert response.status_code == 409
    assert "from “Buyer” to “Champion”" in text(response)
    assert 'value="Legal"' in response.text
    sent = {"role": "Legal", "seen": response.context["form"].data["seen"]}
    assert client.post(url, sent).status_code == 302
    assert Participant.objects.get().role == "Legal"


def test_somebody_becomes_primary_unless_another_tab_chose(signed_in, alice, deal, otto):
    url, client = f"/deals/{deal.pk}/people/{otto.pk}/primary/", signed_in(alice)
    nora = deal.person
    assert f'name="seen" value="{nora.pk}"' in client.get(url.removesuffix("primary/")).text
    assert client.post(url, {"seen": nora.pk}).status_code == 302
    assert Deal.objects.get().person == otto

    make_primary(deal, nora, by=alice)
    third = ParticipantFactory(deal=deal).person
    stale = client.post(url.replace(f"/{otto.pk}/", f"/{third.pk}/"), {"seen": otto.pk})
    assert stale.status_code == 409
    assert Deal.objects.get().person == nora


def test_somebody_is_taken_off(signed_in, alice, deal, otto):
    client = signed_in(alice)
    response = client.post(f"/deals/{deal.pk}/people/{otto.pk}/remove/")
    assert toasts(response) == ["“Otto Lang” takes no part any more."]
    assert not Participant.objects.exists()
    assert client.post(f"/deals/{deal.pk}/people/{otto.pk}/remove/").status_code == 404


def test_the_only_link_of_a_deal_stays(signed_in, alice, deal):
    Deal.objects.update(organization=None)
    response = signed_in(alice).post(f"/deals/{deal.pk}/people/{deal.person_id}/remove/")
    assert response.status_code == 422
    assert "all that this deal is linked to" in response.text


@pytest.mark.parametrize("act", ["", "primary/", "remove/"])
def test_strangers_and_readers_get_nowhere(signed_in, charlie, reader, deal, otto, act):  # F1
    url = f"/deals/{deal.pk}/people/{otto.pk}/{act}"
    for user, status in ((charlie, 404), (reader, 403)):
        assert signed_in(user).post(url, {"role": "x", "seen": ""}).status_code == status
    assert "/people/add/" not in page(signed_in(reader), deal)
    assert not Operation.objects.exists()


def test_somebody_of_another_deal_is_nobody_here(signed_in, alice, deal):
    stranger = PersonFactory(owner=alice)
    for act in ("", "primary/", "remove/"):
        url = f"/deals/{deal.pk}/people/{stranger.pk}/{act}"
        assert signed_in(alice).post(url, {"role": "x"}).status_code == 404


def test_names_and_roles_are_escaped(signed_in, alice, deal):  # F9
    ParticipantFactory(deal=deal, person__name="<script>alert(1)</script>", role="<b>x</b>")
    client = signed_in(alice)
    shown = client.get(deal.get_absolute_url()).text
    number = Participant.objects.get().person_id
    shown += client.get(f"/deals/{deal.pk}/people/{number}/").text
    assert "<script>alert" not in shown
    assert "<b>x</b>" not in shown


# --- The path, and how long it idles ---


def test_days_of_all_visits_are_counted_from_the_change_of_stage(signed_in, alice, stages, deal):
    at = timezone.now()
    deal.stage_visits.update(entered_at=at - timedelta(days=10, hours=1))
    for stage in (stages[1], stages[0], stages[2]):
        move_deals([deal], to=stage, by=alice)
    visits = list(deal.stage_visits.order_by("pk"))
    spans = [(10, 6), (6, 4), (4, 1), (1, None)]
    for visit, (begin, end) in zip(visits, spans, strict=True):
        visit.entered_at = at - timedelta(days=begin, hours=1)
        visit.left_at = None if end is None else at - timedelta(days=end, hours=1)
        visit.save()

    path = signed_in(alice).get(deal.get_absolute_url()).context["path"]

    assert [(step.stage.name, step.state, step.days) for step in path] == [
        ("Qualified", "past", 7),
        ("Offer", "past", 2),
        ("Negotiation", "current", 1),
    ]


def test_days_end_to_count_when_it_is_closed(signed_in, alice, deal):  # K12
    at = timezone.now()
    deal.stage_visits.update(entered_at=at - timedelta(days=10, hours=1))
    Deal.objects.update(status="won", won_at=at - timedelta(days=4), won_by=alice)
    path = signed_in(alice).get(deal.get_absolute_url()).context["path"]
    assert [step.days for step in path] == [6, None, None]


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (None, "12 days idle"),
        (3, "12 days idle, call in 3 days"),
        (1, "12 days idle, call tomorrow"),
        (0, "12 days idle, call today"),
        (-2, "12 days idle, call 2 days late"),
    ],
)
def test_how_long_it_idles_is_said_in_words(signed_in, alice, stages, deal, due, words):
    stages[0].rotting_days = 12
    stages[0].save()
    Deal.objects.update(idle_since=timezone.now() - timedelta(days=12, hours=1))
    if due is not None:
        on = timezone.localdate() + timedelta(days=due)
        ActivityFactory(deal=deal, due_on=on, type=ActivityTypeFactory(name="Call"))
        Deal.objects.update(next_activity_on=on)
    assert f"<span>{words}</span>" in page(signed_in(alice), deal)


def test_a_fresh_or_closed_deal_says_nothing_of_it(signed_in, alice, stages, deal):
    stages[0].rotting_days = 30
    stages[0].save()
    Deal.objects.update(idle_since=timezone.now() - timedelta(days=12))
    assert "days idle" not in page(signed_in(alice), deal)
    at = timezone.now()
    Deal.objects.update(idle_since=at - timedelta(days=90), status="won", won_at=at, won_by=alice)
    assert "days idle" not in page(signed_in(alice), deal)


# --- Followers ---


@pytest.mark.parametrize("make", [LeadFactory, DealFactory], ids=["leads", "deals"])
def test_one_follows_and_unfollows_with_a_click(signed_in, alice, bob, make):
    record = make(owner=alice, visibility="team")
    url, client = record.get_absolute_url(), signed_in(bob)
    assert "Unfollow" not in client.get(url).text

    response = client.post(f"{url}follow/")
    assert (response.url, toasts(response)) == (url, ["You follow this now."])
    assert "Unfollow" in client.get(url).text
    client.post(f"{url}unfollow/")
    assert not record.followers.exists()


def test_a_colleague_is_added_if_they_may_see_it(signed_in, alice, bob, charlie, deal):
    url, client = f"/deals/{deal.pk}/followers/", signed_in(alice)
    assert_part_of_page(client, url, "followers")

    assert client.post(url, {"user": bob.pk}).status_code == 302
    refused = client.post(url, {"user": charlie.pk}, headers=htmx("followers"))

    assert list(deal.followers.all()) == [bob]
    assert refused.status_code == 422
    assert "Charlie Roux cannot see “Pilot”." in text(refused)
    for wrong in ("", "999999", "nonsense", "9" * 30):
        assert client.post(url, {"user": wrong}).status_code == 422
    assert client.post(f"/deals/{deal.pk}/unfollow/", {"user": "9" * 30}).status_code == 404
    client.post(f"/deals/{deal.pk}/unfollow/", {"user": bob.pk})
    assert not deal.followers.exists()


# --- A copy ---


def test_a_copy_is_made_once_with_undo_and_a_way_back(signed_in, bob, deal):
    client, url = signed_in(bob), f"/deals/{deal.pk}/copy/"
    token = {"token": str(client.get(deal.get_absolute_url()).context["once"]["token"].value())}

    response = client.post(url, token)
    again = client.post(url, token)

    copy = Deal.objects.exclude(pk=deal.pk).get()
    assert response.url == again.url == copy.get_absolute_url()
    assert toasts(response) == ["This is the copy: “Pilot (copy)”."]
    assert deal.get_absolute_url() in extras(response)[0]
    assert client.post(url).status_code == 422
    assert Deal.objects.count() == 2


# --- Facts in their places ---


def test_a_fact_changed_on_the_page_leaves_all_that_stands_around_it(signed_in, alice, deal, otto):
    Deal.objects.update(value=1000, currency="EUR")
    client, url = signed_in(alice), f"/deals/{deal.pk}/edit/value/?place=fact"
    seen = client.get(url).context["form"].initial["seen"]
    data = {"seen": seen, "value": "2500", "currency": "EUR"}

    response = client.post(url, data, headers=htmx("field", on=deal.get_absolute_url()))

    assert response.headers["HX-Retarget"] == "#facts"
    shown = text(response)
    assert '<span id="worth" hx-swap-oob="true"> <span class="strong">€2,500' in shown
    facts = shown[shown.index('<div id="facts"') : shown.index('<span id="worth"')]
    assert "Otto Lang" in facts
    assert facts.replace(' data-focus=""', "").strip() in page(client, deal)


def test_beside_a_list_the_same_answer_is_that_of_the_panel(signed_in, alice, deal, otto):
    client, url = signed_in(alice), f"/deals/{deal.pk}/edit/campaign/?place=fact"
    response = client.get(f"{url}&cancel=1", headers=htmx("field", on="/deals/list/"))
    assert "Otto Lang" not in response.text
    assert 'id="facts"' in response.text
