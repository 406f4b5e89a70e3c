"""One field is changed where it stands; two people never overwrite each other in silence."""

import pytest

from leads.models import Lead
from opportunities.services import change
from tests.factories import (
    ChannelFactory,
    FieldFactory,
    LabelFactory,
    LeadFactory,
    PersonFactory,
    UserFactory,
)
from tests.web import htmx, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice, title="Fleet", value=100, currency="EUR", visibility="team")


def form_of(client, lead, name):
    """What the form of a field sends, as it is shown."""
    form = client.get(f"/leads/{lead.pk}/edit/{name}/").context["form"]
    return {each.html_name: each.value() or "" for each in form if each.value() is not None}


def send(client, lead, name, sent, **changed):
    return client.post(f"/leads/{lead.pk}/edit/{name}/", {**sent, **changed}, headers=htmx("field"))


def test_a_value_becomes_a_form_and_a_value_again(alice, lead, signed_in):
    client = signed_in(alice)
    url = f"/leads/{lead.pk}/edit/value/"
    form = client.get(url, headers=htmx())
    assert 'id="field"' in form.text
    assert "<html" not in form.text

    answer = send(client, lead, "value", form_of(client, lead, "value"), value="12 500,50")

    lead.refresh_from_db()
    assert str(lead.value) == "12500.5000"
    assert "€12,500.50" in answer.text
    assert "data-focus" in answer.text
    assert "Undo" in answer.text
    cancelled = client.get(f"{url}?cancel=1", headers=htmx())
    assert cancelled.text.strip().startswith("<a ")


def test_among_the_facts_a_pencil_opens_the_same_form(alice, reader, lead, signed_in):
    client = signed_in(alice)
    url = f"/leads/{lead.pk}/edit/value/?place=fact"
    assert f'hx-get="{url}"' in client.get(f"/leads/{lead.pk}/").text
    assert "edit-fact" not in signed_in(reader).get(f"/leads/{lead.pk}/").text

    form = client.get(url, headers=htmx())
    wrong = client.post(
        url, {**form_of(client, lead, "value"), "value": "x"}, headers=htmx("field")
    )
    answer = client.post(
        url, {**form_of(client, lead, "value"), "value": "7"}, headers=htmx("field")
    )

    assert f'hx-post="{url}"' in form.text
    assert (wrong.status_code, "HX-Retarget" in wrong.headers) == (422, False)
    assert "<span>€7</span>" in answer.text
    assert answer.headers["HX-Retarget"] == "#facts"
    assert answer.headers["HX-Reswap"] == "outerHTML"


@pytest.mark.parametrize("name", ["value", "person", "labels", "owner", "close", "custom"])
def test_the_facts_after_a_change_are_those_of_a_reload(alice, lead, signed_in, name):
    field = FieldFactory(kind="url")
    values = {field.key: "https://www.faure.example/", "person": PersonFactory(owner=alice)}
    change(lead, values, by=alice)
    client = signed_in(alice)
    url = f"/leads/{lead.pk}/edit/{field.key if name == 'custom' else name}/?place=fact&cancel=1"

    facts = text(client.get(url, headers=htmx("field")))
    page = text(client.get(f"/leads/{lead.pk}/"))

    assert 'data-focus=""' in facts
    assert facts.replace(' data-focus=""', "").strip() in page


def test_without_htmx_the_form_is_a_page_that_leads_back(alice, lead, signed_in):
    client = signed_in(alice)
    page = client.get(f"/leads/{lead.pk}/edit/campaign/?next=/leads/?view=mine")
    assert "<html" in page.text

    sent = {**form_of(client, lead, "campaign"), "campaign": "Spring", "next": "/leads/?view=mine"}
    answer = client.post(f"/leads/{lead.pk}/edit/campaign/", sent)

    assert (answer.status_code, answer.url) == (302, "/leads/?view=mine")
    assert Lead.objects.get().campaign == "Spring"


