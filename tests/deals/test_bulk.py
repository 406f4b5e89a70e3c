"""Acts on many deals: moved, won, lost, reopened, set, shared out, planned for, exported."""

import csv
import io

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from activities.models import Activity
from deals.models import Deal
from history.models import Event, Operation
from history.services import undo
from jobs.models import Job
from jobs.services import run_now
from lists import acting
from opportunities.exporting import file_of
from pipelines.models import Requirement
from tests.factories import (
    ActivityTypeFactory,
    DealFactory,
    FieldFactory,
    LeadFactory,
    LostReasonFactory,
)
from tests.web import htmx, text

LIST = "/deals/list/?view=mine"
MOVE, WIN, LOSE, REOPEN = "/deals/move/", "/deals/win/", "/deals/lose/", "/deals/reopen/"
SET, SHARE, EXPORT = "/deals/set/", "/deals/share-out/", "/deals/export/"


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


def statuses():
    return list(Deal.objects.order_by("pk").values_list("status", flat=True))


@pytest.fixture
def required(pipeline):
    """A field that every deal of the pipeline needs, at a moment."""

    def make(moment, **more):
        field = FieldFactory(name="Budget")
        Requirement.objects.create(pipeline=pipeline, field=field, moment=moment, **more)
        return field

    return make


# --- To another stage --------------------------------------------------------------------------


def test_deals_are_moved_to_a_stage_that_is_asked_for(client, alice, deals, stages):
    asked = client.post(MOVE, {"ids": ids(deals)}, headers=htmx("dialog"))
    assert asked.text.lstrip().startswith('<section id="onwards"')
    assert "Move 3 deals" in asked.text
    assert not Event.objects.exists()

    answer = client.post(
        MOVE, {"ids": ids(deals), "new-to": stages[1].pk, "save": "1", "next": LIST}
    )

    assert (answer.status_code, answer.url) == (302, LIST)
    assert said(answer) == ["3 deals moved to Offer."]
    assert set(Deal.objects.values_list("stage", flat=True)) == {stages[1].pk}
    undo(Operation.objects.latest("pk"), by=alice)
    assert set(Deal.objects.values_list("stage", flat=True)) == {stages[0].pk}


@pytest.mark.parametrize("to", ["", "x", "999999", "9" * 30])
def test_a_stage_that_is_none_is_told_at_its_place(client, deals, to):
    answer = client.post(MOVE, {"ids": ids(deals), "new-to": to, "save": "1"})

    assert answer.status_code == 422
    assert answer.context["form"].errors["to"]
    assert not Event.objects.exists()


def test_what_a_stage_requires_is_asked_in_the_same_dialog(client, deals, stages, required):
    field = required("enter", stage=stages[1])
    Deal.objects.filter(pk=deals[0].pk).update(custom={str(field.pk): "Big"})
    sent = {"ids": ids(deals), "new-to": stages[1].pk, "save": "1"}

    asked = client.post(MOVE, sent)
    assert asked.status_code == 200
    assert f'name="new-{field.key}"' in asked.text
    assert f'value="{stages[1].pk}" selected' in asked.text
    empty = client.post(MOVE, sent | {"answered": "1", f"new-{field.key}": ""})
    assert empty.status_code == 422
    client.post(MOVE, sent | {"answered": "1", f"new-{field.key}": "Small"})

    found = Deal.objects.order_by("pk")
    assert [deal.custom[str(field.pk)] for deal in found] == ["Big", "Small", "Small"]
    assert {deal.stage for deal in found} == {stages[1]}


def test_closed_deals_do_not_move_and_are_named(client, alice, deals, stages):
    closed = DealFactory(stage=stages[0], owner=alice, won=True, title="Done")
    sent = {"ids": [closed.pk, deals[0].pk], "new-to": stages[1].pk, "save": "1"}

    answer = client.post(MOVE, sent)

    assert answer.status_code == 422
    assert "Done" in text(answer)
    assert not Event.objects.exists()


