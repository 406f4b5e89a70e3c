"""Acts on many deals: a field set, shared out, planned for, exported."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from activities.models import Activity
from deals.models import Deal
from exports import services as exporting
from exports.keeping import file_of
from history.models import Event, Operation
from history.services import undo
from jobs.models import Job
from jobs.services import run_now
from lists import acting
from pipelines.models import Requirement
from tests.exports.sent import ASKED, rows_of
from tests.factories import (
    ActivityTypeFactory,
    DealFactory,
    FieldFactory,
    LostReasonFactory,
)
from tests.web import text

LIST = "/deals/list/?view=mine"
SET, SHARE, EXPORT = "/deals/set/", "/deals/share-out/", "/exports/deals/"


@pytest.fixture
def deals(alice, stages):
    return DealFactory.create_batch(3, stage=stages[0], owner=alice, visibility="team")


@pytest.fixture
def client(signed_in, alice):
    return signed_in(alice)


def ids(deals):
    return [deal.pk for deal in deals]


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def required(pipeline):
    """A field that every deal of the pipeline needs, at a moment."""

    def make(moment, **more):
        field = FieldFactory(name="Budget")
        Requirement.objects.create(pipeline=pipeline, field=field, moment=moment, **more)
        return field

    return make


# --- A field, owners, activities ---------------------------------------------------------------


def test_a_field_is_set_with_undo(client, alice, deals):
    asked = client.post(SET, {"ids": ids(deals)})
    assert "Set a field of 3 deals" in asked.text
    assert ">Chance</option>" in asked.text
    assert 'value="stage"' not in asked.text

    sent = {"ids": ids(deals), "field": "chance", "new-probability": "35", "save": "1"}
    answer = client.post(SET, sent | {"next": LIST})

    assert (answer.url, said(answer)) == (LIST, ["3 deals changed."])
    assert set(Deal.objects.values_list("probability", flat=True)) == {35}
    undo(Operation.objects.latest("pk"), by=alice)
    assert set(Deal.objects.values_list("probability", flat=True)) == {None}


def test_a_field_that_is_set_is_news_of_the_deal(client, deals):
    before = Deal.objects.values_list("idle_since", flat=True).order_by("pk")[0]
    client.post(SET, {"ids": ids(deals), "field": "campaign", "new-campaign": "Fair", "save": "1"})

    assert Deal.objects.filter(idle_since__gt=before).count() == 3


def test_what_a_stage_requires_is_not_emptied(client, deals, stages, required):
    field = required("enter", stage=stages[0])
    Deal.objects.update(custom={str(field.pk): "Big"})
    sent = {"ids": ids(deals), "field": field.key, f"new-{field.key}": "", "save": "1"}

    answer = client.post(SET, sent)

    assert answer.status_code == 422
    assert "“Qualified” requires this." in text(answer)
    assert Deal.objects.filter(custom__has_key=str(field.pk)).count() == 3


def test_deals_are_shared_out_in_turns(client, alice, bob, deals):
    asked = client.post(SHARE, {"ids": ids(deals)})
    assert "Share out 3 deals" in asked.text

    sent = {"ids": ids(deals), "among": [alice.pk, bob.pk], "anew": "1", "save": "1"}
    answer = client.post(SHARE, sent)

    assert said(answer) == ["1 deal shared out among Alice Martin, Bob Petit."]
    owners = Deal.objects.order_by("pk").values_list("owner", flat=True)
    assert list(owners) == [alice.pk, bob.pk, alice.pk]


def test_an_activity_is_planned_for_each(client, alice, deals, monkeypatch):
    call, address = ActivityTypeFactory(), reverse("activities:plan_many", kwargs={"of": "deals"})
    asked = client.post(address, {"ids": ids(deals)})
    assert "Plan an activity for 3 deals" in asked.text
    sent = {
        "ids": ids(deals), "type": call.pk, "subject": "Call back", "when": "today",
        "token": "3f0f2d8e-6c5d-4a52-9f0a-0d8e9d6f1c11", "next": LIST,
    }  # fmt: skip

    answer = client.post(address, sent)

    assert (answer.url, said(answer)) == (LIST, ["3 activities planned."])
    assert Activity.objects.filter(deal__in=deals, assignee=alice).count() == 3
    monkeypatch.setattr(acting, "LARGEST_REQUEST", 2)
    client.post(address, sent | {"token": "3f0f2d8e-6c5d-4a52-9f0a-0d8e9d6f1c12"})
    assert run_now(Job.objects.latest("pk")).result["text"] == "3 activities planned."


# --- As a file ---------------------------------------------------------------------------------


def test_the_file_has_the_columns_of_the_view(client, alice, stages):
    price = LostReasonFactory(name="Price")
    deal = DealFactory(
        stage=stages[0], owner=alice, title="Anvil", value=5, currency="EUR",
        lost=True, lost_reason=price,
    )  # fmt: skip
    sent = {"all": "1", "view": "lost", "next": "/deals/list/?view=lost"}

    [heads, row] = rows_of(client.post(EXPORT, sent | ASKED))

    assert heads[:2] == ["Title", "Stage"]
    assert {"Lost", "Lost reason", "Currency"} <= set(heads)
    assert (row[0], row[1], row[heads.index("Lost reason")]) == ("Anvil", "Qualified", "Price")
    assert deal.title == "Anvil"


def test_the_columns_of_deals_are_written_in_words(client, alice, stages):
    DealFactory(stage=stages[0], owner=alice, title="Anvil", won=True)
    sent = {"all": "1", "view": "won", "next": "/deals/list/?view=won&cols=status,chance,idle"}

    [_heads, row] = rows_of(client.post(EXPORT, sent | ASKED))

    assert row == ["Anvil", "Won", str(stages[0].probability), ""]


def test_readers_export_too_and_strangers_do_not(signed_in, reader, charlie, alice, deals):
    everything = {"all": "1", "view": "open", "next": "/deals/list/"} | ASKED
    assert len(rows_of(signed_in(reader).post(EXPORT, everything))) == 4
    assert len(rows_of(signed_in(charlie).post(EXPORT, everything))) == 1
    assert signed_in(charlie).post(EXPORT, {"ids": deals[0].pk}).status_code == 404


def test_a_long_file_is_written_by_a_job_for_whoever_asked(
    client, signed_in, bob, deals, monkeypatch
):
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", 2)
    client.post(EXPORT, {"all": "1", "view": "open", "next": "/deals/list/"} | ASKED)
    job = run_now(Job.objects.latest("pk"))

    assert job.result["text"] == "3 deals exported."
    assert job.result["url"] == f"/exports/{job.pk}/"
    assert len(rows_of(client.get(job.result["url"]))) == 4
    assert signed_in(bob).get(job.result["url"]).status_code == 404
    file_of(job, "csv").unlink()
    assert client.get(job.result["url"]).status_code == 404


# --- Who may not -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [SET, SHARE])
def test_nobody_without_the_right_learns_anything(signed_in, reader, charlie, deals, address):
    assert signed_in(reader).post(address, {"ids": ids(deals)}).status_code == 403
    assert signed_in(charlie).post(address, {"ids": ids(deals)}).status_code == 404
    assert not Event.objects.exists()


@pytest.mark.parametrize("address", [SET, SHARE, EXPORT])
@pytest.mark.parametrize("sent", [{}, {"ids": "x"}, {"ids": "9" * 30}, {"ids": "1\0"}])
def test_a_selection_that_makes_no_sense_changes_nothing(client, deals, address, sent):
    assert client.post(address, sent | {"save": "1"}).status_code in (404, 422)
    assert not Event.objects.exists()
