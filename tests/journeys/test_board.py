"""The board: cards move by mouse, keyboard and menu, and go back when the server says no."""

import pytest
from playwright.sync_api import expect

from deals.models import Deal
from deals.services import move_deals
from tests.factories import DealFactory
from tests.journeys.conftest import toasts

pytestmark = pytest.mark.browser


@pytest.fixture
def deals(alice, stages):
    """Deal 1 to Deal 3 in the first stage, 1,000 euros each."""
    return [
        DealFactory(title=f"Deal {n}", owner=alice, stage=stages[0], value=1000, currency="EUR")
        for n in (1, 2, 3)
    ]


@pytest.fixture
def page(open_as, alice, deals):
    page = open_as(alice)
    page.goto("/deals/")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    return page


def column(page, name):
    return page.locator(f".column[aria-label='{name}']")


def cards(page, name):
    return column(page, name).locator(".card-title")


def drag(page, title, to):
    """With the mouse, in steps, as a hand does."""
    card = page.locator(".card", has_text=title).bounding_box()
    there = column(page, to).bounding_box()
    page.mouse.move(card["x"] + 20, card["y"] + 20)
    page.mouse.down()
    page.mouse.move(card["x"] + 40, card["y"] + 30, steps=3)
    page.mouse.move(there["x"] + 60, there["y"] + 150, steps=6)
    page.mouse.up()


def stage_of(deal):
    return Deal.objects.get(pk=deal.pk).stage.name


def test_a_drag_moves_the_card_and_the_totals_and_undo_moves_it_back(page, deals):
    drag(page, "Deal 2", "Offer")
    expect(toasts(page)).to_contain_text("“Deal 2” moved to Offer.")
    expect(cards(page, "Offer")).to_have_text(["Deal 2"])
    expect(column(page, "Qualified").locator(".count")).to_have_text("2")
    expect(column(page, "Qualified").locator(".sum")).to_contain_text("€2,000")
    expect(column(page, "Offer").locator(".sum")).to_contain_text("€1,000")
    expect(page.locator("[data-ghost]")).to_have_count(0)
    assert stage_of(deals[1]) == "Offer"

    page.get_by_role("button", name="Undo").click()
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    expect(cards(page, "Offer")).to_have_count(0)


def test_a_drag_opens_nothing_and_a_click_opens_the_deal(page, deals):
    drag(page, "Deal 1", "Offer")
    expect(cards(page, "Offer")).to_have_text(["Deal 1"])
    assert page.url.endswith("/deals/")
    page.get_by_role("link", name="Deal 1", exact=True).click()
    expect(page.locator("h1")).to_have_text("Deal 1")


def test_a_card_moves_by_keyboard_and_every_step_is_said(page, deals):
    said = page.locator("#urgent-announcements")
    page.get_by_role("link", name="Deal 1", exact=True).focus()
    page.keyboard.press("Space")
    expect(said).to_contain_text("Deal 1")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Offer")
    page.keyboard.press("Space")
    expect(toasts(page)).to_contain_text("“Deal 1” moved to Offer.")
    expect(cards(page, "Offer")).to_have_text(["Deal 1"])
    expect(page.get_by_role("link", name="Deal 1", exact=True)).to_be_focused()
    assert stage_of(deals[0]) == "Offer"


def test_escape_puts_a_lifted_card_back_and_asks_nothing(page, deals):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="Deal 2", exact=True).focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    assert asked == []
    assert stage_of(deals[1]) == "Qualified"


def test_the_menu_of_a_card_moves_it_without_dragging(page, deals):
    page.get_by_role("link", name="Move Deal 3").click()
    expect(page.get_by_role("heading", name="Move Deal 3")).to_be_visible()
    page.get_by_role("button", name="Negotiation").click()
    expect(toasts(page)).to_contain_text("“Deal 3” moved to Negotiation.")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(cards(page, "Negotiation")).to_have_text(["Deal 3"])


def test_the_menu_moves_without_scripts(open_as, alice, deals):
    page = open_as(alice, java_script_enabled=False)
    page.goto("/deals/")
    page.get_by_role("link", name="Move Deal 3").click()
    page.get_by_role("button", name="Negotiation").click()
    expect(toasts(page)).to_contain_text("“Deal 3” moved to Negotiation.")
    expect(cards(page, "Negotiation")).to_have_text(["Deal 3"])


def test_a_card_returns_when_the_server_breaks(page, deals, console, monkeypatch):
    console.expect("status of 500", "Response Status Error Code 500")

    def broken(*_arguments, **_keywords):
        raise RuntimeError("a fault of this test")

    monkeypatch.setattr("deals.views.moving.move_deals", broken)
    drag(page, "Deal 2", "Offer")
    expect(page.locator(".toast[data-level=error]")).to_contain_text("Something went wrong")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    assert stage_of(deals[1]) == "Qualified"


def test_a_card_returns_when_the_network_is_gone(page, deals, console):
    console.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    page.context.set_offline(True)
    drag(page, "Deal 2", "Offer")
    expect(page.locator(".toast[data-level=error]")).to_be_visible()
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    page.context.set_offline(False)
    drag(page, "Deal 2", "Offer")
    expect(cards(page, "Offer")).to_have_text(["Deal 2"])


def test_a_card_that_a_colleague_moved_meanwhile_returns_and_says_so(
    page, deals, stages, bob, console
):
    console.expect("status of 409", "Response Status Error Code 409")
    move_deals([deals[1]], to=stages[2], by=bob)
    drag(page, "Deal 2", "Offer")
    expect(page.locator(".toast[data-level=error]")).to_be_visible()
    expect(cards(page, "Offer")).to_have_count(0)
    assert stage_of(deals[1]) == "Negotiation"
