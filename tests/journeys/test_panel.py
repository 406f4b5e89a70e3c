"""A lead beside its list: back, forward, reload and Escape, with the list left as it was."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import tick

pytestmark = pytest.mark.browser


@pytest.fixture
def leads(make_leads):
    return make_leads(40)


@pytest.fixture
def page(open_as, alice, leads):
    """The inbox, scrolled down, two rows ticked, the panel of Lead 10 opened beside it."""
    page = open_as(alice)
    page.goto("/leads/")
    tick(page, leads[10], leads[11])
    page.get_by_role("link", name="Lead 10", exact=True).scroll_into_view_if_needed()
    return page


def open_panel(page, title="Lead 10"):
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.locator("#drawer-title")).to_have_text(title)
    expect(page.locator("#drawer-title")).to_be_focused()


def closed(page):
    return expect(page.locator("#drawer")).to_be_hidden()


def test_back_closes_without_a_request_and_the_list_stays_as_it_was(page, leads):
    scrolled = page.evaluate("scrollY")
    assert scrolled > 0
    open_panel(page)
    assert page.url.endswith(f"/leads/?peek={leads[9].pk}")
    expect(page.get_by_role("button", name="Mark as seen")).to_have_count(0)
    asked = []
    page.on("request", lambda request: "/static/images/" in request.url or asked.append(request))

    page.go_back()

    closed(page)
    assert page.url.endswith("/leads/")
    assert asked == []
    assert page.evaluate("scrollY") == scrolled
    expect(page.locator("input[name=ids]:checked")).to_have_count(2)
    expect(page.get_by_role("link", name="Lead 10", exact=True)).to_be_focused()

    page.go_forward()
    expect(page.locator("#drawer-title")).to_have_text("Lead 10")
    assert asked == []


def test_a_reload_opens_it_again_and_escape_closes_it(page, leads):
    open_panel(page)
    page.reload()
    expect(page.locator("#drawer-title")).to_have_text("Lead 10")
    page.locator("#drawer-title").focus()
    page.keyboard.press("Escape")
    closed(page)
    expect(page).to_have_url(re.compile(r"/leads/$"))
    expect(page.get_by_role("link", name="Lead 10", exact=True)).to_be_focused()


def test_escape_takes_one_thing_at_a_time(page):
    open_panel(page)
    page.locator("input[name=ids]:checked").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("input[name=ids]:checked")).to_have_count(0)
    expect(page.locator("#drawer")).to_be_visible()
    page.keyboard.press("Escape")
    closed(page)


def test_the_next_lead_replaces_the_panel_and_back_leaves_the_list(page, leads):
    open_panel(page)
    open_panel(page, "Lead 9")
    assert page.url.endswith(f"?peek={leads[8].pk}")
    page.get_by_role("button", name="Close").click()
    closed(page)
    assert page.url.endswith("/leads/")


def test_on_a_phone_it_covers_the_list(open_as, alice, leads):
    page = open_as(alice, viewport={"width": 390, "height": 844})
    page.goto("/leads/")
    open_panel(page, "Lead 40")
    assert page.locator("#drawer").evaluate("drawer => drawer.matches(':modal')")
    page.keyboard.press("Escape")
    closed(page)
    expect(page.get_by_role("link", name="Lead 40", exact=True)).to_be_focused()


def test_looking_at_a_lead_marks_it_seen(open_as, alice, make_leads):
    make_leads(1, origin="web_form")
    page = open_as(alice)
    page.goto("/leads/")
    expect(page.locator("tr[data-unseen]")).to_have_count(1)
    open_panel(page, "Lead 1")
    expect(page.get_by_role("button", name="Mark as seen")).to_have_count(0)
    page.reload()
    expect(page.locator("tr[data-unseen]")).to_have_count(0)
