"""Deals that an import moved, won, lost or opened, and that is taken back."""

import pytest
from django.utils import timezone

from crm.invariants import breaches
from deals.models import Deal
from deals.services import lose_deals, move_deals, reopen_deals, win_deals
from history.models import Event
from imports.models import Import, Trace
from imports.restoring.looking_back import look_back
from imports.reverting import TURNS, start, step
from jobs.services import run_now
from tests.factories import DealFactory, ExternalIdFactory, LostReasonFactory
from tests.imports.runs import checked, choosing, ran

pytestmark = pytest.mark.django_db

STANDING = (
    "stage_id", "position", "status", "won_at", "won_by_id", "first_won_at",
    "lost_at", "lost_by_id", "lost_reason_id", "lost_comment",
)  # fmt: skip


@pytest.fixture
def deal(alice, stages):
    return known(alice, stages[0])


def known(owner, stage, number="1"):
    """A deal that files call by this number."""
    deal = DealFactory(owner=owner, stage=stage, title="Beans")
    ExternalIdFactory(kind="deal", record_id=deal.pk, external_id=number, of=None)
    return deal


def imported(by, *rows, **more):
    """The import that says of known deals what ``rows`` do."""
    said = [{"deal": {"external_id": "1"} | row} for row in rows]
    columns = choosing("deal.external_id", "deal.status", deal="update")
    return ran(checked(by, *said, kind="deal", **columns, **more))


def take_back(one, **how):
    one = start(one, by=one.by, **how)
    job = run_now(one.job)
    assert job.status == "done", job.error
    assert breaches() == []
    one.refresh_from_db()
    return one


def standing(deal):
    return Deal.objects.values_list(*STANDING).get(pk=deal.pk)


def told(one):
    events = Event.objects.filter(operation__verb="import.reverted", subject_kind="deal")
    return list(events.order_by("pk").values_list("verb", flat=True))


def test_a_deal_goes_back_to_its_stage_and_is_open_again(alice, deal, stages):
    before = standing(deal)
    won = {"stage": stages[2].pk, "status": "won", "won_at": "2026-03-01T12:00:00+00:00"}
    one = imported(alice, won)
    assert standing(deal) != before

    one = take_back(one)

    assert standing(deal) == before
    assert one.counts["reverted"]["restored"] == {"deal": 1}
    assert told(one) == ["deal.reopened", "deal.moved"]
    moved = Event.objects.get(operation__verb="import.reverted", verb="deal.moved")
    assert [each["id"] for each in moved.changes["stage"]] == [stages[2].pk, stages[0].pk]


def test_a_lost_deal_is_lost_again_as_it_was(alice, bob, deal):
    reason = LostReasonFactory()
    lose_deals([deal], reason=reason, comment="Too dear", by=bob)
    before = standing(deal)
    one = imported(alice, {"status": "won"})
    assert standing(deal) != before

    one = take_back(one)

    assert standing(deal) == before
    assert told(one) == ["deal.reopened", "deal.lost"]
    lost = Event.objects.filter(verb="deal.lost").latest("pk")
    assert lost.changes["lost_comment"] == ["", "Too dear"]
    assert lost.changes["lost_by"][1]["id"] == bob.pk


def test_a_won_deal_that_a_file_opens_is_won_again_at_its_moment(alice, bob, deal):
    win_deals([deal], by=bob)
    before = standing(deal)
    take_back(imported(alice, {"status": "open"}))
    assert standing(deal) == before


def test_what_several_chunks_said_becomes_what_it_was_before_the_first(
    alice, bob, deal, stages, monkeypatch
):
    monkeypatch.setattr("imports.running.CHUNK", 1)
    lose_deals([deal], reason=None, by=bob)
    before = standing(deal)
    reason = LostReasonFactory()
    one = imported(
        alice,
        {"status": "open"},
        {"stage": stages[1].pk},
        {"status": "lost", "lost_reason": reason.pk},
        {"status": "won"},
    )
    assert Trace.objects.filter(of=one, kind="deal").exclude(before=None).count() == 4

    take_back(one)
    stage, _position, status, *ended, reason, comment = standing(deal)
    assert (stage, status, reason, comment) == (stages[0].pk, "lost", None, "")
    assert ended[1:] == list(before[4:8])


def test_a_deal_that_was_closed_since_stays_in_its_stage(alice, bob, deal, stages):
    one = imported(alice, {"stage": stages[1].pk})
    win_deals([deal], by=bob)
    before = standing(deal)

    outlook = look_back(one, alice)
    assert (outlook.left, outlook.restored) == (1, {"deal": 0})
    one = take_back(one)

    assert standing(deal) == before
    assert "restored" not in one.counts["reverted"]
    assert Trace.objects.get(of=one, kind="deal").left == "changed"


def test_nor_does_it_move_for_who_insists(alice, bob, deal, stages):
    one = imported(alice, {"stage": stages[1].pk})
    win_deals([deal], by=bob)
    one = take_back(one, insists=True)
    assert Deal.objects.get(pk=deal.pk).stage == stages[1]
    assert Trace.objects.get(of=one, kind="deal").left == "changed"


def test_who_insists_gets_back_the_end_that_was_before_the_import(alice, bob, deal, stages):
    before = standing(deal)
    one = imported(alice, {"status": "won", "stage": stages[1].pk})
    reopen_deals([deal], by=bob)
    move_deals([Deal.objects.get(pk=deal.pk)], to=stages[2], by=bob)
    lose_deals([deal], reason=LostReasonFactory(), by=bob)

    take_back(one, insists=True)
    assert standing(deal)[:5] == before[:5]


@pytest.mark.parametrize("gone", ["stage", "reason"])
def test_what_is_gone_is_not_named_again(alice, bob, deal, stages, gone):
    if gone == "stage":
        one = imported(alice, {"stage": stages[1].pk})
        stages[0].archived_at = timezone.now()
        stages[0].save()
    else:
        reason = LostReasonFactory()
        lose_deals([deal], reason=reason, by=bob)
        one = imported(alice, {"status": "won"})
        reason.delete()
    before = standing(deal)

    one = take_back(one)
    assert standing(deal) == before
    assert one.counts["reverted"]["left"] == {"deal": 1}


@pytest.mark.parametrize("size", [1, 5])
def test_a_step_costs_the_same_for_any_number(alice, stages, django_assert_num_queries, size):
    for number in range(size):
        known(alice, stages[0], f"{number}")
    won = {"stage": stages[1].pk, "status": "won"}
    one = imported(alice, *({"external_id": f"{n}"} | won for n in range(size)))
    one = start(one, by=alice)
    one.counts["reverted"]["turn"] = TURNS.index(("updated", "deal"))
    one.save()
    # Whatever the deals said before is read, held, written and told by statements over all.
    with django_assert_num_queries(21):
        step(one.job, one.pk)
    assert Import.objects.get().counts["reverted"]["restored"] == {"deal": size}
