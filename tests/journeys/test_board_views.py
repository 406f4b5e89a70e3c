"""What a board shows: its order, its filters, the fields on its cards, and views that keep them."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import DealFactory
from tests.journeys.conftest import toasts

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_as, alice, stages):
    for title, value in (("Small", 100), ("Large", 9000), ("Middle", 900)):
        DealFactory(
            title=f"{title} order",
            owner=alice,
            stage=stages[0],
            value=value,
            currency="EUR",
            campaign=f"From {title.lower()}",
        )
    page = open_as(alice)
    page.goto("/deals/")
    return page


def titles(page):
    return page.locator(".column[aria-label='Qualified'] .card-title")


def choose_from_the_bar(page, name):
    page.get_by_role("button", name="What the board shows").click()
    page.locator("#board-tools").get_by_role("link", name=name).click()


def test_an_order_stays_while_one_filters_reloads_and_goes_back(page):
    expect(titles(page)).to_have_text(["Small order", "Large order", "Middle order"])
    page.get_by_label("Order of the cards").select_option("Value")
    expect(titles(page)).to_have_text(["Large order", "Middle order", "Small order"])
    expect(page).to_have_url(re.compile("order=value"))
    expect(page.locator("crm-board")).to_have_attribute("data-unordered", "")
    page.reload()
    expect(titles(page)).to_have_text(["Large order", "Middle order", "Small order"])
    page.get_by_role("searchbox").fill("la")
    expect(titles(page)).to_have_text(["Large order"])
    expect(page).to_have_url(re.compile("order=value.*q=la|q=la.*order=value"))
    page.go_back()
    expect(titles(page)).to_have_text(["Large order", "Middle order", "Small order"])


def test_fields_are_chosen_for_the_cards_and_an_eighth_is_refused(page, console):
    console.expect("422")
    choose_from_the_bar(page, "Card fields")
    dialog = page.get_by_role("dialog")
    for field in ("Campaign", "Source", "Channel"):
        dialog.get_by_label(field, exact=True).check()
    dialog.get_by_role("button", name="Show these").click()
    expect(dialog.get_by_role("alert")).to_have_text("At most 7 can be shown. You ticked 8.")
    for field in ("Source", "Channel"):
        dialog.get_by_label(field, exact=True).uncheck()
    dialog.get_by_role("button", name="Show these").click()
    expect(page.locator(".card").first).to_contain_text("From small")


def test_what_a_board_shows_is_kept_as_a_view(page):
    page.get_by_label("Order of the cards").select_option("Value")
    page.get_by_role("searchbox").fill("m")
    expect(titles(page)).to_have_text(["Middle order"])
    choose_from_the_bar(page, "Save as view")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Middling")
    dialog.get_by_role("button", name="Save view").click()
    expect(toasts(page)).to_contain_text("View “Middling” saved.")
    page.get_by_role("link", name="Whole board").click()
    expect(titles(page)).to_have_count(3)
    page.get_by_role("link", name="Middling").click()
    expect(titles(page)).to_have_text(["Middle order"])
    expect(page.get_by_label("Order of the cards")).to_have_value("value")


def test_the_bar_over_a_column_leads_to_its_part(page):
    expect(titles(page)).to_have_count(3)
    link = page.get_by_role("link", name="3 without next step")
    link.focus()
    link.press("Enter")
    expect(page).to_have_url(re.compile("step=none"))
    expect(page.get_by_label("Filters that are on")).to_contain_text("Next step: None")