# --- To their end ------------------------------------------------------------------------------


def test_deals_are_won_at_once_and_undone(client, alice, deals):
    answer = client.post(WIN, {"ids": ids(deals), "next": LIST})

    assert (answer.url, said(answer)) == (LIST, ["3 deals are won."])
    assert statuses() == ["won"] * 3
    undo(Operation.objects.latest("pk"), by=alice)
    assert statuses() == ["open"] * 3


def test_what_winning_requires_is_asked_first(client, deals, required):
    field = required("won")

    asked = client.post(WIN, {"ids": ids(deals)}, headers=htmx("dialog"))
    assert "Mark 3 deals as won" in asked.text
    assert statuses() == ["open"] * 3
    client.post(WIN, {"ids": ids(deals), "answered": "1", f"new-{field.key}": "Big", "save": "1"})

    assert statuses() == ["won"] * 3


def test_deals_are_lost_for_a_reason(client, deals):
    price = LostReasonFactory(name="Price")

    asked = client.get(LOSE, {"ids": ids(deals)})
    assert "Why were 3 deals lost?" in asked.text
    sent = {"ids": ids(deals), "new-reason": price.pk, "new-comment": "Too dear", "save": "1"}
    answer = client.post(LOSE, sent)

    assert said(answer) == ["3 deals are lost."]
    told = Deal.objects.values_list("status", "lost_reason__name", "lost_comment").distinct()
    assert list(told) == [("lost", "Price", "Too dear")]


def test_the_reason_of_a_loss_is_no_filter(client, alice, deals, stages):
    """All that match are those of the filter, whatever reason is given now."""
    price, size = LostReasonFactory(name="Price"), LostReasonFactory(name="Size")
    before = DealFactory(stage=stages[0], owner=alice, lost=True, lost_reason=price)
    sent = {"all": "1", "count": 1, "view": "lost", "reason": price.pk, "save": "1"}

    answer = client.post(LOSE, sent | {"new-reason": size.pk})

    assert said(answer) == ["Nothing to change: they are like this already."]
    assert Deal.objects.filter(lost_reason=price).get() == before


def test_a_reason_is_wanted_where_the_pipeline_wants_one(client, deals, pipeline):
    LostReasonFactory()
    pipeline.lost_needs_reason = True
    pipeline.save()
    sent = {"ids": ids(deals), "new-reason": "", "save": "1"}

    assert client.post(LOSE, sent).status_code == 422
    assert statuses() == ["open"] * 3


def test_closed_deals_are_reopened(client, alice, stages):
    won, lost = (
        DealFactory(stage=stages[0], owner=alice, **{end: True}) for end in ("won", "lost")
    )

    answer = client.post(REOPEN, {"ids": [won.pk, lost.pk], "next": "/deals/list/?view=won"})

    assert said(answer) == ["2 deals are open again."]
    assert statuses() == ["open", "open"]


@pytest.mark.parametrize("address", [MOVE, LOSE, WIN])
def test_when_more_match_by_now_it_asks_again(client, deals, stages, address):
    reason = LostReasonFactory()
    sent = {"all": "1", "count": 2, "new-to": stages[1].pk, "new-reason": reason.pk, "save": "1"}

    asked = client.post(address, sent)

    assert asked.status_code == 422
    assert "By now 3 records match" in asked.text
    assert 'name="count" value="3"' in asked.text
    assert not Event.objects.exists()


