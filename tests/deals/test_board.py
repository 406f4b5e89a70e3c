"""The board: columns with sums, cards in order, moves by drag and by menu."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.http import urlencode

from activities.models import ActivityType
from deals.models import Deal, StageVisit
from deals.orders import ORDERS
from deals.services import change_deal
from history.models import Event
from lists import boards
from opportunities import services as opportunities
from pipelines.models import Stage
from tests.factories import (
    ActivityFactory,
    DealFactory,
    LabelFactory,
    OrganizationFactory,
    PersonFactory,
    PipelineFactory,
    StageFactory,
)
from tests.web import htmx, text


@pytest.fixture
def deal(alice, stages):
    return DealFactory(stage=stages[0], owner=alice, title="Pilot", visibility="team")


def column(response, stage):
    return next(each for each in response.context["columns"] if each.place == stage)


def titles_of(client, stage, query=""):
    """The cards of a column from the first to the last, as one scrolls down."""
    shown = column(client.get(f"/deals/?{query}"), stage)
    titles, cursor = [card.title for card in shown.cards], shown.next
    while cursor:
        url = f"/deals/stage/{stage.pk}/?{query}&{urlencode({'after': cursor})}"
        more = client.get(url, headers=htmx())
        titles += [card.title for card in more.context["cards"]]
        cursor = more.context["next"]
    return titles


def drop(client, deal, stage, *, left=None, on="/deals/", **more):
    """What the board at ``on`` sends when a card is dropped."""
    data = {
        "drag": "1",
        "board": deal.stage.pipeline_id,
        "stage": stage.pk,
        "left": left.pk if left else deal.stage_id,
        "after": "",
        "before": "",
    }
    data |= {name.rstrip("_"): value for name, value in more.items()}
    return client.post(f"/deals/{deal.pk}/move/", data, headers=htmx(on=on))


# --- What is seen ------------------------------------------------------------------------------


def test_the_board_shows_the_default_pipeline_in_its_order(signed_in, alice, stages, deal):
    OrganizationFactory(name="Nobody")
    first = DealFactory(stage=stages[0], owner=alice, title="First", position="1")
    response = signed_in(alice).get("/deals/")
    assert [each.place for each in response.context["columns"]] == stages
    assert column(response, stages[0]).cards == [first, deal]
    assert "Pilot" in text(response)


def test_heads_count_what_the_user_sees_and_never_mix_currencies(signed_in, alice, charlie, stages):
    DealFactory(stage=stages[0], owner=alice, value=1000, currency="EUR")  # 20 % of the stage
    DealFactory(stage=stages[0], owner=alice, value=500, currency="EUR", probability=80)
    DealFactory(stage=stages[0], owner=alice, value=70, currency="USD")
    DealFactory(stage=stages[0], owner=alice)
    DealFactory(stage=stages[0], owner=charlie, visibility="owner", value=9, currency="EUR")
    DealFactory(stage=stages[0], owner=alice, won=True, value=9, currency="EUR")
    archived = DealFactory(stage=stages[0], owner=alice, value=9, currency="EUR")
    opportunities.archive([archived], by=alice)

    response = signed_in(alice).get("/deals/")

    head = column(response, stages[0]).head
    assert head.count == 4
    assert head.sums == {"EUR": Decimal(1500), "USD": Decimal(70)}
    assert head.weighted == {"EUR": Decimal(600), "USD": Decimal(14)}
    assert response.context["total"].count == 4
    assert "€1,500" in text(response)


def test_heads_say_how_the_next_steps_stand(signed_in, alice, stages):
    today = timezone.localdate()
    for days in (-1, -2, 0, 3):
        DealFactory(stage=stages[0], owner=alice, next_activity_on=today + timedelta(days=days))
    DealFactory(stage=stages[0], owner=alice)
    response = signed_in(alice).get("/deals/")
    steps = column(response, stages[0]).head.steps
    assert steps == {"late": 2, "today": 1, "planned": 1, "none": 1}
    said = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><title>', text(response))
    url = f"/deals/pipeline/{stages[0].pipeline_id}/?step="
    assert said == [
        (f"{url}overdue", "2 late"),
        (f"{url}today", "1 today"),
        (f"{url}later", "1 planned"),
        (f"{url}none", "1 without next step"),
    ]
    for (address, _words), number in zip(said, (2, 1, 1, 1), strict=True):
        narrowed = column(signed_in(alice).get(address), stages[0])
        assert len(narrowed.cards) == narrowed.head.count == number


def test_a_card_says_in_words_that_its_deal_dries_out(signed_in, alice, stages):
    Stage.objects.update(rotting_days=10)
    now = timezone.now()
    for days in (2, 8, 16):
        DealFactory(stage=stages[0], owner=alice, idle_since=now - timedelta(days=days))
    shown = text(signed_in(alice).get("/deals/"))
    assert "8 d idle" in shown
    assert "16 d idle" in shown
    assert "2 d idle" not in shown
    assert shown.count('data-age="rotten"') == 1


def test_a_card_names_the_next_activity(signed_in, alice, stages, deal):
    ActivityFactory(deal=deal, type=ActivityType.objects.create(name="Demo"))
    Deal.objects.update(next_activity_on=timezone.localdate())
    assert "Demo · today" in text(signed_in(alice).get("/deals/"))


def test_a_column_shows_twenty_cards_and_a_way_to_the_others(signed_in, alice, stages):
    for number in range(45):
        DealFactory(stage=stages[0], owner=alice, title=f"Deal {number:02}")
    client = signed_in(alice)
    shown = column(client.get("/deals/"), stages[0])
    assert (len(shown.cards), shown.head.count) == (20, 45)
    url = f"/deals/stage/{stages[0].pk}/"
    titles = [card.title for card in shown.cards]
    cursor = shown.next
    while cursor:
        more = client.get(url, {"after": cursor}, headers=htmx())
        titles += [card.title for card in more.context["cards"]]
        cursor = more.context["next"]
    assert titles == [f"Deal {number:02}" for number in range(45)]
    plain = client.get(url)
    assert plain.status_code == 302
    assert plain.url == f"/deals/list/?stage={stages[0].pk}"


# --- Orders ------------------------------------------------------------------------------------


@pytest.fixture
def in_every_order(alice, stages):
    """Deals with days, amounts and moments that differ, tie and are missing, and the title of each
    where each order has it.
    """
    today, now = timezone.localdate(), timezone.now()
    days = [None, -3, 0, 5, -1, 2, None, 0, -3, 5]
    values = [7, None, 900, 7, 0, None, 12, 900, 3, 1]
    made = [
        DealFactory(
            stage=stages[0],
            owner=alice,
            title=f"{number}",
            next_activity_on=None if day is None else today + timedelta(days=day),
            expected_close_on=None if day is None else today - timedelta(days=day),
            value=value,
            currency="" if value is None else "EUR",
            stage_entered_at=now - timedelta(days=number % 4),
        )
        for number, (day, value) in enumerate(zip(days, values, strict=True))
    ]
    DealFactory(stage=stages[1], owner=alice, title="Elsewhere", value=800, currency="EUR")

    newest_first = made[::-1]

    def sorted_by(key):
        return [each.title for each in sorted(newest_first, key=key)]

    def urgency(deal):
        day = deal.next_activity_on
        return (2 if day is None else 0 if day < today else 1 if day == today else 3, day or today)

    return {
        "manual": sorted_by(lambda deal: deal.position),
        "next": sorted_by(urgency),
        "value": sorted_by(lambda deal: (deal.value is None, -(deal.value or 0))),
        "close": sorted_by(
            lambda deal: (deal.expected_close_on is None, deal.expected_close_on or today)
        ),
        "age": sorted_by(lambda deal: (deal.stage_entered_at, deal.pk)),
    }


@pytest.mark.parametrize("cards", [1, 2, 3, 20])
@pytest.mark.parametrize("order", ["manual", "next", "value", "close", "age"])
def test_every_order_goes_through_all_cards(
    signed_in, alice, stages, in_every_order, order, cards, monkeypatch
):
    monkeypatch.setattr(boards, "CARDS", cards)
    client = signed_in(alice)
    assert titles_of(client, stages[0], f"order={order}") == in_every_order[order]
    assert titles_of(client, stages[1], f"order={order}") == ["Elsewhere"]


def test_an_order_that_is_none_is_the_manual_one(signed_in, alice, stages, in_every_order):
    client = signed_in(alice)
    for query in ("", "order=nonsense", "order=%00", "order="):
        response = client.get(f"/deals/?{query}")
        assert [c.title for c in column(response, stages[0]).cards] == in_every_order["manual"]
        assert "data-unordered" not in text(response)


def test_the_order_is_chosen_in_the_bar_and_kept(signed_in, alice, stages, deal):
    DealFactory.create_batch(25, stage=stages[0], owner=alice)
    shown = text(signed_in(alice).get("/deals/?order=value&q=deal"))
    assert '<option value="value" selected>Value</option>' in shown
    assert "data-unordered" in shown
    assert "?order=value&amp;q=deal&amp;after=" in shown


def test_a_cursor_of_another_order_shows_the_first_cards(signed_in, alice, stages, in_every_order):
    client = signed_in(alice)
    more = client.get(f"/deals/stage/{stages[0].pk}/?order=value&after=made-up", headers=htmx())
    assert [card.title for card in more.context["cards"]] == in_every_order["value"]


def test_every_walk_of_every_order_is_a_range_of_its_index(alice, stages):
    today, person = timezone.localdate(), PersonFactory(owner=alice)
    Deal.objects.bulk_create(
        Deal(
            title="Deal",
            owner=alice,
            person=person,
            stage=stage,
            position=f"5{number}i",
            next_activity_on=(number % 4 and today + timedelta(days=number % 9 - 4)) or None,
            expected_close_on=(number % 3 and today) or None,
        )
        for stage in stages
        for number in range(400)
    )
    column = Deal.objects.on_board().filter(stage=stages[0])
    with connection.cursor() as cursor:
        cursor.execute("analyze deals_deal")
    for name, order in ORDERS.items():
        for walk in order.walks(today):
            plan = walk.of(column).values("pk")[:20].explain()
            index = "deals_board" if name == "manual" else f"deals_board_{name}"
            assert f"using {index} on" in plan, plan
            assert "Sort" not in plan, plan


# --- Filters -----------------------------------------------------------------------------------


def test_filters_stand_in_the_address(signed_in, alice, bob, stages):
    hot = LabelFactory(name="Hot")
    mine = DealFactory(stage=stages[0], owner=alice, title="Fleet", labels=[hot])
    other = DealFactory(stage=stages[0], owner=bob, title="Licence")
    client = signed_in(alice)
    for query, found in (
        ({"owner": alice.pk}, [mine]),
        ({"label": hot.pk}, [mine]),
        ({"q": "lic"}, [other]),
        ({"owner": [alice.pk, bob.pk]}, [mine, other]),
        ({"owner": "nonsense"}, []),
        ({"q": "x" * 201}, []),
        ({"q": "a\0b"}, []),
    ):
        response = client.get("/deals/", query)
        assert response.status_code == 200
        assert column(response, stages[0]).cards == found, query


def test_the_part_is_what_the_page_shows_and_the_sum_comes_along(signed_in, alice, deal):
    client = signed_in(alice)
    part = text(client.get("/deals/", {"q": "pilot"}, headers=htmx("board")))
    board, _oob, total = part.partition('<p id="board-total"')
    assert board
    assert board.strip() in text(client.get("/deals/", {"q": "pilot"}))
    assert "1 open deal" in total


def test_a_board_without_pipeline_stages_or_deals_says_so(signed_in, manager):
    client = signed_in(manager)
    assert "There is no pipeline yet" in text(client.get("/deals/"))
    pipeline = PipelineFactory(is_default=True)
    assert "This pipeline has no stages" in text(client.get("/deals/"))
    StageFactory(pipeline=pipeline)
    assert "No open deals here yet" in text(client.get("/deals/"))


def test_vanished_and_archived_pipelines_are_missing(signed_in, alice, pipeline):
    gone = PipelineFactory(archived_at=timezone.now())
    client = signed_in(alice)
    assert client.get(f"/deals/pipeline/{gone.pk}/").status_code == 404
    assert client.get("/deals/pipeline/999999/").status_code == 404
    assert client.get("/deals/pipeline/99999999999999999999/").status_code == 404
    assert client.get("/deals/stage/999999/", headers=htmx()).status_code == 404


def test_charlie_sees_no_card_and_a_reader_no_way_to_move(signed_in, charlie, reader, deal):
    assert "Pilot" not in text(signed_in(charlie).get("/deals/"))
    shown = text(signed_in(reader).get("/deals/"))
    assert "Pilot" in shown
    assert "data-move" not in shown


# --- Moves -------------------------------------------------------------------------------------


def test_a_drop_moves_the_card_and_redraws_both_columns(signed_in, alice, stages, deal):  # K1
    below = DealFactory(stage=stages[1], owner=alice, title="Below")
    response = drop(signed_in(alice), deal, stages[1], before=below.pk)
    assert response.status_code == 200
    assert [each.place for each in response.context["columns"]] == stages[:2]
    assert response.text.count('hx-swap-oob="true"') == 3  # two columns and the sum
    assert "moved to Offer" in response.text
    assert "/undo/" in response.text
    assert list(Deal.objects.filter(stage=stages[1]).order_by("position", "pk")) == [deal, below]


def test_a_card_dropped_far_below_is_still_shown(signed_in, alice, stages, deal):
    many = [DealFactory(stage=stages[1], owner=alice) for _ in range(25)]
    response = drop(signed_in(alice), deal, stages[1], after=many[-1].pk)
    assert deal in column(response, stages[1]).cards


def test_in_an_order_the_card_lands_where_the_order_puts_it(signed_in, alice, stages):
    for value in range(30, 0, -1):
        DealFactory(stage=stages[1], owner=alice, value=value * 10, currency="EUR")
    client = signed_in(alice)
    for value, shown in ((1000, 20), (205, 20), (55, 40), (None, 40)):
        deal = DealFactory(
            stage=stages[0], owner=alice, value=value, currency="EUR" if value else ""
        )
        response = drop(client, deal, stages[1], on="/deals/?order=value")
        cards = column(response, stages[1]).cards
        assert deal in cards
        assert len(cards) == min(shown, Deal.objects.filter(stage=stages[1]).count())
        amounts = [-(card.value or 0) for card in cards]
        assert amounts == sorted(amounts)


def test_a_card_that_lands_too_far_down_leaves_the_first_ones(
    signed_in, alice, stages, deal, monkeypatch
):
    monkeypatch.setattr(boards, "FURTHEST", 25)
    DealFactory.create_batch(30, stage=stages[1], owner=alice, value=5, currency="EUR")
    cards = column(drop(signed_in(alice), deal, stages[1], on="/deals/?order=value"), stages[1])
    assert len(cards.cards) == 20
    assert cards.head.count == 31


def test_a_move_answers_with_the_columns_it_touched_alone(signed_in, alice, stages, deal):
    other = DealFactory(stage=stages[2], owner=alice, title="Elsewhere")
    response = drop(signed_in(alice), deal, stages[1])
    assert other.title not in response.text
    assert response.context["total"].count == 2


def test_a_stale_drop_is_refused_and_shown_where_it_is(signed_in, alice, stages, deal):  # K2
    Deal.objects.update(stage=stages[2])
    response = drop(signed_in(alice), deal, stages[1], left=stages[0])
    assert response.status_code == 409
    assert response.headers["HX-Reswap"] == "none"
    assert "“Pilot” was in “Qualified” when you moved it" in response.text
    assert "now it is in “Negotiation”" in response.text
    assert [each.place for each in response.context["columns"]] == stages
    assert column(response, stages[2]).cards == [deal]
    data = {"stage": stages[1].pk, "left": stages[0].pk}
    in_the_form = signed_in(alice).post(f"/deals/{deal.pk}/move/", data)
    assert in_the_form.status_code == 409
    assert "now it is in “Negotiation”" in text(in_the_form)


def test_a_drop_of_a_deal_that_went_to_another_pipeline_is_stale(signed_in, alice, stages, deal):
    away = StageFactory(pipeline=PipelineFactory(name="Partners"), name="Signed")
    Deal.objects.update(stage=away)
    response = drop(signed_in(alice), deal, stages[1], left=stages[0])
    assert response.status_code == 409
    assert "now it is in “Signed”" in response.text
    assert [each.place for each in response.context["columns"]] == stages[:2]
    assert Deal.objects.get().stage == away


def test_a_drop_of_a_deal_that_is_gone_says_so(signed_in, alice, stages, deal):
    opportunities.delete([deal], by=alice)
    response = drop(signed_in(alice), deal, stages[1])
    assert response.status_code == 404
    assert "This deal is no longer there." in response.text


def test_an_edit_by_a_colleague_does_not_refuse_the_drop(signed_in, alice, bob, stages, deal):
    change_deal(deal, {"title": "Pilot, extended"}, by=bob)
    response = drop(signed_in(alice), deal, stages[1])
    assert response.status_code == 200
    assert "“Pilot, extended” moved to Offer." in response.text


def test_a_move_to_another_pipeline_takes_the_card_from_the_board_on_screen(  # K9
    signed_in, alice, stages, deal
):
    away = StageFactory(pipeline=PipelineFactory(name="Partners"), name="Signed")
    client = signed_in(alice)
    asked = text(client.get(f"/deals/{deal.pk}/move/?board=1&elsewhere=1", headers=htmx("dialog")))
    assert "Signed" in asked
    assert "Negotiation" not in asked
    board = stages[0].pipeline_id
    data = {"stage": away.pk, "left": stages[0].pk, "board": board, "elsewhere": "1"}
    response = client.post(f"/deals/{deal.pk}/move/", data, headers=htmx("dialog", on="/deals/"))
    assert "“Pilot” moved to Partners, Signed." in response.text
    assert [each.place for each in response.context["columns"]] == stages[:1]
    assert response.context["total"].count == 0


def test_a_card_is_archived_from_the_board_or_from_its_page(signed_in, alice, stages, deal):
    client = signed_in(alice)
    url = f"/deals/{deal.pk}/archive/"
    response = client.post(url, {"board": stages[0].pipeline_id}, headers=htmx(on="/deals/"))
    assert response.status_code == 200
    assert "“Pilot” is archived." in response.text
    assert "/undo/" in response.text
    assert [each.place for each in response.context["columns"]] == stages[:1]
    assert Deal.objects.get().is_archived
    again = client.post(url, {"next": "/deals/"})
    assert (again.status_code, again.url) == (302, "/deals/")


def test_a_board_asks_for_columns_as_they_are(signed_in, alice, charlie, stages, deal):
    url = f"/deals/pipeline/{stages[0].pipeline_id}/columns/"
    asked = {"column": [stages[0].pk, stages[2].pk, "nonsense"]}
    client = signed_in(alice)
    response = client.get(url, asked, headers=htmx(on="/deals/?q=pil"))
    assert [each.place for each in response.context["columns"]] == [stages[0], stages[2]]
    assert "Pilot" in response.text
    assert "Pilot" not in client.get(url, asked, headers=htmx(on="/deals/?q=other")).text
    assert "Pilot" not in signed_in(charlie).get(url, asked, headers=htmx(on="/deals/")).text
    assert client.get(url, asked).status_code == 302
    assert client.get("/deals/pipeline/999999/columns/", headers=htmx()).status_code == 404


@pytest.mark.parametrize("number", [1, 5])
def test_a_drop_costs_eighteen_statements(
    signed_in, alice, stages, number, django_assert_num_queries
):
    label = LabelFactory()
    deals = [
        DealFactory.create_batch(number, stage=stage, owner=alice, labels=[label])
        for stage in stages
    ]
    client = signed_in(alice)
    # session, user, team, deal, stage; the eight of the move; stages, heads, cards, labels of the
    # cards, next activities
    with django_assert_num_queries(18):
        response = drop(client, deals[0][0], stages[1], after=deals[1][-1].pk)
    assert response.status_code == 200


def test_columns_that_were_opened_further_stay_so(signed_in, alice, stages, deal):
    DealFactory.create_batch(45, stage=stages[0], owner=alice)
    DealFactory.create_batch(65, stage=stages[1], owner=alice)
    client = signed_in(alice)
    shown = f"{stages[0].pk}:40 {stages[1].pk}:61 nonsense 1:x 99999999999999999999:1"
    response = drop(client, deal, stages[1], shown=shown)
    assert [len(each.cards) for each in response.context["columns"]] == [40, 61]
    url = f"/deals/pipeline/{stages[0].pipeline_id}/columns/"
    asked = {"column": stages[0].pk, "shown": f"{stages[0].pk}:999999999"}
    response = client.get(url, asked, headers=htmx(on="/deals/"))
    assert [len(each.cards) for each in response.context["columns"]] == [45]


def test_a_drag_stays_in_its_pipeline_and_the_form_may_leave_it(signed_in, alice, stages, deal):
    elsewhere = StageFactory(pipeline=PipelineFactory(name="Partners"), name="Signed")
    client = signed_in(alice)
    assert drop(client, deal, elsewhere).status_code == 422
    assert Deal.objects.get().stage == stages[0]
    assert "Signed" in text(client.get(f"/deals/{deal.pk}/move/"))
    response = client.post(f"/deals/{deal.pk}/move/", {"stage": elsewhere.pk, "left": stages[0].pk})
    assert response.status_code == 302
    assert Deal.objects.get().stage == elsewhere


def test_the_move_form_works_without_scripts_and_goes_back(signed_in, alice, stages, deal):
    client = signed_in(alice)
    url = f"/deals/{deal.pk}/move/"
    part = text(client.get(url, headers=htmx("dialog")))
    assert part in text(client.get(url))
    response = client.post(url, {"stage": stages[1].pk, "next": "/deals/?q=p"})
    assert (response.status_code, response.url) == (302, "/deals/?q=p")
    away = client.post(url, {"stage": stages[2].pk, "next": "https://evil.example/"})
    assert away.url == deal.get_absolute_url()


@pytest.mark.parametrize(
    "wrong",
    [
        {"stage": ""},
        {"stage": "nonsense"},
        {"stage": "999999"},
        {"stage": "99999999999999999999999"},
        {"stage": "1\0"},
        {"left": "nonsense"},
        {"left": "99999999999999999999999"},
    ],
)
def test_a_move_to_nowhere_gets_a_message(signed_in, alice, stages, deal, wrong):
    client = signed_in(alice)
    data = {"stage": stages[1].pk, "left": stages[0].pk} | wrong
    assert client.post(f"/deals/{deal.pk}/move/", data).status_code == 422
    dragged = {f"{name}_": value for name, value in wrong.items()}
    assert drop(client, deal, stages[1], **dragged).status_code == 422
    assert Deal.objects.get().stage == stages[0]


@pytest.mark.parametrize("odd", ["nonsense", "999999", "99999999999999999999999", "1\0"])
def test_a_neighbour_that_is_none_does_not_matter(signed_in, alice, stages, deal, odd):
    assert drop(signed_in(alice), deal, stages[1], after=odd, before=odd).status_code in (200, 422)


def test_an_archived_stage_and_a_closed_deal_refuse_the_drop(signed_in, alice, stages, deal):
    client = signed_in(alice)
    Stage.objects.filter(pk=stages[1].pk).update(archived_at=timezone.now())
    assert drop(client, deal, stages[1]).status_code == 422
    won = DealFactory(stage=stages[0], owner=alice, won=True)
    response = drop(client, won, stages[2])
    assert response.status_code == 422
    assert "Reopen first" in response.text


def test_nobody_else_moves_it(signed_in, charlie, reader, stages, deal):
    for user, status in ((charlie, 404), (reader, 403)):
        client = signed_in(user)
        assert drop(client, deal, stages[1]).status_code == status
        assert client.get(f"/deals/{deal.pk}/move/").status_code == status
    assert Deal.objects.get().stage == stages[0]
    assert StageVisit.objects.count() == 1
    assert not Event.objects.exists()
