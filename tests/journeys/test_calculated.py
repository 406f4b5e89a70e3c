"""A rep works by what is calculated: sees it follow a change, sorts by it, finds what lacks it."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import DealFactory, FieldFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def fee():
    return FieldFactory(kind="calculated", name="Commission", formula="value * 0.1", is_money=True)


@pytest.fixture
def deals(alice, stages, fee):
    def make(title, **value):
        return DealFactory(title=title, stage=stages[0], owner=alice, **value)

    return [
        make("Small", value=100, currency="EUR"),
        make("Large", value=3000, currency="EUR"),
        make("Swiss", value=50, currency="CHF"),
        make("Unknown"),
    ]


def test_what_is_calculated_follows_the_value_on_the_page_of_a_deal(open_as, alice, deals):
    page = open_as(alice)
    page.goto(deals[3].get_absolute_url())
    facts = page.locator("#facts")
    expect(facts.locator("div", has_text="Commission").last).to_contain_text("not calculated")

    facts.get_by_role("link", name="Edit “Value”").click()
    facts.get_by_role("textbox", name="Value").fill("1200")
    facts.get_by_role("combobox", name="Currency").select_option("EUR")
    facts.get_by_role("button", name="Save").click()

    expect(facts.locator("div", has_text="Commission").last).to_contain_text("€120")
    expect(facts.get_by_role("link", name="Edit “Commission”")).to_have_count(0)


def test_the_list_is_sorted_added_up_and_narrowed_by_it(open_as, alice, deals, fee):
    page = open_as(alice)
    page.goto(f"/deals/list/?cols=value,{fee.key}")
    sums = page.locator(".sums")
    expect(sums).to_contain_text("Commission")
    expect(sums).to_contain_text("€310")

    page.locator("thead").get_by_role("link", name="Commission").click()

    expect(page).to_have_url(re.compile(f"sort=-{fee.key}"))
    expect(page.locator("tbody a.title")).to_have_text(["Large", "Small", "Swiss", "Unknown"])
    page.get_by_role("button", name="Filters").click()
    menu = page.locator("#filter-menu")
    menu.get_by_text("Commission", exact=True).first.click()
    menu.get_by_label("Not calculated").check()
    expect(page.locator("tbody a.title")).to_have_text(["Unknown"])
    expect(page.locator(".results-head")).to_contain_text("Not calculated")