@pytest.mark.parametrize(
    ("name", "field", "typed"),
    [
        ("value", "value", "1e9999"),
        ("value", "value", "12.5.5,5,5"),
        ("value", "value", "-3"),
        ("close", "expected_close_on", "31/02/2026"),
        ("title", "title", ""),
        ("title", "title", "x" * 201),
        ("campaign", "campaign", "a\x00b"),
        ("owner", "owner", "99999999999999999999"),
        ("channel", "channel", "x"),
        ("labels", "labels", "77777"),
        ("visibility", "visibility", "nobody"),
        ("person", "person_text", "Nobody Known"),
    ],
)
def test_what_a_field_cannot_hold_is_said_in_place_and_kept(
    alice, lead, signed_in, name, field, typed
):
    client = signed_in(alice)
    before = Lead.objects.values().get()
    sent = form_of(client, lead, name)
    if name == "person":
        sent = {"seen": sent["seen"]}

    answer = send(client, lead, name, sent, **{field: typed})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text or "errorlist" in answer.text
    assert Lead.objects.values().get() == before


def test_a_lead_keeps_its_last_link(alice, signed_in):
    person = PersonFactory(owner=alice)
    lead = LeadFactory(owner=alice, person=person, organization=None)
    client = signed_in(alice)
    seen = form_of(client, lead, "person")["seen"]

    answer = send(client, lead, "person", {"seen": seen}, person="", person_text="")

    assert answer.status_code == 422
    assert "Choose a person, an organization or both." in answer.text
    assert Lead.objects.get().person == person


def test_the_second_of_two_is_told_both_values_and_decides(alice, bob, lead, signed_in):
    first, second = signed_in(alice), signed_in(bob)
    at_once = form_of(second, lead, "value")
    send(first, lead, "value", form_of(first, lead, "value"), value="200")

    told = send(second, lead, "value", at_once, value="300")

    assert told.status_code == 409
    assert "from “100” to “200”" in told.text.replace("&quot;", '"')
    assert Lead.objects.get().value == 200
    again = told.text.split('name="seen" value="')[1].split('"')[0]
    assert send(second, lead, "value", at_once, value="300", seen=again).status_code == 200
    assert Lead.objects.get().value == 300


def test_different_fields_do_not_collide(alice, bob, lead, signed_in):
    first, second = signed_in(alice), signed_in(bob)
    at_once = form_of(second, lead, "campaign")
    send(first, lead, "value", form_of(first, lead, "value"), value="200")

    assert send(second, lead, "campaign", at_once, campaign="Spring").status_code == 200
    assert (Lead.objects.get().value, Lead.objects.get().campaign) == (200, "Spring")


def test_owner_labels_and_channel_are_changed_in_place(alice, bob, lead, signed_in):
    client = signed_in(alice)
    label, channel = LabelFactory(name="Hot"), ChannelFactory(name="Fair")
    for name, value in (("owner", bob.pk), ("labels", label.pk), ("channel", channel.pk)):
        answer = send(client, lead, name, form_of(client, lead, name), **{name: value})
        assert answer.status_code == 200

    lead.refresh_from_db()
    assert (lead.owner, lead.channel, list(lead.labels.all())) == (bob, channel, [label])


def test_a_lead_given_away_may_be_out_of_sight(alice, lead, signed_in):
    lead.visibility = "owner"
    lead.save()
    client = signed_in(alice)
    stranger = UserFactory()

    answer = send(client, lead, "owner", form_of(client, lead, "owner"), owner=stranger.pk)

    assert answer.headers["HX-Redirect"] == "/leads/"
    assert Lead.objects.get().owner == stranger


@pytest.mark.parametrize("name", ["source", "created", "next", "seen", "person-email", "custom_9"])
def test_what_is_no_field_of_a_lead_has_no_form(alice, lead, signed_in, name):
    assert signed_in(alice).get(f"/leads/{lead.pk}/edit/{name}/").status_code == 404


@pytest.mark.parametrize("number", [1, 5])
def test_a_change_in_place_asks_few_questions(
    alice, lead, signed_in, django_assert_num_queries, number
):
    for _n in range(number):
        lead.labels.add(LabelFactory())
    client = signed_in(alice)
    sent = form_of(client, lead, "value")
    # Session, user, team; custom fields as columns, the lead, its custom fields; inside a savepoint
    # the lead locked if it may be seen and changed, two constraints checked inside
    # savepoints of their own, the value written, the operation and its event; the lead again.
    with django_assert_num_queries(19):
        send(client, lead, "value", sent, value="200")


def test_what_another_form_showed_does_not_let_one_write_unseen(alice, lead, signed_in):
    client = signed_in(alice)
    sent = {"seen": form_of(client, lead, "title")["seen"], "currency": "EUR"}

    answer = send(client, lead, "value", sent, value="7")

    lead.refresh_from_db()
    assert answer.status_code == 409
    assert lead.value == 100
