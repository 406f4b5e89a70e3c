"""The list of deals in its shipped views, each in its order, and what is found added up."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from lists.models import SavedView
from lists.registry import LISTS
from opportunities import services
from tests.factories import DealFactory, LabelFactory, StageFactory
from tests.web import assert_part_of_page, htmx, text

LIST = "/deals/list/"


@pytest.fixture
def deal(alice, stages):
    def make(title="Deal", **values):
        return DealFactory(**{"owner": alice, "stage": stages[0], "title": title} | values)

    return make


def titles(page):
    return [deal.title for deal in page.context["records"].rows]


def test_open_deals_come_by_urgency(signed_in, alice, deal):
    today = timezone.localdate()
    for days in (5, None, 0, -1, -3):
        step = None if days is None else today + timedelta(days=days)
        deal(f"{days}", next_activity_on=step)

    assert titles(signed_in(alice).get(LIST)) == ["-3", "-1", "0", "None", "5"]


def test_the_views_show_what_their_names_say(signed_in, alice, bob, deal, pipeline):
    today = timezone.localdate()
    fast = StageFactory(pipeline=pipeline, rotting_days=3)
    deal("Late", next_activity_on=today - timedelta(days=1))
    deal("Planned", next_activity_on=today + timedelta(days=1), owner=bob, visibility="team")
    deal("Long idle", stage=fast, idle_since=timezone.now() - timedelta(days=9))
    deal("Longest idle", stage=fast, idle_since=timezone.now() - timedelta(days=12))
    client = signed_in(alice)
    for view, found in (
        ("open", {"Late", "Planned", "Long idle", "Longest idle"}),
        ("mine", {"Late", "Long idle", "Longest idle"}),
        ("no-next-step", {"Long idle", "Longest idle"}),
        ("overdue", {"Late"}),
        ("nonsense", {"Late", "Planned", "Long idle", "Longest idle"}),
    ):
        assert set(titles(client.get(LIST, {"view": view}))) == found, view
    assert titles(client.get(LIST, {"view": "rotting"})) == ["Longest idle", "Long idle"]


def test_what_was_closed_or_put_away_last_comes_first(signed_in, alice, deal):
    for hours in (3, 1, 2):
        at = timezone.now() - timedelta(hours=hours)
        deal(f"won {hours}", won=True, won_at=at)
        deal(f"lost {hours}", lost=True, lost_at=at)
        services.archive([deal(f"archived {hours}")], by=alice)
    client = signed_in(alice)

    for view in ("won", "lost"):
        assert titles(client.get(LIST, {"view": view})) == [f"{view} {n}" for n in (1, 2, 3)]
    assert titles(client.get(LIST, {"view": "archived"}))[0] == "archived 2"


def test_what_is_found_is_added_up_as_the_board_does_it(
    signed_in, alice, bob, charlie, deal, stages, pipeline
):
    hot = LabelFactory(name="Hot")
    stages[0].probability, stages[1].probability = 30, 55
    for stage in stages[:2]:
        stage.save()
    deal(value=Decimal("1000.50"), currency="EUR", labels=[hot])
    deal(value=Decimal("33.33"), currency="EUR", labels=[hot], probability=7, stage=stages[1])
    deal(value=Decimal(500), currency="CHF", stage=stages[1])
    deal(value=Decimal(9), currency="EUR", owner=charlie, visibility="owner")
    deal(labels=[hot])
    for query in ({}, {"label": hot.pk}, {"owner": bob.pk}, {"value_from": "100"}):
        for user in (alice, charlie):
            page = signed_in(user).get(LIST, query)
            whole = signed_in(user).get(f"/deals/pipeline/{pipeline.pk}/", query).context["total"]
            told = [(currency, *sums) for currency, sums in page.context["sums"].worth.items()]
            assert told == sorted(whole.amounts)
            assert page.context["count"].number == whole.count
    page = signed_in(alice).get(LIST)
    assert "€1,033.83" in text(page)
    assert "€302 weighted" in text(page)  # 1000.50 × 30 % + 33.33 × 7 %, to a whole euro
    assert "weighted" not in text(signed_in(alice).get(LIST, {"view": "won"}))


def test_more_than_are_counted_add_up_to_nothing(signed_in, alice, deal, monkeypatch):
    monkeypatch.setattr("lists.sorting.MOST_SORTED", 2)
    for _n in range(3):
        deal(value=Decimal(5), currency="EUR")

    page = signed_in(alice).get(LIST)

    assert page.context["count"].is_capped
    assert not page.context["sums"]
    assert "2+ deals" in text(page)


def test_a_view_is_saved_and_shown_as_a_tab_of_the_list_alone(signed_in, alice, bob, deal):
    deal()
    client = signed_in(alice)
    kept = {"query": "value_from=1000", "columns": "value"}

    client.post("/lists/deals/views/new/", kept | {"name": "Big ones", "audience": "team"})

    view = SavedView.objects.get()
    assert (view.of, view.query, view.columns) == ("deals", "value_from=1000", ["value"])
    assert f"saved={view.pk}" in signed_in(bob).get(LIST).text
    assert "Big ones" not in signed_in(bob).get("/leads/").text
    assert LISTS["deals"].home == "deals:list"


def test_filters_that_make_no_sense_in_a_view_are_not_offered(signed_in, alice, deal):
    deal()
    client = signed_in(alice)
    offered = {
        view: {str(group.title) for group in client.get(LIST, {"view": view}).context["groups"]}
        for view in ("open", "won", "lost", "archived")
    }

    assert "Won" not in offered["open"]
    assert {"Won"} == offered["won"] & {"Won", "Lost", "Status", "Idle"}
    assert {"Lost"} == offered["lost"] & {"Won", "Lost", "Status", "Idle"}
    assert {"Won", "Lost", "Status", "Idle"} <= offered["archived"]
    asked = client.get(LIST, {"won": "today"}).context["groups"]
    assert "Won" in {str(group.title) for group in asked}  # it is on, so it can be taken off


# --- A deal beside the list --------------------------------------------------------------------


def test_a_deal_opens_beside_the_list_with_its_acts(signed_in, alice, deal):
    one = deal("Anvil <b>", value=Decimal(5), currency="EUR")
    client = signed_in(alice)

    panel = client.get(f"/deals/{one.pk}/", headers=htmx("drawer"))
    page = client.get(LIST, {"peek": one.pk})

    for shown in (panel.text, page.text):
        assert '<section id="panel"' in shown
        assert "Anvil &lt;b&gt;" in shown
        for act in ("won/", "lost/", "archive/", "return/", "delete/", "edit/value/"):
            assert act in shown
    assert panel.text.lstrip().startswith('<section id="panel"')
    assert f'data-peek="{one.pk}"' in page.text
    assert_part_of_page(client, LIST, "results")


def test_its_acts_lead_back_to_the_list_it_stands_beside(signed_in, alice, deal):
    one = deal()
    headers = htmx("drawer") | {"HX-Current-URL": "http://testserver/deals/list/?view=mine"}

    panel = signed_in(alice).get(f"/deals/{one.pk}/", headers=headers)

    assert f'name="next" value="/deals/list/?view=mine&amp;peek={one.pk}"' in panel.text


def test_a_reader_sees_a_deal_beside_the_list_and_no_acts(signed_in, reader, deal):
    one = deal()

    panel = signed_in(reader).get(f"/deals/{one.pk}/", headers=htmx("drawer")).text

    assert '<section id="panel"' in panel
    for act in ("won/", "lost/", "archive/", "edit/value/"):
        assert act not in panel


def test_a_deal_that_is_hidden_or_gone_is_not_shown_beside_the_list(
    signed_in, alice, charlie, deal
):
    one = deal(visibility="owner")
    for peek in (one.pk, 987_654, "x", "9" * 30):
        page = signed_in(charlie).get(LIST, {"peek": peek})
        assert page.status_code == 200
        assert '<section id="panel"' not in page.text


@pytest.mark.parametrize("state", ["won", "lost"])
def test_a_closed_deal_can_be_reopened_beside_the_list(signed_in, alice, deal, state):
    one = deal(**{state: True})

    panel = signed_in(alice).get(f"/deals/{one.pk}/", headers=htmx("drawer")).text

    assert f'action="/deals/{one.pk}/reopen/"' in panel
    assert f"/deals/{one.pk}/won/" not in panel
