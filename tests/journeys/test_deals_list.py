"""A rep goes through the list of deals: opens, changes, moves, wins and loses what stands in it."""

import re

import pytest
from playwright.sync_api import expect

from deals.models import Deal
from tests.factories import DealFactory, LostReasonFactory
from tests.journeys.conftest import tick, toasts

pytestmark = pytest.mark.browser
LIST = "/deals/list/"


@pytest.fixture
def deals(alice, stages):
    return [
        DealFactory(title=f"Deal {n}", stage=stages[0], owner=alice, value=100 * n, currency="EUR")
        for n in range(1, 5)
    ]


@pytest.fixture
def page(open_as, alice, deals):
    page = open_as(alice)
    page.goto(LIST)
    return page


def row(page, deal):
    return page.locator("tbody tr", has=page.get_by_role("link", name=deal.title, exact=True))


def test_a_deal_is_won_beside_the_list_and_the_next_one_is_a_key_away(page, deals):
    page.get_by_role("link", name="Deal 3", exact=True).click()
    expect(page.locator("#drawer-title")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#drawer-title")).to_have_text("Deal 2")
    page.keyboard.press("k")
    expect(page.locator("#drawer-title")).to_have_text("Deal 3")

    page.locator("#drawer").get_by_role("button", name="Won", exact=True).click()

    expect(toasts(page)).to_contain_text("“Deal 3” is won.")
    expect(page).to_have_url(re.compile(r"/deals/list/\?peek=\d+$"))
    expect(page.locator("#drawer")).to_contain_text("Reopen")
    expect(row(page, deals[2])).to_have_count(0)
    expect(page.locator(".results-head")).to_contain_text("3 deals")
    expect(page.locator(".sums")).to_contain_text("€700")


def test_a_fact_beside_the_list_is_changed_with_what_depends_on_it(page, deals):
    page.get_by_role("link", name="Deal 4", exact=True).click()
    facts = page.locator("#facts")
    facts.get_by_role("link", name="Edit “Chance”").click()
    facts.get_by_label("Chance of winning").fill("50")
    page.keyboard.press("Enter")

    expect(facts).to_contain_text("€200")
    expect(facts.get_by_role("link", name="Edit “Chance”")).to_be_focused()
    assert Deal.objects.get(pk=deals[3].pk).probability == 50


def test_the_stage_of_a_row_opens_its_dialog_and_leads_back_to_the_list(page, deals):
    row(page, deals[0]).get_by_role("link", name="Qualified").click()
    dialog = page.locator("#dialog")
    dialog.get_by_role("button", name="Offer").click()

    expect(toasts(page)).to_contain_text("“Deal 1” moved to Offer.")
    expect(page).to_have_url(re.compile(rf"{LIST}$"))
    expect(row(page, deals[0]).get_by_role("link", name="Offer")).to_be_visible()


def test_many_are_lost_for_one_reason_and_undo_brings_them_back(page, deals):
    price = LostReasonFactory(name="Price")
    tick(page, deals[0], deals[1])
    page.get_by_role("button", name="Lost", exact=True).click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Why were 2 deals lost?")
    dialog.get_by_label("Reason").select_option("Price")
    dialog.locator("[type=submit]").click()

    expect(row(page, deals[0])).to_have_count(0)
    assert Deal.objects.filter(lost_reason=price).count() == 2
    page.get_by_role("button", name="Undo").click()
    expect(row(page, deals[0])).to_have_count(1)


def test_keys_tick_and_archive(page, deals):
    page.get_by_role("link", name="Deal 4", exact=True).focus()
    page.keyboard.press("x")
    expect(page.locator("input[name=ids]:checked")).to_have_count(1)
    page.keyboard.press("e")
    expect(row(page, deals[3])).to_have_count(0)
    expect(toasts(page)).to_contain_text("1 deal archived.")


def test_without_scripts_the_list_does_it_all_on_pages(open_as, alice, deals):
    page = open_as(alice, java_script_enabled=False)
    page.goto(LIST)
    row(page, deals[1]).get_by_role("link", name="Qualified").click()
    page.get_by_role("button", name="Offer").click()
    expect(page).to_have_url(re.compile(rf"{LIST}$"))
    expect(row(page, deals[1]).get_by_role("link", name="Offer")).to_be_visible()
    tick(page, deals[0])
    page.get_by_role("button", name="Won", exact=True).click()
    expect(row(page, deals[0])).to_have_count(0)
    assert Deal.objects.get(pk=deals[0].pk).status == "won"
