"""One field of a deal is changed where it stands: in its cell, or among its facts."""

import pytest

from deals.models import Deal
from history.models import Event
from pipelines.models import Requirement
from tests.factories import ChannelFactory, DealFactory, FieldFactory, LabelFactory
from tests.web import htmx


@pytest.fixture
def deal(alice, stages):
    values = {"title": "Fleet", "value": 100, "currency": "EUR", "visibility": "team"}
    return DealFactory(stage=stages[0], owner=alice, **values)


def form_of(client, deal, name):
    """What the form of a field sends, as it is shown."""
    form = client.get(f"/deals/{deal.pk}/edit/{name}/").context["form"]
    return {each.html_name: each.value() or "" for each in form if each.value() is not None}


def send(client, deal, name, sent, place="", **changed):
    url = f"/deals/{deal.pk}/edit/{name}/{place}"
    return client.post(url, {**sent, **changed}, headers=htmx("field"))


@pytest.mark.parametrize(
    ("name", "column", "typed", "shown"),
    [
        ("title", "title", "Vans", "Vans"),
        ("value", "value", "12 500,50", "€12,500.50"),
        ("chance", "probability", "35", "35%"),
        ("close", "expected_close_on", "2031-05-02", "2 May 2031"),
        ("campaign", "campaign", "Fair", "Fair"),
        ("visibility", "visibility", "owner", "Owner"),
    ],
)
def test_a_cell_becomes_a_form_and_a_cell_again(signed_in, alice, deal, name, column, typed, shown):
    client = signed_in(alice)

    answer = send(client, deal, name, form_of(client, deal, name), **{column: typed})

    assert answer.status_code == 200
    assert shown in answer.text.replace("\xa0", " ")
    assert f'hx-get="/deals/{deal.pk}/edit/{name}/"' in answer.text
    assert "Undo" in answer.text
    assert Event.objects.filter(subject_kind="deal", verb="deal.changed").count() == 1


def test_labels_channel_owner_and_custom_fields_too(signed_in, alice, bob, deal):
    client, field = signed_in(alice), FieldFactory(name="Budget")
    hot, fair = LabelFactory(name="Hot"), ChannelFactory(name="Fair")
    for name, sent, shown in (
        ("labels", {"labels": [hot.pk]}, "Hot"),
        ("channel", {"channel": fair.pk}, "Fair"),
        (field.key, {field.key: "Small"}, "Small"),
        ("owner", {"owner": bob.pk}, "Bob Petit"),
    ):
        answer = send(client, deal, name, form_of(client, deal, name), **sent)
        assert shown in answer.text, name


def test_the_chance_is_emptied_to_be_that_of_the_stage_again(signed_in, alice, deal, stages):
    Deal.objects.update(probability=35)
    client = signed_in(alice)

    answer = send(client, deal, "chance", form_of(client, deal, "chance"), probability="")

    assert f"{stages[0].probability}%" in answer.text
    assert Deal.objects.get().probability is None


@pytest.mark.parametrize(
    ("name", "column", "typed"),
    [
        ("chance", "probability", "101"),
        ("chance", "probability", "x"),
        ("value", "value", "1e9999"),
        ("title", "title", ""),
        ("close", "expected_close_on", "31/02/2026"),
        ("owner", "owner", "9" * 30),
    ],
)
def test_what_a_field_cannot_hold_is_said_in_place_and_kept(
    signed_in, alice, deal, name, column, typed
):
    client = signed_in(alice)
    before = Deal.objects.values().get()

    answer = send(client, deal, name, form_of(client, deal, name), **{column: typed})

    assert answer.status_code == 422
    assert 'id="field"' in answer.text
    assert Deal.objects.values().get() == before


def test_the_second_of_two_is_told_both_values_and_decides(signed_in, alice, bob, deal):
    first, second = signed_in(alice), signed_in(bob)
    at_once = form_of(second, deal, "value")
    send(first, deal, "value", form_of(first, deal, "value"), value="200")

    stale = send(second, deal, "value", at_once, value="300")

    assert stale.status_code == 409
    assert "from “100” to “200”" in stale.text
    seen = stale.text.split('name="seen" value="')[1].split('"')[0]
    assert send(second, deal, "value", at_once, value="300", seen=seen).status_code == 200
    assert Deal.objects.get().value == 300


def test_what_the_stage_requires_is_not_taken_away(signed_in, alice, deal, pipeline):
    field = FieldFactory(name="Budget")
    Requirement.objects.create(pipeline=pipeline, field=field, moment="enter")
    Deal.objects.update(custom={str(field.pk): "Big"})
    client = signed_in(alice)

    answer = send(client, deal, field.key, form_of(client, deal, field.key), **{field.key: ""})

    assert answer.status_code == 422
    assert "requires this" in answer.text


def test_among_the_facts_all_of_them_come_back(signed_in, alice, deal):
    client = signed_in(alice)
    sent = form_of(client, deal, "chance")

    answer = send(client, deal, "chance", sent, place="?place=fact", probability="50")

    assert answer.headers["HX-Retarget"] == "#facts"
    assert answer.text.lstrip().startswith('<section id="facts"')
    assert "€50" in answer.text  # the weighted value depends on it
    assert "data-focus" in answer.text


@pytest.mark.parametrize("name", ["stage", "status", "source", "nothing", "custom_9999"])
def test_what_is_not_changed_by_typing_has_no_form(signed_in, alice, deal, name):
    assert signed_in(alice).get(f"/deals/{deal.pk}/edit/{name}/").status_code == 404


def test_who_may_not_change_it_has_no_form(signed_in, reader, charlie, deal):
    for user, status in ((reader, 403), (charlie, 404)):
        client = signed_in(user)
        assert client.get(f"/deals/{deal.pk}/edit/value/").status_code == status
        assert client.post(f"/deals/{deal.pk}/edit/value/", {"value": "1"}).status_code == status
    assert not Event.objects.exists()


def test_without_htmx_the_form_is_a_page_that_leads_back(signed_in, alice, deal):
    client = signed_in(alice)
    sent = form_of(client, deal, "campaign") | {"campaign": "Fair", "next": "/deals/list/?view=won"}

    answer = client.post(f"/deals/{deal.pk}/edit/campaign/", sent)

    assert (answer.status_code, answer.url) == (302, "/deals/list/?view=won")
