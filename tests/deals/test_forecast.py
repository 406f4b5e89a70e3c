"""The forecast: months with what was won, what is open and what that is worth; days by drag."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import User
from deals.forecast import buckets, last_day, month_after, month_in, month_of, outlooks_of
from deals.models import Deal
from deals.services import DealArchived, DealClosed, expect_deal, reopen_deals, win_deals
from history.models import Event
from opportunities import services as opportunities
from tests.factories import (
    ActivityFactory,
    DealFactory,
    LabelFactory,
    PipelineFactory,
    StageFactory,
)
from tests.web import assert_part_of_page, htmx, text


@pytest.fixture
def now():
    """The first day of this month, where the cast is."""
    return month_of(timezone.localdate(timezone=ZoneInfo("Europe/Paris")))


@pytest.fixture
def deal(alice, stages, now):
    """Expected in the month after this one."""
    return DealFactory(
        stage=stages[0],
        owner=alice,
        title="Pilot",
        visibility="team",
        expected_close_on=month_after(now).replace(day=14),
    )


def key(day):
    return f"{day:%Y-%m}"


def column(response, wanted):
    wanted = wanted if isinstance(wanted, str) else key(wanted)
    return next(each for each in response.context["columns"] if each.bucket.key == wanted)


def drop(client, deal, to, *, left=None, seen=None, url="/deals/forecast/", **more):
    """What the forecast sends when a card is dropped."""
    seen = deal.expected_close_on if seen is None else seen
    left = left or (key(deal.expected_close_on) if deal.expected_close_on else "none")
    return client.post(
        f"/deals/{deal.pk}/expect/?seen={seen or ''}",
        {"drag": "1", "forecast": "1", "month": to, "left": left, **more},
        headers=htmx(on=url),
    )


# --- Months ------------------------------------------------------------------------------------


def test_months_are_told_apart_by_their_names():
    assert month_in("2026-11") == date(2026, 11, 1)
    odd = ("", "2026-13", "2026-00", "26-11", "2026-1", "1899-12", "2201-01", "٢٠٢٦-١١", "x")
    for text_ in odd:
        assert month_in(text_) is None, text_


def test_columns_are_what_is_overdue_six_months_and_what_has_no_day():
    found = buckets(date(2026, 11, 26), date(2026, 11, 26))
    assert [each.key for each in found] == [
        "overdue", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04", "none"
    ]  # fmt: skip
    assert found[0].last == date(2026, 10, 31)
    assert (found[4].first, found[4].last) == (date(2027, 2, 1), date(2027, 2, 28))


def test_a_stage_that_was_added_a_moment_ago_is_left_for_the_next_look(deal, now):
    shown = buckets(now, now)
    found = outlooks_of(shown, Deal.objects.all(), stages=[])
    assert {outlook.count for outlook in found.values()} == {0}


def test_overdue_is_before_this_month_and_before_those_that_are_shown():
    today = date(2026, 11, 26)
    assert buckets(date(2027, 6, 1), today)[0].last == date(2026, 10, 31)
    assert buckets(date(2026, 3, 1), today)[0].last == date(2026, 2, 28)


# --- What is seen ------------------------------------------------------------------------------


def test_deals_stand_in_the_month_in_which_they_should_close(signed_in, alice, stages, deal, now):
    first = DealFactory(stage=stages[1], owner=alice, expected_close_on=now)
    last = DealFactory(stage=stages[1], owner=alice, expected_close_on=last_day(now))
    late = DealFactory(stage=stages[2], owner=alice, expected_close_on=now - timedelta(days=1))
    undated = DealFactory(stage=stages[0], owner=alice)
    DealFactory(stage=stages[0], owner=alice, expected_close_on=month_after(now, 6))

    response = signed_in(alice).get("/deals/forecast/")

    shown = {each.bucket.key: each.cards for each in response.context["columns"]}
    assert list(shown) == ["overdue", *(key(month_after(now, n)) for n in range(6)), "none"]
    assert {name: cards for name, cards in shown.items() if cards} == {
        "overdue": [late],
        key(now): [first, last],
        key(month_after(now)): [deal],
        "none": [undated],
    }
    assert response.context["total"].count == 5


def test_won_ones_stand_below_in_the_month_in_which_they_were_won(signed_in, alice, stages, now):
    paris = ZoneInfo("Europe/Paris")
    begins = datetime(now.year, now.month, 1, tzinfo=paris)
    one, two = (
        DealFactory(stage=stages[0], owner=alice, won=True, won_at=at, value=5, currency="EUR")
        for at in (begins + timedelta(days=3), begins)
    )
    DealFactory(stage=stages[0], owner=alice, won=True, won_at=begins - timedelta(seconds=1))
    still = DealFactory(stage=stages[0], owner=alice, expected_close_on=last_day(now))
    DealFactory(stage=stages[0], owner=alice, lost=True, expected_close_on=now)
    put_away = DealFactory(stage=stages[0], owner=alice, won=True, won_at=begins)
    opportunities.archive([put_away], by=alice)

    response = signed_in(alice).get("/deals/forecast/")

    assert column(response, now).cards == [still, two, one]
    shown = text(response)
    assert shown.count('data-status="won"') == 2
    assert shown.count("data-move=") == 1
    earlier = signed_in(alice).get("/deals/forecast/", {"from": key(month_after(now, -1))})
    assert column(earlier, month_after(now, -1)).outlook.won.count == 1


def test_heads_tell_won_open_weighted_and_total_by_currency(signed_in, alice, charlie, stages, now):
    expected = {"owner": alice, "expected_close_on": now}
    DealFactory(stage=stages[0], value=1000, currency="EUR", **expected)  # 20 % of the stage
    DealFactory(stage=stages[1], value=500, currency="EUR", probability=80, **expected)
    DealFactory(stage=stages[2], value=70, currency="USD", **expected)  # 60 %
    DealFactory(stage=stages[0], **expected)
    DealFactory(
        stage=stages[0], owner=charlie, visibility="owner", expected_close_on=now,
        value=9, currency="EUR",
    )  # fmt: skip
    DealFactory(stage=stages[0], owner=alice, won=True, value=Decimal("10.50"), currency="EUR")
    DealFactory(stage=stages[0], owner=alice, won=True, value=3, currency="CHF")

    response = signed_in(alice).get("/deals/forecast/")

    outlook = column(response, now).outlook
    assert (outlook.open.count, outlook.won.count) == (4, 2)
    assert [(a.currency, a.won, a.open, a.weighted, a.total) for a in outlook.amounts] == [
        ("CHF", 3, 0, 0, 3),
        ("EUR", Decimal("10.5"), 1500, 600, Decimal("610.5")),
        ("USD", 0, 70, 42, 42),
    ]
    assert response.context["total"].amounts == outlook.amounts
    assert "€1,500" in text(response)
    assert "€610.50" in text(response)


def test_sums_are_those_of_all_deals_not_of_the_cards(signed_in, alice, stages, now):  # K5, K6
    for _number in range(25):
        DealFactory(stage=stages[0], owner=alice, expected_close_on=now, value=10, currency="EUR")
    shown = column(signed_in(alice).get("/deals/forecast/"), now)
    assert (len(shown.cards), shown.outlook.count) == (20, 25)
    assert shown.outlook.amounts[0].open == 250


def test_a_column_shows_twenty_cards_and_a_way_to_the_others(signed_in, alice, stages, now):
    deals = [
        DealFactory(stage=stages[number % 3], owner=alice, expected_close_on=now)
        for number in range(35)
    ]
    deals += [DealFactory(stage=stages[0], owner=alice, won=True) for _number in range(10)]
    client = signed_in(alice)
    shown = column(client.get("/deals/forecast/"), now)
    found, cursor = list(shown.cards), shown.next
    while cursor:
        more = client.get(f"/deals/forecast/{key(now)}/", {"after": cursor}, headers=htmx())
        found += more.context["cards"]
        cursor = more.context["next"]
    assert found == deals
    for name in ("overdue", "none"):
        assert client.get(f"/deals/forecast/{name}/", headers=htmx()).status_code == 200


def test_without_scripts_the_way_to_the_others_is_the_list(signed_in, alice, stages, now):
    client = signed_in(alice)
    of = f"pipeline={stages[0].pipeline_id}"
    for name, query in (
        (key(now), f"close_from={now}&close_to={last_day(now)}"),
        ("overdue", f"close_to={now - timedelta(days=1)}"),
        ("none", "close=none"),
    ):
        response = client.get(f"/deals/forecast/{name}/")
        assert (response.status_code, response.url) == (302, f"/deals/list/?{query}&{of}")
        assert client.get(response.url).status_code == 200


def test_one_looks_at_a_pipeline_or_at_all_of_them(signed_in, alice, stages, deal, now):
    partners = PipelineFactory(name="Partners")
    other = DealFactory(
        stage=StageFactory(pipeline=partners), owner=alice, expected_close_on=now, value=1,
        currency="EUR",
    )  # fmt: skip
    client = signed_in(alice)
    for query, found in (
        ({}, [deal]),
        ({"pipeline": stages[0].pipeline_id}, [deal]),
        ({"pipeline": partners.pk}, [other]),
        ({"pipeline": "all"}, [deal, other]),
    ):
        response = client.get("/deals/forecast/", query)
        cards = [card for each in response.context["columns"] for card in each.cards]
        assert sorted(cards, key=lambda card: card.pk) == found, query
        assert response.context["total"].count == len(found)


def test_of_a_vanished_or_archived_pipeline_the_default_one_is_shown(signed_in, alice, pipeline):
    gone = PipelineFactory(archived_at=timezone.now())
    client = signed_in(alice)
    for odd in (gone.pk, "999999", "99999999999999999999", "nonsense", "1\0"):
        response = client.get("/deals/forecast/", {"pipeline": odd})
        assert (response.status_code, response.context["pipeline"]) == (200, pipeline), odd
        assert "no longer in use" in text(response)


def test_odd_months_are_missing_and_odd_beginnings_are_this_month(signed_in, alice, pipeline):
    client = signed_in(alice)
    for odd in ("2026-13", "nonsense", "1899-01"):
        assert client.get(f"/deals/forecast/{odd}/", headers=htmx()).status_code == 404, odd
    for odd in ("nonsense", "2026-13", "9999-12", "1\0"):
        assert client.get("/deals/forecast/", {"from": odd}).status_code == 200, odd


def test_months_go_on_and_back_in_the_address(signed_in, alice, pipeline, now):
    client = signed_in(alice)
    addresses = client.get("/deals/forecast/", {"q": "a"}).context["months"]
    assert addresses["later"] == f"/deals/forecast/?q=a&from={key(month_after(now, 3))}"
    assert "now" not in addresses
    later = client.get(addresses["later"])
    assert later.context["columns"][1].bucket.first == month_after(now, 3)
    assert later.context["months"]["now"] == "/deals/forecast/?q=a"
    assert later.context["months"]["earlier"] == "/deals/forecast/?q=a"


def test_filters_are_those_of_the_board(signed_in, alice, bob, stages, now):
    hot = LabelFactory(name="Hot")
    expected = {"stage": stages[0], "expected_close_on": now}
    mine = DealFactory(owner=alice, title="Fleet", labels=[hot], **expected)
    other = DealFactory(owner=bob, title="Licence", **expected)
    won = DealFactory(owner=alice, title="Fleet two", stage=stages[0], won=True)
    client = signed_in(alice)
    for query, found in (
        ({"owner": alice.pk}, [mine, won]),
        ({"label": hot.pk}, [mine]),
        ({"q": "lic"}, [other]),
        ({"owner": "nonsense"}, []),
        ({"q": "a\0b"}, []),
    ):
        response = client.get("/deals/forecast/", query)
        assert response.status_code == 200
        assert column(response, now).cards == found, query
        assert column(response, now).outlook.count == len(found)


def test_a_view_of_it_can_be_saved(signed_in, alice, pipeline):
    client = signed_in(alice)
    client.post("/lists/forecast/views/new/", {
        "name": "All of mine", "audience": "own", "query": f"owner={alice.pk}&pipeline=all",
        "columns": "",
    })  # fmt: skip
    response = client.get("/deals/forecast/")
    [tab] = response.context["saved"].tabs
    assert tab.url.startswith(f"/deals/forecast/?owner={alice.pk}&pipeline=all&saved=")
    assert client.get(tab.url).context["saved"].current == tab.view


def test_the_bars_and_the_table_tell_the_same(signed_in, alice, stages, now):
    DealFactory(stage=stages[0], owner=alice, expected_close_on=now, value=1000, currency="EUR")
    DealFactory(stage=stages[0], owner=alice, won=True, value=600, currency="EUR")
    response = signed_in(alice).get("/deals/forecast/")
    [chart] = response.context["charts"]
    assert chart.currency == "EUR"
    heights = {piece.tone: float(piece.height) for piece in chart.bars[0].pieces}
    assert heights == {"won": 27.0, "weighted": 9.0, "open": 36.0}
    assert not any(bar.pieces for bar in chart.bars[1:])
    assert "€600 won, €1,000 open, €200 weighted" in text(response)
    assert "Show as table" in text(response)


def test_the_part_is_what_the_page_shows_and_the_sum_comes_along(signed_in, alice, deal):
    client = signed_in(alice)
    part = text(client.get("/deals/forecast/", {"q": "pilot"}, headers=htmx("forecast")))
    months, _oob, sum_ = part.partition('<p id="forecast-total"')
    assert months.strip() in text(client.get("/deals/forecast/", {"q": "pilot"}))
    assert "1 open deal" in sum_


def test_charlie_sees_no_card_and_a_reader_no_way_to_move(signed_in, charlie, reader, deal):
    assert "Pilot" not in text(signed_in(charlie).get("/deals/forecast/"))
    shown = text(signed_in(reader).get("/deals/forecast/"))
    assert "Pilot" in shown
    assert "data-move" not in shown


@pytest.mark.parametrize("number", [1, 5])
def test_the_forecast_costs_thirteen_statements(
    signed_in, alice, stages, now, number, django_assert_num_queries
):
    label = LabelFactory()
    for months in range(-1, 5):
        day = month_after(now, months)
        for deal in DealFactory.create_batch(
            number, stage=stages[0], owner=alice, labels=[label], expected_close_on=day
        ):
            ActivityFactory(deal=deal)
    DealFactory.create_batch(number, stage=stages[0], owner=alice, won=True)
    client = signed_in(alice)
    # session, user, pipelines and their stages, custom fields, choices of the filters, team;
    # fields of the cards, heads, cards, labels of the cards, next activities, saved views
    with django_assert_num_queries(13):
        assert client.get("/deals/forecast/").status_code == 200


# --- Another day -------------------------------------------------------------------------------


def test_a_drop_expects_the_deal_on_the_last_day_of_the_month(signed_in, alice, deal, now):
    later = month_after(now, 3)
    response = drop(signed_in(alice), deal, key(later))
    assert response.status_code == 200
    assert [each.bucket.key for each in response.context["columns"]] == [
        key(month_after(now)),
        key(later),
    ]
    assert response.text.count('hx-swap-oob="true"') == 4  # two columns, the bars and the sum
    assert "expected close" in response.text
    assert "/undo/" in response.text
    assert Deal.objects.get().expected_close_on == last_day(later)
    assert Event.objects.get(verb="deal.changed").changes == {
        "expected_close_on": [deal.expected_close_on.isoformat(), last_day(later).isoformat()]
    }


def test_undo_takes_the_drop_back(signed_in, alice, deal, now):
    client = signed_in(alice)
    drop(client, deal, key(month_after(now, 3)))
    operation = Event.objects.get(verb="deal.changed").operation
    client.post(f"/history/{operation.pk}/undo/")
    assert Deal.objects.get().expected_close_on == deal.expected_close_on


def test_in_the_same_month_nothing_changes(signed_in, alice, deal):
    response = drop(signed_in(alice), deal, key(deal.expected_close_on))
    assert response.status_code == 200
    assert Deal.objects.get().expected_close_on == deal.expected_close_on
    assert not Event.objects.exists()


def test_a_deal_may_lose_its_day_and_get_one(signed_in, alice, deal, now):
    client = signed_in(alice)
    assert drop(client, deal, "none").status_code == 200
    deal.refresh_from_db()
    assert deal.expected_close_on is None
    assert drop(client, deal, key(now)).status_code == 200
    assert Deal.objects.get().expected_close_on == last_day(now)


def test_a_day_that_a_colleague_changed_is_kept_and_shown(signed_in, alice, bob, deal, now):
    seen, elsewhere = deal.expected_close_on, month_after(now, 4)
    opportunities.change(deal, {"expected_close_on": elsewhere}, by=bob)
    deal.refresh_from_db()

    response = drop(signed_in(alice), deal, key(month_after(now, 2)), left=key(seen), seen=seen)

    assert response.status_code == 409
    assert response.headers["HX-Reswap"] == "none"
    assert deal in column(response, elsewhere).cards
    assert column(response, seen).cards == []
    assert "when you changed it" in response.text
    assert Deal.objects.get().expected_close_on == elsewhere


def test_a_colleagues_change_of_the_title_does_not_refuse_it(signed_in, alice, bob, deal, now):
    opportunities.change(deal, {"title": "Other"}, by=bob)
    assert drop(signed_in(alice), deal, key(now)).status_code == 200
    assert Deal.objects.get().title == "Other"


def test_a_card_dropped_far_below_is_still_shown(signed_in, alice, stages, deal, now):
    DealFactory.create_batch(25, stage=stages[0], owner=alice, expected_close_on=now)
    response = drop(signed_in(alice), deal, key(now))
    assert deal in column(response, now).cards
    assert len(column(response, now).cards) == 26


@pytest.mark.parametrize("odd", ["overdue", "", "nonsense", "2026-13", "1\0", "9999-99"])
def test_a_drop_where_no_month_is_gets_a_message(signed_in, alice, deal, odd):
    response = drop(signed_in(alice), deal, odd)
    assert response.status_code == 422
    assert Deal.objects.get().expected_close_on == deal.expected_close_on


@pytest.mark.parametrize("seen", ["nonsense", "2026-02-30", "1\0"])
def test_what_nobody_can_have_seen_gets_a_message(signed_in, alice, deal, now, seen):
    url = f"/deals/{deal.pk}/expect/"
    data = {"month": key(now), "seen": seen}
    assert signed_in(alice).post(url, data).status_code == 422
    assert Deal.objects.get().expected_close_on == deal.expected_close_on


def test_a_won_deal_stays_where_it_is(signed_in, alice, stages, now):
    won = DealFactory(stage=stages[0], owner=alice, won=True, expected_close_on=now)
    client = signed_in(alice)
    response = drop(client, won, key(month_after(now)))
    assert response.status_code == 422
    assert "Reopen first" in response.text
    assert client.get(f"/deals/{won.pk}/expect/").status_code == 422
    assert Deal.objects.get().expected_close_on == now


def test_what_was_put_away_a_moment_ago_stays_where_it_is(signed_in, alice, deal, now):
    seen = deal.expected_close_on
    put_away = {
        DealClosed: (win_deals, reopen_deals),
        DealArchived: (opportunities.archive, opportunities.restore),
    }
    for refusal, (away, back) in put_away.items():
        away([deal], by=alice)
        with pytest.raises(refusal):
            expect_deal(deal, now, seen=seen, by=alice)  # which they saw open
        url = f"/deals/{deal.pk}/expect/"
        assert signed_in(alice).get(url).status_code == 422
        sent = {"day": now.isoformat(), "seen": seen.isoformat()}
        response = signed_in(alice).post(url, sent, headers=htmx("dialog"))
        assert response.status_code == 422
        assert ("Won or lost:" in response.text) == (refusal is DealClosed)
        back([deal], by=alice)
    assert Deal.objects.get().expected_close_on == seen


def test_the_dialog_asks_for_a_month_or_a_day(signed_in, alice, deal, now):
    client, url = signed_in(alice), f"/deals/{deal.pk}/expect/"
    assert_part_of_page(client, url, "expect")
    assert text(client.get(url, headers=htmx("dialog"))) in text(client.get(url))
    seen = deal.expected_close_on.isoformat()
    response = client.post(url, {"month": key(now), "seen": seen, "next": "/deals/forecast/?q=p"})
    assert (response.status_code, response.url) == (302, "/deals/forecast/?q=p")
    away = client.post(url, {"day": "2027-03-05", "next": "https://evil.example/"})
    assert away.url == deal.get_absolute_url()
    assert Deal.objects.get().expected_close_on == date(2027, 3, 5)
    for odd in ("", "nonsense", "2027-02-30", "1\0"):
        wrong = client.post(url, {"day": odd})
        assert wrong.status_code == 422
    assert Deal.objects.get().expected_close_on == date(2027, 3, 5)


def test_the_dialog_redraws_the_forecast_that_asked(signed_in, alice, deal, now):
    response = signed_in(alice).post(
        f"/deals/{deal.pk}/expect/",
        {
            "month": key(now),
            "seen": deal.expected_close_on.isoformat(),
            "forecast": "1",
            "left": key(deal.expected_close_on),
        },
        headers=htmx("dialog", on="/deals/forecast/"),
    )
    assert response.status_code == 200
    assert deal in column(response, now).cards


def test_a_stale_dialog_says_both_days_and_may_be_sent_again(signed_in, alice, bob, deal, now):
    client, url = signed_in(alice), f"/deals/{deal.pk}/expect/"
    opportunities.change(deal, {"expected_close_on": date(2030, 1, 2)}, by=bob)
    response = client.post(url, {"day": "2031-05-05", "seen": "2026-02-03"})
    assert response.status_code == 409
    assert "2 Jan 2030" in text(response).replace("\xa0", " ")
    assert 'name="seen" value="2030-01-02"' in text(response)
    assert client.post(url, {"day": "2031-05-05", "seen": "2030-01-02"}).status_code == 302
    assert Deal.objects.get().expected_close_on == date(2031, 5, 5)


def test_nobody_else_changes_it(signed_in, charlie, reader, deal, now):
    for user, status in ((charlie, 404), (reader, 403)):
        client = signed_in(user)
        assert drop(client, deal, key(now)).status_code == status
        assert client.get(f"/deals/{deal.pk}/expect/").status_code == status
    assert Deal.objects.get().expected_close_on == deal.expected_close_on
    assert not Event.objects.exists()


def test_the_month_is_that_of_the_viewer(signed_in, alice, stages, now):
    """A deal won in the first hour of a month in Tokyo was won in the month before in Paris."""
    tokyo = ZoneInfo("Asia/Tokyo")
    won_at = datetime(now.year, now.month, 1, 1, tzinfo=tokyo)
    DealFactory(stage=stages[0], owner=alice, won=True, won_at=won_at)
    before = month_after(now, -1)
    client = signed_in(alice)
    in_paris = client.get("/deals/forecast/", {"from": key(before)})
    assert column(in_paris, before).outlook.won.count == 1
    assert len(column(in_paris, before).cards) == 1
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    in_tokyo = client.get("/deals/forecast/", {"from": key(before)})
    assert column(in_tokyo, before).outlook.won.count == 0
    assert len(column(in_tokyo, now).cards) == 1
