"""The forecast: a card goes to another month by mouse, keyboard and dialog, or back."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from core.templatetags.ui import month
from deals.forecast import last_day, month_after, month_of
from deals.models import Deal
from opportunities import services as opportunities
from tests.factories import DealFactory
from tests.journeys.conftest import toasts
from tests.journeys.test_board import cards, column, drag

pytestmark = pytest.mark.browser


@pytest.fixture
def months():
    """The first days of this month and the next ones."""
    now = month_of(timezone.localdate())
    return [month_after(now, number) for number in range(6)]


@pytest.fixture
def deals(alice, stages, months):
    """Deal 1 to Deal 3, expected in the next month, 1,000 euros each; and one that was won."""
    DealFactory(title="Done", owner=alice, stage=stages[0], value=500, currency="EUR", won=True)
    money = {"value": 1000, "currency": "EUR", "expected_close_on": months[1].replace(day=14)}
    return [
        DealFactory(title=f"Deal {n}", owner=alice, stage=stages[0], **money) for n in (1, 2, 3)
    ]


@pytest.fixture
def page(open_as, alice, deals, months):
    page = open_as(alice, viewport={"width": 1440, "height": 900})
    page.goto("/deals/forecast/")
    expect(cards(page, month(months[1]))).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    return page


def day_of(deal) -> date | None:
    return Deal.objects.get(pk=deal.pk).expected_close_on


def test_a_drag_changes_the_day_the_sums_and_the_bars_and_undo_takes_it_back(page, deals, months):
    left, to = month(months[1]), month(months[2])
    drag(page, "Deal 2", to)
    expect(toasts(page)).to_contain_text("“Deal 2”: expected close")
    expect(cards(page, to)).to_have_text(["Deal 2"])
    expect(cards(page, left)).to_have_text(["Deal 1", "Deal 3"])
    expect(column(page, left).locator(".count")).to_have_text("2")
    expect(column(page, to).locator(".outlook")).to_contain_text("€1,000")
    expect(page.locator("#forecast-figures table")).to_contain_text("€1,000")
    assert day_of(deals[1]) == last_day(months[2])

    page.get_by_role("button", name="Undo").click()
    expect(cards(page, left)).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    assert day_of(deals[1]) == months[1].replace(day=14)


def test_a_drop_on_what_is_overdue_is_refused_and_the_card_goes_back(page, deals, months, console):
    console.expect("422")
    drag(page, "Deal 1", "Overdue")
    expect(toasts(page)).to_contain_text("only time makes a deal overdue")
    expect(cards(page, month(months[1]))).to_have_count(3)
    expect(cards(page, "Overdue")).to_have_count(0)
    assert day_of(deals[0]) == months[1].replace(day=14)


def test_of_two_who_move_it_the_second_is_told_and_sees_where_it_is(
    page, deals, months, bob, console
):
    console.expect("409")
    opportunities.change(deals[0], {"expected_close_on": months[3]}, by=bob)
    drag(page, "Deal 1", month(months[2]))
    expect(toasts(page)).to_contain_text("when you changed it")
    expect(cards(page, month(months[3]))).to_have_text(["Deal 1"])
    expect(cards(page, month(months[2]))).to_have_count(0)
    expect(cards(page, month(months[1]))).to_have_text(["Deal 2", "Deal 3"])
    assert day_of(deals[0]) == months[3]


def test_two_moves_of_one_card_in_a_row_both_count(page, deals, months):
    page.get_by_role("link", name="Deal 1", exact=True).focus()
    for _time in range(2):
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
    expect(cards(page, month(months[3]))).to_have_text(["Deal 1"])
    expect(column(page, month(months[3])).locator(".count")).to_have_text("1")
    assert day_of(deals[0]) == last_day(months[3])
    expect(page.get_by_role("link", name="Deal 1", exact=True)).to_be_focused()


def test_what_was_won_stays_in_its_month(page, deals, months):
    drag(page, "Done", month(months[2]))
    expect(cards(page, month(months[0]))).to_have_text(["Done"])
    expect(toasts(page)).to_have_count(0)


def test_the_dialog_moves_it_by_month_and_by_day(page, deals, months):
    card = page.locator(".card", has_text="Deal 3")
    card.locator(".card-title").focus()
    page.keyboard.press("m")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Expected close of Deal 3")
    dialog.get_by_role("button", name=month(months[4])).click()
    expect(cards(page, month(months[4]))).to_have_text(["Deal 3"])
    expect(dialog).to_be_hidden()
    assert day_of(deals[2]) == last_day(months[4])

    page.locator(".card", has_text="Deal 3").locator(".card-menu").click()
    dialog.get_by_label("Expected close").fill(months[0].replace(day=3).isoformat())
    dialog.get_by_role("button", name="Save day").click()
    expect(cards(page, month(months[0]))).to_have_text(["Deal 3", "Done"])
    assert day_of(deals[2]) == months[0].replace(day=3)


def test_filters_narrow_the_months_and_the_sum(page, deals, months):
    page.locator("#id_q").fill("deal 2")
    expect(cards(page, month(months[1]))).to_have_text(["Deal 2"])
    expect(page.locator("#forecast-total")).to_contain_text("1 open deal")
    drag(page, "Deal 2", month(months[2]))
    expect(cards(page, month(months[2]))).to_have_text(["Deal 2"])
    expect(cards(page, month(months[1]))).to_have_count(0)
