"""What a list of deals and a board can be narrowed to."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone

from deals import table
from deals.models import Deal
from tests.factories import (
    ChannelFactory,
    DealFactory,
    FieldFactory,
    LabelFactory,
    LostReasonFactory,
    PipelineFactory,
    StageFactory,
    TeamFactory,
)

TODAY = date.today()


@pytest.fixture
def deal(alice, stages):
    def make(title="Deal", **values):
        return DealFactory(**{"owner": alice, "stage": stages[0], "title": title} | values)

    return make


def titles(query, user, *, by=table.matching):
    asked = QueryDict(query) if isinstance(query, str) else query
    return sorted(by(asked, user).values_list("title", flat=True))


def on_board(query, user):
    return table.board_filtered(query, user).found


def test_a_deal_is_found_by_where_it_stands(deal, alice, stages):
    other = StageFactory(pipeline=PipelineFactory(name="Partners"))
    deal("A")
    deal("B", stage=stages[1])
    deal("C", stage=other)

    assert titles(f"stage={stages[1].pk}&stage={other.pk}", alice) == ["B", "C"]
    assert titles(f"pipeline={other.pipeline_id}", alice) == ["C"]
    assert titles(f"pipeline={stages[0].pipeline_id}&stage={other.pk}", alice) == []


def test_a_deal_is_found_by_what_it_shares_with_leads(deal, alice, bob, charlie):
    hot, site = LabelFactory(name="Hot"), ChannelFactory(name="Site")
    deal("A", labels=[hot], channel=site, value=Decimal("900"), currency="EUR")
    deal("B", owner=bob, value=Decimal("1200"), currency="USD", origin="web_form")
    deal("C", next_activity_on=TODAY - timedelta(days=1), expected_close_on=TODAY)
    elsewhere = TeamFactory()

    for query, found in (
        ("q=a", ["A"]),
        (f"owner={bob.pk}", ["B"]),
        (f"team={alice.team_id}", ["A", "B", "C"]),
        (f"team={elsewhere.pk}", []),
        (f"label={hot.pk}", ["A"]),
        (f"channel={site.pk}", ["A"]),
        ("origin=web_form", ["B"]),
        ("value_from=1000", ["B"]),
        ("value_to=1 000", ["A"]),
        ("currency=EUR", ["A"]),
        ("step=overdue", ["C"]),
        ("step=none", ["A", "B"]),
        ("close=today", ["C"]),
        (f"close_from={TODAY}&close_to={TODAY}", ["C"]),
        ("created=today&updated=today", ["A", "B", "C"]),
    ):
        assert titles(query, alice) == found, query
        assert titles(query, alice, by=on_board) == found, query
    assert titles("", charlie) == ["A", "B", "C"]


def test_the_chance_is_that_of_the_deal_or_else_of_its_stage(deal, alice, pipeline):
    likely = StageFactory(pipeline=pipeline, probability=80)
    deal("Own", stage=likely, probability=10)
    deal("Of the stage", stage=likely)

    assert titles("chance_from=80", alice) == ["Of the stage"]
    assert titles("chance_to=10", alice) == ["Own"]
    assert titles("chance_from=0&chance_to=100", alice) == ["Of the stage", "Own"]


def test_how_a_deal_ended_is_asked_of_those_that_did(deal, alice):
    price = LostReasonFactory(name="Price")
    long_ago = timezone.now() - timedelta(days=400)
    deal("Won now", won=True)
    deal("Won then", won=True, won_at=long_ago)
    deal("Lost", lost=True, lost_reason=price)

    assert titles("view=won&won=today", alice) == ["Won now"]
    assert titles(f"view=won&won_to={long_ago:%Y-%m-%d}", alice) == ["Won then"]
    assert titles(f"view=lost&reason={price.pk}&lost=today", alice) == ["Lost"]
    assert titles(f"view=won&reason={price.pk}", alice) == []


@pytest.mark.parametrize("limit", [1, 7, 10, 13, 30])
@pytest.mark.parametrize("step", [None, -1, 0, 1])
def test_idle_deals_are_those_of_which_the_card_says_so(deal, alice, pipeline, limit, step):
    stage = StageFactory(pipeline=pipeline, rotting_days=limit)
    step = None if step is None else TODAY + timedelta(days=step)
    at = timezone.now()
    marks = {0, limit * 7 // 10, limit * 7 // 10 + 1, limit - 1, limit, limit + 1}
    for days in sorted(marks):
        for seconds in (-5, 5):
            since = at - timedelta(days=days, seconds=seconds)
            deal(f"{days} {seconds}", stage=stage, idle_since=since, next_activity_on=step)
    deal("Never rots", stage=StageFactory(pipeline=pipeline), idle_since=at - timedelta(days=900))
    deal("Won", stage=stage, won=True, idle_since=at - timedelta(days=900))

    every = list(Deal.objects.select_related("stage"))
    for words in (["stale"], ["rotten"], ["stale", "rotten"]):
        told = {each.title for each in every if each.rot(at, TODAY) in words}
        found = Deal.objects.rotting(words, at, TODAY).values_list("title", flat=True)
        assert set(found) == told, words
    assert titles("idle=rotten", alice) == sorted(
        each.title for each in every if each.rot(at, TODAY) == "rotten"
    )


def test_custom_fields_narrow_a_list_and_a_board(deal, alice):
    field = FieldFactory(kind="option", options=["Small", "Big"])
    big = field.options.get(name="Big")
    deal("A", custom={str(field.pk): big.pk})
    deal("B")

    for by in (table.matching, on_board):
        assert titles(f"{field.key}={big.pk}", alice, by=by) == ["A"]
        assert titles("custom_999999=1", alice, by=by) == []


@pytest.mark.parametrize(
    "query",
    [
        "q=a%00b",
        "stage=x",
        "stage=999999999999999999999",
        "pipeline=-1",
        "status=stolen",
        "won=someday",
        "lost_from=31/02/2026",
        "reason=%00",
        "idle=very",
        "chance_from=1e9999",
        "chance_to=101",
        "chance_from=-1",
        "chance_from=12.5",
        "entered=x",
    ],
)
def test_a_filter_that_makes_no_sense_finds_nothing_and_says_so(signed_in, deal, alice, query):
    deal()
    filters = table.filtered(QueryDict(query), alice)

    assert not filters.found.exists()
    assert list(filters.form.errors) == [query.partition("=")[0]]
    assert signed_in(alice).get(f"/deals/list/?{query}").status_code == 200


def test_all_groups_of_filters_name_what_there_is():
    for kind in (table.BoardFilter, table.DealFilter):
        named = [name for _title, names in kind.GROUPS for name in names]
        assert sorted([*named, "q"]) == sorted(kind.base_filters)
