"""Where leads come from: asked another way in place, as a table, on to the inbox, and in reach of
everyone.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from conversion.services import convert_leads
from deals.models import Deal
from deals.services import win_deals
from tests.factories import ChannelFactory, LeadFactory
from tests.journeys.test_accessibility import RULES, SIDEWAYS, WIDTHS, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def leads(alice, stages):
    fair = ChannelFactory(name="Trade show")
    money = {"value": 12_500, "currency": "EUR"}
    sold = LeadFactory(owner=alice, title="Sold", origin="web_form", channel=fair, **money)
    LeadFactory(owner=alice, title="Waiting", origin="web_form", channel=fair)
    LeadFactory(owner=alice, title="By hand")
    convert_leads([sold], into=stages[0], by=alice)
    win_deals([Deal.objects.get()], by=alice)


def test_a_manager_asks_where_leads_come_from(open_as, alice, leads):
    page = open_as(alice)
    page.goto("/leads/")
    page.get_by_role("link", name="Insights").click()
    expect(page.get_by_role("img", name="Web form: 2 came in, 1 converted, 1 won")).to_be_visible()
    page.get_by_role("link", name="By channel").click()
    expect(page).to_have_url(re.compile(r"by=channel&?"))
    expect(page.get_by_role("link", name="By channel")).to_be_focused()
    expect(page.locator("#sources")).to_contain_text("1 converted (50%) · 1 won · €12,500")
    page.go_back()
    expect(page.get_by_role("link", name="Web form")).to_be_visible()

    page.get_by_text("Show as table").click()
    expect(page.get_by_role("row", name="Web form 2 1 1 €12,500")).to_be_visible()
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert list(violations(Axe(), page, rules)) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(SIDEWAYS) <= 0

    page.get_by_role("link", name="Web form").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("Waiting")
