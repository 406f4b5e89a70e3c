"""One field of many leads, from the bulk bar: which, to what, and asked again when more match."""

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from custom_fields.models import Field
from history.models import Event
from jobs.models import Job
from jobs.services import run_now
from leads.models import Lead
from lists import acting
from tests.factories import ChannelFactory, LeadFactory, OrganizationFactory, PersonFactory
from tests.factories.custom_fields import FieldFactory
from tests.web import htmx

pytestmark = pytest.mark.django_db
SET = "/leads/set/"


@pytest.fixture
def leads(alice):
    return LeadFactory.create_batch(3, owner=alice)


@pytest.fixture
def client(signed_in, alice):
    return signed_in(alice)


def ids(leads):
    return [lead.pk for lead in leads]


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_it_asks_which_field_and_nothing_is_written(client, leads):
    field = FieldFactory(name="Budget", kind="money")

    asked = client.post(SET, {"ids": ids(leads), "field": field.key})

    assert "Set a field of 3 leads" in asked.text
    assert f'name="new-{field.key}_0"' in asked.text
    assert ">Budget</option>" in asked.text
    assert 'value="title"' not in asked.text
    assert not Event.objects.exists()


def test_the_dialog_opens_over_the_list(client, leads):
    part = client.post(SET, {"ids": ids(leads)}, headers=htmx("dialog"))

    assert part.text.lstrip().startswith('<section id="set"')


def test_a_few_may_come_by_an_address(client, leads):
    assert "Set a field of 2 leads" in client.get(SET, {"ids": ids(leads[:2])}).text


def test_a_field_is_set_with_undo_and_back_to_the_list(client, leads):
    sent = {"ids": ids(leads), "field": "campaign", "new-campaign": "Fair", "save": "1"}

    answer = client.post(SET, sent | {"next": "/leads/?view=mine"})

    assert (answer.status_code, answer.url) == (302, "/leads/?view=mine")
    assert said(answer) == ["3 leads changed."]
    assert set(Lead.objects.values_list("campaign", flat=True)) == {"Fair"}


def test_an_amount_goes_with_its_currency_and_empty_empties_both(client, leads):
    sent = {"ids": ids(leads), "field": "value", "new-currency": "CHF", "save": "1"}

    client.post(SET, sent | {"new-value": "1 200,50"})
    assert set(Lead.objects.values_list("currency", flat=True)) == {"CHF"}
    client.post(SET, sent | {"new-value": ""})
    assert set(Lead.objects.values_list("value", "currency")) == {(None, "")}


def test_the_new_value_is_no_filter(client, leads):
    """All that match are those of the filter, whatever they are set to."""
    was, becomes = ChannelFactory(), ChannelFactory()
    Lead.objects.update(channel=was)
    sent = {"all": "1", "count": 3, "field": "channel", "new-channel": becomes.pk, "save": "1"}

    assert said(client.post(SET, sent | {"channel": was.pk})) == ["3 leads changed."]
    assert set(Lead.objects.values_list("channel", flat=True)) == {becomes.pk}


def test_owners_are_assigned_and_not_set(client, leads, bob):
    """One act, one word: the history calls it assigned."""
    page = client.get(SET, {"ids": ids(leads), "field": "owner"})

    assert '<option value="owner"' not in page.text


def test_what_cannot_be_is_told_at_its_place_and_kept(client, leads):
    sent = {"ids": ids(leads), "field": "value", "new-value": "much", "new-currency": "EUR"}

    answer = client.post(SET, sent | {"save": "1"})

    assert answer.status_code == 422
    assert 'value="much"' in answer.text
    assert "Write an amount" in answer.text


def test_the_last_link_is_not_taken_and_the_leads_are_named(client, leads):
    sent = {"ids": ids(leads), "field": "person", "new-person": "", "save": "1"}

    answer = client.post(SET, sent)

    assert answer.status_code == 422
    assert f"“{leads[0]}”" in answer.text
    assert not Event.objects.exists()


def test_when_more_match_by_now_it_asks_again(client, leads, alice):
    sent = {"all": "1", "count": 2, "field": "campaign", "new-campaign": "Fair", "save": "1"}

    asked = client.post(SET, sent)

    assert asked.status_code == 422
    assert "By now 3 records match" in asked.text
    assert 'name="count" value="3"' in asked.text
    assert not Event.objects.exists()


def test_a_person_nobody_may_see_is_not_chosen(client, leads, charlie):
    hidden = PersonFactory(owner=charlie, visibility="owner")
    sent = {"ids": ids(leads), "field": "person", "new-person": hidden.pk, "save": "1"}

    assert client.post(SET, sent).status_code == 422
    assert not Event.objects.exists()


@pytest.mark.parametrize("field", ["", "title", "labels", "custom_99", "\x00"])
def test_a_field_that_is_none_falls_back_to_the_first(client, leads, field):
    assert client.post(SET, {"ids": ids(leads), "field": field}).status_code == 200


def test_many_are_set_by_a_job(client, leads, monkeypatch):
    monkeypatch.setattr(acting, "LARGEST_REQUEST", 2)
    person = PersonFactory(name="Zoe", owner=leads[0].owner)
    for name, value in (("value", {"new-value": "5", "new-currency": "EUR"}),
                        ("person", {"new-person": person.pk}),
                        ("close", {"new-expected_close_on": "2027-01-02"})):  # fmt: skip
        client.post(SET, {"ids": ids(leads), "field": name, "save": "1", **value})
        assert run_now(Job.objects.latest("pk")).result["text"] == "3 leads changed."

    told = Lead.objects.values_list("currency", "person", "expected_close_on__year").distinct()
    assert list(told) == [("EUR", person.pk, 2027)]


def test_a_job_tells_that_its_option_was_removed_meanwhile(client, leads, monkeypatch):
    monkeypatch.setattr(acting, "LARGEST_REQUEST", 2)
    field = FieldFactory(kind="option", options=["Small", "Large"])
    sent = {"field": field.key, "save": "1", f"new-{field.key}": field.options.first().pk}
    client.post(SET, {"ids": ids(leads), **sent})
    field.options.first().delete()

    job = run_now(Job.objects.get())

    assert job.status == Job.Status.FAILED
    assert job.error == "This option is no longer there. Choose another one."
    assert not Lead.objects.filter(custom__has_key=str(field.pk)).exists()


def test_a_field_that_was_deleted_meanwhile_is_told_and_no_other_is_set(client, alice, leads):
    field = FieldFactory(name="Budget")
    organization = OrganizationFactory(owner=alice)
    Lead.objects.update(organization=organization)
    Field.objects.filter(pk=field.pk).update(deleted_at=timezone.now())

    answer = client.post(
        SET,
        {"ids": ids(leads), "field": field.key, "save": "1", f"new-{field.key}": "A"},
        headers=htmx("dialog"),
    )

    assert answer.status_code == 422
    assert "The field “Budget” is no longer there." in answer.text
    assert not Lead.objects.filter(person=None).exists()
    assert not Event.objects.exists()


def test_nobody_without_the_right_learns_anything(signed_in, reader, charlie, leads):
    assert signed_in(reader).post(SET, {"ids": ids(leads)}).status_code == 403
    Lead.objects.update(visibility="owner")
    assert signed_in(charlie).post(SET, {"ids": ids(leads)}).status_code == 404
