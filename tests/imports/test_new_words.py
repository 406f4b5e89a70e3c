"""Words that rows name and no list has are added along with what the rows make, once."""

import pytest
from django.core.exceptions import ValidationError

from activities.models import Activity, ActivityType
from deals.models import Deal, LostReason
from imports import writing
from imports.models import Import
from labels.models import Channel, Label
from labels.services import save_words
from leads.models import Lead
from tests.factories import ActivityTypeFactory, LabelFactory, LostReasonFactory, PersonFactory
from tests.imports.test_running import checked, ran

pytestmark = pytest.mark.django_db


def lead(title, **said):
    return {"lead": {"title": title, **said}, "organization": {"name": "Bakery"}}


def test_new_words_are_added_and_named_by_the_rows(manager):
    hot = LabelFactory(name="Hot")
    rows = [
        lead("One", labels=[hot.pk, "New"], channel="Fair"),
        lead("Two", labels=["NEW", "hot"], channel="fair"),
        lead("Three", labels=[], channel=None),
    ]
    rows[0]["organization"]["labels"] = ["Big"]
    ran(checked(manager, *rows))
    assert sorted(Label.objects.values_list("name", flat=True)) == ["Big", "Hot", "New"]
    assert Channel.objects.get().name == "Fair"
    one, two, three = Lead.objects.order_by("pk")
    for each in (one, two):
        assert sorted(label.name for label in each.labels.all()) == ["Hot", "New"]
        assert each.channel.name == "Fair"
    assert (three.labels.count(), three.channel) == (0, None)
    assert [label.name for label in one.organization.labels.all()] == ["Big"]


def test_a_type_of_activities_may_be_new(manager):
    ActivityTypeFactory(name="Call", position=0)
    person = PersonFactory(owner=manager, name="Amy")
    person.email_addresses.create(address="amy@client.example")
    said = {"type": "Demo", "subject": "Demo", "due_on": "2026-11-26"}
    emails = [{"address": "amy@client.example", "kind": "work"}]
    ran(checked(manager, {"activity": said, "person": {"emails": emails}}, kind="activity"))
    assert Activity.objects.get().type == ActivityType.objects.get(name="Demo", position=1)


def test_who_may_not_add_to_a_list_any_more_adds_nothing(alice):
    importing = checked(alice, lead("One", labels=["New"]))
    with pytest.raises(AssertionError, match="role"):
        ran(importing)
    assert not Label.objects.exists()
    assert not Lead.objects.exists()
    importing.refresh_from_db()
    assert importing.stage == Import.Stage.FAILED


def test_a_word_is_added_when_no_other_import_adds_one(manager, monkeypatch):
    def no_word_before(take_turns=writing.take_turns):
        assert not Label.objects.exists()
        take_turns()

    monkeypatch.setattr(writing, "take_turns", no_word_before)
    ran(checked(manager, lead("One", labels=["New"])))
    assert Label.objects.get().name == "New"


def test_a_word_of_a_file_is_one_that_the_list_takes(manager):
    with pytest.raises(ValidationError):
        save_words([Label(name="New"), Label(name="Two\nlines")], by=manager)
    assert not Label.objects.exists()


def test_words_that_have_an_order_are_put_behind(manager, stages):
    LostReasonFactory(name="Price", position=4)
    deal = {"title": "Desks", "stage": stages[0].pk, "status": "lost"}
    rows = [
        {"deal": {**deal, "lost_reason": reason}, "organization": {"name": "Bakery"}}
        for reason in ("Timing", "Rival", "price")
    ]
    ran(checked(manager, *rows, kind="deal"))
    told = dict(LostReason.objects.values_list("name", "position"))
    assert told == {"Price": 4, "Timing": 5, "Rival": 6}
    reasons = [deal.lost_reason.name for deal in Deal.objects.order_by("pk")]
    assert reasons == ["Timing", "Rival", "Price"]
