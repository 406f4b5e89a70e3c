"""Deals are won, lost for a reason, or reopened; the moment is set once."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from core.errors import Missing, NotAllowed, Refused, Stale
from deals.models import Deal, LostReason
from deals.services import (
    CommentNeeded,
    DealArchived,
    DealClosed,
    ReasonNeeded,
    change_deal,
    lose_deals,
    reopen_deals,
    win_deals,
)
from deals.signals import deal_lost, deal_won
from history.models import Event, Operation
from history.services import NothingToUndo, undo
from labels.services import archive_word, remove_word, save_word
from opportunities import services as opportunities
from tests.factories import (
    ActivityFactory,
    DealFactory,
    LostReasonFactory,
    PipelineFactory,
    StageFactory,
)


@pytest.fixture
def deal(alice, stages):
    return DealFactory(owner=alice, stage=stages[1], title="Pilot", visibility="team")


@pytest.fixture
def reason(db):
    return LostReasonFactory(name="Price")


def test_a_win_is_set_once(deal, alice, bob):  # L2
    win_deals([deal], by=alice)
    deal.refresh_from_db()
    won_at = deal.won_at
    assert deal.status == "won"
    assert deal.won_by == alice
    assert deal.first_won_at == won_at
    assert win_deals([deal], by=bob) is None
    deal.refresh_from_db()
    assert (deal.won_at, deal.won_by) == (won_at, alice)
    assert Event.objects.filter(verb="deal.won").count() == 1


def test_a_loss_says_why(deal, alice, reason):  # L1
    operation = lose_deals([deal], reason=reason, comment="Too dear", by=alice)
    deal.refresh_from_db()
    assert (deal.status, deal.lost_reason, deal.lost_comment) == ("lost", reason, "Too dear")
    assert deal.lost_by == alice
    [event] = operation.events.all()
    assert event.changes["lost_reason"][1]["name"] == "Price"


def test_a_reason_is_needed_while_there_are_some(deal, alice, reason):
    with pytest.raises(ReasonNeeded):
        lose_deals([deal], reason=None, by=alice)
    LostReason.objects.update(archived_at=timezone.now())
    with pytest.raises(ReasonNeeded):
        lose_deals([deal], reason=reason, by=alice)
    lose_deals([deal], reason=None, by=alice)
    assert Deal.objects.get().status == "lost"


def test_a_pipeline_may_do_without_a_reason(deal, alice, reason, signed_in):  # L1
    deal.stage.pipeline.lost_needs_reason = False
    deal.stage.pipeline.save()
    archived = LostReasonFactory(archived_at=timezone.now())
    with pytest.raises(ReasonNeeded):
        lose_deals([deal], reason=archived, by=alice)

    page = signed_in(alice).get(f"/deals/{deal.pk}/lost/")
    answer = signed_in(alice).post(f"/deals/{deal.pk}/lost/", {"reason": "", "comment": ""})

    assert "No reason" in page.text
    assert answer.status_code == 302
    deal.refresh_from_db()
    assert (deal.status, deal.lost_reason) == ("lost", None)


def test_of_deals_of_two_pipelines_one_may_need_a_reason(deal, alice, reason):
    lenient = PipelineFactory(lost_needs_reason=False)
    other = DealFactory(owner=alice, stage=StageFactory(pipeline=lenient))

    with pytest.raises(ReasonNeeded):
        lose_deals([other, deal], reason=None, by=alice)
    assert lose_deals([other], reason=None, by=alice)


def test_some_reasons_need_a_comment(deal, alice, signed_in):  # L1
    other = LostReasonFactory(name="Other", needs_comment=True)
    for comment in ("", "  "):
        with pytest.raises(CommentNeeded, match="Other"):
            lose_deals([deal], reason=other, comment=comment, by=alice)
    url = f"/deals/{deal.pk}/lost/"

    answer = signed_in(alice).post(url, {"reason": other.pk, "comment": " "})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"comment"}
    deal.refresh_from_db()
    assert deal.is_open
    sent = {"reason": other.pk, "comment": " They closed shop "}
    assert signed_in(alice).post(url, sent).status_code == 302
    deal.refresh_from_db()
    assert deal.lost_comment == "They closed shop"


def test_history_keeps_the_reason_as_it_was_called(deal, alice, manager, reason):
    operation = lose_deals([deal], reason=reason, by=alice)
    reason.name = "Cost"
    save_word(reason, by=manager)

    [event] = operation.events.all()
    assert event.changes["lost_reason"] == [None, {"id": reason.pk, "name": "Price"}]
    assert str(Deal.objects.get().lost_reason) == "Cost"


def test_a_reason_that_was_removed_does_not_come_back(deal, alice, manager, reason):
    lose_deals([deal], reason=reason, by=alice)
    operation = reopen_deals([deal], by=alice)
    remove_word(reason, by=manager)

    with pytest.raises(NothingToUndo, match="“Price” is no longer there"):
        undo(operation, by=alice)
    assert Deal.objects.get().is_open


def test_an_archived_reason_does(deal, alice, manager, reason):
    lose_deals([deal], reason=reason, by=alice)
    operation = reopen_deals([deal], by=alice)
    archive_word(reason, by=manager)

    undo(operation, by=alice)

    assert Deal.objects.get().lost_reason == reason


def test_what_is_planned_stays_planned(deal, alice):
    activity = ActivityFactory(deal=deal, assignee=alice)

    win_deals([deal], by=alice)

    activity.refresh_from_db()
    assert not activity.done_at


def test_later_edits_keep_the_moment(deal, alice, bob):  # L2
    win_deals([deal], by=alice)
    before = Deal.objects.values("won_at", "won_by", "first_won_at", "status").get()

    change_deal(deal, {"title": "Renamed", "value": 5, "currency": "EUR"}, by=bob)
    opportunities.assign([deal], to=bob, by=bob)

    assert Deal.objects.values("won_at", "won_by", "first_won_at", "status").get() == before


@pytest.mark.parametrize(
    ("act", "signal"),
    [(win_deals, deal_won), (partial(lose_deals, reason=None), deal_lost)],
    ids=["win", "lose"],
)
def test_an_error_of_who_hears_the_news_takes_the_end_back(deal, alice, act, signal):
    heard = []

    def fail(sender, deals, by, **_more):
        heard.append([each.pk for each in deals])
        assert connection.in_atomic_block
        raise RuntimeError("deaf")

    signal.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            act([deal], by=alice)
    finally:
        signal.disconnect(fail)
    assert heard == [[deal.pk]]
    deal.refresh_from_db()
    assert deal.is_open
    assert not Event.objects.exists()


def test_of_many_each_is_told_once_and_those_that_ended_before_are_not(alice, stages):
    already = DealFactory(owner=alice, stage=stages[0], won=True)
    deals = DealFactory.create_batch(3, owner=alice, stage=stages[0])
    heard = []

    def hear(sender, deals, by, **_more):
        heard.extend(each.pk for each in deals)

    deal_won.connect(hear)
    try:
        win_deals([*deals, already, deals[0]], by=alice)
    finally:
        deal_won.disconnect(hear)
    assert sorted(heard) == [each.pk for each in deals]


def test_a_comment_that_does_not_fit_is_refused(deal, alice):
    with pytest.raises(ValidationError):
        lose_deals([deal], reason=None, comment="x" * 501, by=alice)
    with pytest.raises(ValidationError):
        lose_deals([deal], reason=None, comment="a\0b", by=alice)
    assert Deal.objects.get().is_open
    assert not Operation.objects.exists()


def test_a_closed_deal_is_reopened_before_it_ends_otherwise(deal, alice):
    win_deals([deal], by=alice)
    with pytest.raises(DealClosed):
        lose_deals([deal], reason=None, by=alice)
    reopen_deals([deal], by=alice)
    lose_deals([deal], reason=None, by=alice)
    with pytest.raises(DealClosed):
        win_deals([deal], by=alice)


def test_reopening_clears_the_outcome_and_keeps_the_first_win(deal, alice, reason):
    win_deals([deal], by=alice)
    first = Deal.objects.get().first_won_at
    reopen_deals([deal], by=alice)
    deal.refresh_from_db()
    assert (deal.status, deal.won_at, deal.won_by, deal.first_won_at) == ("open", None, None, first)

    lose_deals([deal], reason=reason, comment="No budget", by=alice)
    reopen_deals([deal], by=alice)
    deal.refresh_from_db()
    assert (deal.lost_at, deal.lost_by, deal.lost_reason, deal.lost_comment) == (
        None,
        None,
        None,
        "",
    )
    assert reopen_deals([deal], by=alice) is None


def test_undo_of_a_win_forgets_it_ever_was(deal, alice):
    undo(win_deals([deal], by=alice), by=alice)
    deal.refresh_from_db()
    assert (deal.status, deal.first_won_at) == ("open", None)


def test_undo_of_a_reopening_brings_the_outcome_back(deal, alice, bob, reason):
    lose_deals([deal], reason=reason, comment="No budget", by=alice)
    lost_at = Deal.objects.get().lost_at
    undo(reopen_deals([deal], by=bob), by=bob)
    deal.refresh_from_db()
    assert (deal.status, deal.lost_at, deal.lost_by) == ("lost", lost_at, alice)
    assert (deal.lost_reason, deal.lost_comment) == (reason, "No budget")


def test_an_outcome_that_changed_since_is_not_undone(deal, alice):
    won = win_deals([deal], by=alice)
    reopened = reopen_deals([deal], by=alice)
    with pytest.raises(Stale):
        undo(won, by=alice)
    win_deals([deal], by=alice)
    for operation in (won, reopened):
        with pytest.raises(Stale):
            undo(operation, by=alice)


@pytest.mark.parametrize(
    "act",
    [win_deals, lambda deals, by: lose_deals(deals, reason=None, by=by), reopen_deals],
    ids=["win", "lose", "reopen"],
)
def test_nobody_ends_what_they_may_not_change(act, deal, alice, bob, charlie, reader):
    for user, refusal in ((charlie, Missing), (reader, NotAllowed)):
        with pytest.raises(refusal):
            act([deal], by=user)
    opportunities.archive([deal], by=alice)
    with pytest.raises(DealArchived):
        act([deal], by=alice)
    assert not Operation.objects.exclude(verb="deal.archived").exists()


def test_news_travels_once_and_within_the_transaction(deal, alice, stages):
    other = DealFactory(owner=alice, stage=stages[0])
    heard = []

    def hear(sender, *, deals, by, signal, **_rest):
        heard.append((signal, {each.pk for each in deals}, by))

    def object_(sender, **_rest):
        raise Refused("No.")

    deal_won.connect(hear)
    deal_lost.connect(hear)
    try:
        win_deals([deal, other], by=alice)
        assert heard == [(deal_won, {deal.pk, other.pk}, alice)]
        reopen_deals([deal, other], by=alice)
        deal_lost.connect(object_)
        with pytest.raises(Refused):
            lose_deals([deal], reason=None, by=alice)
        assert Deal.objects.get(pk=deal.pk).is_open
    finally:
        deal_won.disconnect(hear)
        deal_lost.disconnect(hear)
        deal_lost.disconnect(object_)
