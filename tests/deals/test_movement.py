"""Deals move between stages and within their column, and every move can be taken back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import policies
from accounts.policies import lock
from core.errors import Missing, NotAllowed, Stale
from deals.models import Deal
from deals.services import (
    DealArchived,
    DealClosed,
    StageArchived,
    change_deal,
    move_deals,
    win_deals,
)
from history.models import Event, Operation
from history.services import undo
from lists.placing import LONGEST_RANK
from opportunities import services as opportunities
from pipelines.models import Stage
from tests.factories import DealFactory, PipelineFactory, StageFactory


def column(stage):
    return [
        deal.title
        for deal in Deal.objects.on_board().filter(stage=stage).order_by("position", "pk")
    ]


def deals_in(stage, owner, *titles):
    return [DealFactory(stage=stage, owner=owner, title=title) for title in titles]


def test_a_move_changes_stage_visit_clocks_and_history(alice, stages):
    yesterday = timezone.now() - timedelta(days=1)
    [deal] = deals_in(stages[0], alice, "Pilot")
    deal.stage_visits.update(entered_at=yesterday)
    Deal.objects.update(stage_entered_at=yesterday, idle_since=yesterday)

    move_deals([deal], to=stages[1], by=alice)

    deal.refresh_from_db()
    assert deal.stage == stages[1]
    assert deal.stage_entered_at > yesterday
    assert deal.idle_since > yesterday
    first, second = deal.stage_visits.order_by("entered_at")
    assert (first.stage, second.stage) == (stages[0], stages[1])
    assert first.left_at == second.entered_at == deal.stage_entered_at
    assert second.left_at is None
    [event] = Event.objects.filter(verb="deal.moved")
    [before, after] = event.changes["stage"]
    assert (before["name"], after["name"]) == ("Qualified", "Offer")


def test_moved_deals_come_to_the_top_in_the_order_they_had(alice, stages):
    deals_in(stages[1], alice, "old")
    a, b, c = deals_in(stages[0], alice, "a", "b", "c")
    move_deals([c, a, b], to=stages[1], by=alice)
    assert column(stages[1]) == ["a", "b", "c", "old"]


def test_a_deal_is_put_between_two_others(alice, stages):
    a, b, _c = deals_in(stages[1], alice, "a", "b", "c")
    [deal] = deals_in(stages[0], alice, "new")

    move_deals([deal], to=stages[1], after=a, before=b, by=alice)
    assert column(stages[1]) == ["a", "new", "b", "c"]
    move_deals([deal], to=stages[1], before=a, by=alice)
    assert column(stages[1]) == ["new", "a", "b", "c"]
    move_deals([deal], to=stages[1], after=_c, by=alice)
    assert column(stages[1]) == ["a", "b", "c", "new"]


def test_a_new_place_in_the_column_is_no_event(alice, stages):
    a, b = deals_in(stages[0], alice, "a", "b")
    entered = a.stage_entered_at
    assert move_deals([a], to=stages[0], after=b, by=alice) is None
    assert column(stages[0]) == ["b", "a"]
    a.refresh_from_db()
    assert a.stage_entered_at == entered
    assert a.stage_visits.count() == 1
    assert not Operation.objects.exists()


def test_a_neighbour_that_left_leaves_the_deal_at_the_top(alice, stages):
    deals_in(stages[1], alice, "a")
    gone, deal = deals_in(stages[0], alice, "gone", "new")
    move_deals([deal], to=stages[1], after=gone, by=alice)
    assert column(stages[1]) == ["new", "a"]


def test_one_spot_can_be_halved_for_ever(alice, stages):
    a, _b = deals_in(stages[1], alice, "a", "b")
    Deal.objects.filter(title="a").update(position="1")
    Deal.objects.filter(title="b").update(position="1" + "0" * LONGEST_RANK + "1")
    [deal] = deals_in(stages[0], alice, "new")
    move_deals([deal], to=stages[1], after=a, by=alice)
    assert column(stages[1]) == ["a", "new", "b"]
    assert max(len(d.position) for d in Deal.objects.all()) < 60


def test_a_move_says_which_stage_it_left(alice, bob, stages):
    [deal] = deals_in(stages[0], alice, "Pilot")
    move_deals([deal], to=stages[1], by=bob)

    with pytest.raises(Stale) as refused:
        move_deals([deal], to=stages[2], left={deal.pk: stages[0].pk}, by=alice)
    assert (refused.value.seen, refused.value.found) == (stages[0], stages[1])
    # The same move once more is what the writer wanted.
    move_deals([deal], to=stages[1], left={deal.pk: stages[0].pk}, by=alice)
    assert Event.objects.filter(verb="deal.moved").count() == 1


def test_closed_and_archived_deals_do_not_move(alice, stages):
    won = DealFactory(won=True, owner=alice, stage=stages[0])
    lost = DealFactory(lost=True, owner=alice, stage=stages[0])
    fine, archived = deals_in(stages[0], alice, "fine", "archived")
    opportunities.archive([archived], by=alice)
    for closed in (won, lost):
        with pytest.raises(DealClosed, match="Reopen first"):
            move_deals([fine, closed], to=stages[1], by=alice)
    with pytest.raises(DealArchived):
        move_deals([archived], to=stages[1], by=alice)
    assert not Deal.objects.filter(stage=stages[1]).exists()


def test_archived_and_vanished_stages_take_no_deal(alice, stages):
    [deal] = deals_in(stages[0], alice, "Pilot")
    Stage.objects.filter(pk=stages[1].pk).update(archived_at=timezone.now())
    elsewhere = StageFactory(pipeline=PipelineFactory(archived_at=timezone.now()))
    for stage in (stages[1], elsewhere, Stage(pk=999_999)):
        with pytest.raises(StageArchived):
            move_deals([deal], to=stage, by=alice)


def test_only_those_who_may_change_all_of_them_move_deals(alice, bob, charlie, reader, stages):
    ours = DealFactory(stage=stages[0], owner=alice, visibility="team")
    theirs = DealFactory(stage=stages[0], owner=charlie, visibility="owner")
    for user, refusal in ((charlie, Missing), (reader, NotAllowed)):
        with pytest.raises(refusal):
            move_deals([ours], to=stages[1], by=user)
    with pytest.raises(Missing):
        move_deals([ours, theirs], to=stages[1], by=bob)
    assert not Deal.objects.filter(stage=stages[1]).exists()
    move_deals([ours], to=stages[1], by=bob)
    assert Deal.objects.filter(stage=stages[1]).get() == ours


def test_a_move_to_another_pipeline_keeps_the_history(alice, stages):  # K9
    [deal] = deals_in(stages[0], alice, "Pilot")
    elsewhere = StageFactory(pipeline=PipelineFactory())
    move_deals([deal], to=elsewhere, by=alice)
    deal.refresh_from_db()
    assert deal.stage == elsewhere
    assert deal.stage_visits.count() == 2


def test_what_may_not_be_changed_is_never_locked(alice, charlie, stages):
    """Its lock would come after those of higher ids, and two could wait for each other."""
    hidden = DealFactory(stage=stages[0], owner=charlie, visibility="owner")
    [seen] = deals_in(stages[0], alice, "seen")
    assert alice.team_member_ids
    with CaptureQueriesContext(connection) as asked, pytest.raises(Missing):
        lock([seen, hidden], by=alice)
    assert ["FOR NO KEY UPDATE" in each["sql"] for each in asked] == [True, False, False]
    assert lock([seen], by=alice) == [seen]


def test_what_becomes_theirs_a_moment_later_was_not_when_they_asked(
    alice, charlie, stages, monkeypatch
):
    hidden = DealFactory(stage=stages[0], owner=charlie, visibility="owner")
    refuse_some = policies.refuse_some

    def show_first(*arguments, **more):
        Deal.objects.update(visibility="everyone")
        refuse_some(*arguments, **more)

    monkeypatch.setattr(policies, "refuse_some", show_first)
    with pytest.raises(Missing):
        lock([hidden], by=alice)


@pytest.mark.parametrize("number", [1, 50])
def test_a_move_costs_eight_statements(alice, stages, number, django_assert_num_queries):
    deals = deals_in(stages[0], alice, *[f"deal {n}" for n in range(number)])
    a, b = deals_in(stages[1], alice, "a", "b")
    assert alice.team_member_ids  # asked once and remembered
    # the stage locked, the deals locked, the stages read with the room between the neighbours;
    # places, clocks and visits; operation, events; and a savepoint, begun and ended
    with django_assert_num_queries(8):
        move_deals(deals, to=stages[1], after=a, before=b, by=alice)


def test_a_new_place_in_the_column_costs_six(alice, stages, django_assert_num_queries):
    a, _b, c = deals_in(stages[0], alice, "a", "b", "c")
    assert alice.team_member_ids
    with django_assert_num_queries(6):
        move_deals([c], to=stages[0], before=a, by=alice)


def test_an_edit_by_a_colleague_does_not_refuse_a_move(alice, bob, stages):
    [deal] = deals_in(stages[0], alice, "Pilot")
    change_deal(deal, {"title": "Pilot, extended"}, by=bob)
    move_deals([deal], to=stages[1], left={deal.pk: stages[0].pk}, by=alice)
    deal.refresh_from_db()
    assert (deal.title, deal.stage) == ("Pilot, extended", stages[1])


@pytest.mark.parametrize("side", ["after", "before"])
def test_two_hundred_deals_between_the_same_two_keep_their_order(alice, stages, side):
    first, last = deals_in(stages[1], alice, "first", "last")
    neighbour = {"after": first, "before": last}[side]
    deals = deals_in(stages[0], alice, *[f"{n:03}" for n in range(200)])
    for deal in deals:
        move_deals([deal], to=stages[1], **{side: neighbour}, by=alice)
    expected = [deal.title for deal in (deals[::-1] if side == "after" else deals)]
    assert column(stages[1]) == ["first", *expected, "last"]
    ranks = set(Deal.objects.filter(stage=stages[1]).values_list("position", flat=True))
    assert len(ranks) == 202
    assert max(map(len, ranks)) <= LONGEST_RANK


def test_deals_between_the_last_two_in_turn_keep_their_order(alice, stages):
    """Each goes between the two that went before it: the room is halved from both sides."""
    above, below = deals_in(stages[1], alice, "above", "below")
    for n, deal in enumerate(deals_in(stages[0], alice, *[f"{n:03}" for n in range(200)])):
        move_deals([deal], to=stages[1], after=above, before=below, by=alice)
        above, below = (deal, below) if n % 2 else (above, deal)
    found = list(Deal.objects.filter(stage=stages[1]).values_list("position", flat=True))
    assert len(set(found)) == 202
    assert max(map(len, found)) <= LONGEST_RANK


def test_a_hidden_neighbour_says_nothing_of_where_it_stands(alice, charlie, stages):
    hidden = DealFactory(stage=stages[1], owner=charlie, visibility="owner", title="hidden")
    deals_in(stages[1], alice, "seen")
    [deal] = deals_in(stages[0], alice, "new")
    move_deals([deal], to=stages[1], after=hidden, by=alice)
    assert column(stages[1]) == ["new", "hidden", "seen"]


def test_undo_puts_deals_back_in_their_places(alice, stages):
    a, _b = deals_in(stages[0], alice, "a", "b")
    [c] = deals_in(stages[1], alice, "c")
    operation = move_deals([a, c], to=stages[2], by=alice)
    undo(operation, by=alice)
    assert column(stages[0]) == ["a", "b"]
    assert column(stages[1]) == ["c"]
    for deal in (a, c):
        assert deal.stage_visits.filter(left_at=None).get().stage == deal.stage


@pytest.mark.parametrize("number", [1, 5])
def test_undo_is_one_act_however_many_stages_were_left(
    alice, pipeline, stages, number, django_assert_num_queries
):
    left = [StageFactory(pipeline=pipeline, position=9 + n) for n in range(number)]
    deals = [DealFactory(stage=stage, owner=alice) for stage in left]
    moved = move_deals(deals, to=stages[0], by=alice)
    assert alice.team_member_ids
    # the act locked, its events, the stages locked, the deals locked, the stages read; places,
    # clocks and visits; operation, events; noted as undone, no news; and a savepoint
    with django_assert_num_queries(12):
        undo(moved, by=alice)
    back = Operation.objects.get(undoes=moved)
    assert back.events.count() == number
    for deal, stage in zip(deals, left, strict=True):
        deal.refresh_from_db()
        assert deal.stage == stage
        assert deal.stage_visits.count() == 3


def test_undo_asks_whether_every_stage_still_takes_deals(alice, stages):
    deals = [*deals_in(stages[0], alice, "a"), *deals_in(stages[1], alice, "b")]
    moved = move_deals(deals, to=stages[2], by=alice)
    Stage.objects.filter(pk=stages[1].pk).update(archived_at=timezone.now())
    with pytest.raises(StageArchived):
        undo(moved, by=alice)
    assert column(stages[2]) == ["a", "b"]


def test_a_move_that_went_on_cannot_be_undone(alice, bob, stages):
    a, b = deals_in(stages[0], alice, "a", "b")
    operation = move_deals([a, b], to=stages[1], by=alice)
    move_deals([b], to=stages[2], by=bob)
    with pytest.raises(Stale, match="Moved on since: “b”"):
        undo(operation, by=alice)
    assert column(stages[1]) == ["a"]

    operation = move_deals([a], to=stages[2], by=alice)
    win_deals([a], by=alice)
    with pytest.raises(DealClosed):
        undo(operation, by=alice)


@pytest.mark.parametrize("side", ["after", "before"])
def test_between_two_that_share_a_place_is_room(alice, stages, side):
    """What was won comes back to where another deal has been put meanwhile."""
    low, top = deals_in(stages[0], alice, "low", "top")
    move_deals([top], to=stages[0], before=low, by=alice)
    one, two, three = deals_in(stages[1], alice, "one", "two", "three")
    move_deals([one], to=stages[0], after=top, by=alice)
    won = win_deals([one], by=alice)
    move_deals([two], to=stages[0], after=top, by=alice)
    undo(won, by=alice)
    assert column(stages[0]) == ["top", "one", "two", "low"]

    move_deals([three], to=stages[0], **{side: one if side == "after" else two}, by=alice)

    assert column(stages[0]) == ["top", "one", "three", "two", "low"]