def test_many_go_on_by_a_job(client, deals, stages, monkeypatch):
    monkeypatch.setattr(acting, "LARGEST_REQUEST", 2)
    price = LostReasonFactory(name="Price")
    for address, sent, told in (
        (MOVE, {"new-to": stages[1].pk}, "3 deals moved to Offer."),
        (LOSE, {"new-reason": price.pk, "new-comment": ""}, "3 deals are lost."),
        (REOPEN, {}, "3 deals are open again."),
        (WIN, {}, "3 deals are won."),
    ):
        client.post(address, {"ids": ids(deals), "save": "1", **sent})
        assert run_now(Job.objects.latest("pk")).result["text"] == told
    assert statuses() == ["won"] * 3


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


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_file_has_the_columns_of_the_view(client, alice, stages):
    price = LostReasonFactory(name="Price")
    deal = DealFactory(
        stage=stages[0], owner=alice, title="Anvil", value=5, currency="EUR",
        lost=True, lost_reason=price,
    )  # fmt: skip
    sent = {"all": "1", "view": "lost", "next": "/deals/list/?view=lost"}

    [heads, row] = rows_of(client.post(EXPORT, sent).getvalue())

    assert heads[:2] == ["Title", "Stage"]
    assert {"Lost", "Lost reason", "Currency"} <= set(heads)
    assert (row[0], row[1], row[heads.index("Lost reason")]) == ("Anvil", "Qualified", "Price")
    assert deal.title == "Anvil"


def test_the_columns_of_deals_are_written_in_words(client, alice, stages):
    DealFactory(stage=stages[0], owner=alice, title="Anvil", won=True)
    sent = {"all": "1", "view": "won", "next": "/deals/list/?view=won&cols=status,chance,idle"}

    [_heads, row] = rows_of(client.post(EXPORT, sent).getvalue())

    assert row == ["Anvil", "Won", str(stages[0].probability), ""]


def test_readers_export_too_and_strangers_do_not(signed_in, reader, charlie, alice, deals):
    everything = {"all": "1", "view": "open", "next": "/deals/list/"}
    assert len(rows_of(signed_in(reader).post(EXPORT, everything).getvalue())) == 4
    assert len(rows_of(signed_in(charlie).post(EXPORT, everything).getvalue())) == 1
    assert signed_in(charlie).post(EXPORT, {"ids": deals[0].pk}).status_code == 404


def test_a_long_file_is_written_by_a_job_for_whoever_asked(
    client, signed_in, bob, deals, monkeypatch
):
    monkeypatch.setattr(acting, "LARGEST_REQUEST", 2)
    client.post(EXPORT, {"all": "1", "view": "open", "next": "/deals/list/"})
    job = run_now(Job.objects.latest("pk"))

    assert job.result["text"] == "3 deals exported."
    assert job.result["url"] == f"/deals/export/{job.pk}/"
    assert len(rows_of(b"".join(client.get(job.result["url"]).streaming_content))) == 4
    assert signed_in(bob).get(job.result["url"]).status_code == 404
    assert client.get(f"/leads/export/{job.pk}/").status_code == 404
    file_of(job).unlink()
    assert client.get(job.result["url"]).status_code == 404


# --- Who may not -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [MOVE, WIN, LOSE, REOPEN, SET, SHARE])
def test_nobody_without_the_right_learns_anything(signed_in, reader, charlie, deals, address):
    assert signed_in(reader).post(address, {"ids": ids(deals)}).status_code == 403
    assert signed_in(charlie).post(address, {"ids": ids(deals)}).status_code == 404
    assert not Event.objects.exists()


@pytest.mark.parametrize("address", [MOVE, WIN, LOSE, REOPEN, SET, SHARE, EXPORT])
@pytest.mark.parametrize("sent", [{}, {"ids": "x"}, {"ids": "9" * 30}, {"ids": "1\0"}])
def test_a_selection_that_makes_no_sense_changes_nothing(client, deals, address, sent):
    assert client.post(address, sent | {"save": "1"}).status_code in (404, 422)
    assert not Event.objects.exists()


def test_leads_are_no_deals(client, alice, deals):
    lead = LeadFactory(owner=alice, pk=max(ids(deals)) + 1_000)
    assert client.post(WIN, {"ids": lead.pk}).status_code == 404
