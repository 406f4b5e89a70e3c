"""A list: ticking, acting on many rows with Undo, and filters that live in the address."""

import re

import pytest
from playwright.sync_api import expect

from leads import inbox
from leads.models import Lead
from lists.keyset import paginate
from tests.journeys.conftest import tick, toasts

pytestmark = pytest.mark.browser


@pytest.fixture
def leads(make_leads):
    return make_leads(8)


@pytest.fixture
def page(open_as, alice, leads):
    page = open_as(alice)
    page.goto("/leads/")
    return page


def test_shift_ticks_a_range_and_the_head_tells_some_from_all(page, leads):
    boxes = page.locator("input[name=ids]")
    head = page.locator("[data-all]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-count]")).to_have_text("4 selected")
    assert head.evaluate("box => box.indeterminate") is True
    boxes.nth(2).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-count]")).to_have_text("2 selected")
    head.check()
    expect(page.locator("[data-count]")).to_have_text("8 selected")
    assert head.evaluate("box => box.indeterminate") is False
    page.keyboard.press("Escape")
    expect(page.locator("input[name=ids]:checked")).to_have_count(0)
    expect(page.locator(".bulk-bar")).to_be_hidden()


def test_the_bar_comes_with_the_first_tick_and_by_keyboard(page):
    expect(page.locator(".bulk-bar")).to_be_hidden()
    page.locator("input[name=ids]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator(".bulk-bar")).to_be_visible()
    expect(page.locator("#announcements")).to_have_text("1 selected")
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.locator(".bulk-bar")).to_be_hidden()
    expect(page.locator("[data-all]")).to_be_focused()


def test_many_are_archived_at_once_and_undo_brings_them_back(page, leads):
    tick(page, *leads[:3])
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(toasts(page)).to_contain_text("3 leads archived.")
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("tbody tr")).to_have_count(8)
    assert Lead.objects.in_inbox().count() == 8


def test_a_filter_is_in_the_address_and_back_restores_the_list(page, leads):
    page.get_by_label("Words in the title").fill("lead 3")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=lead(\+|%20)3"))
    expect(page.locator(".chip")).to_have_count(1)
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(8)
    expect(page).to_have_url(re.compile(r"/leads/$"))
    page.go_forward()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_label("Words in the title")).to_have_value("lead 3")


def test_a_head_sorts_and_the_address_says_so(page, leads):
    page.get_by_role("link", name="Title", exact=True).click()
    expect(page).to_have_url(re.compile("sort=title"))
    expect(page.locator("th[aria-sort]")).to_have_count(1)
    expect(page.locator("tbody a.title").first).to_have_text("Lead 1")
    page.get_by_role("link", name="Title", exact=True).click()
    expect(page.locator("tbody a.title").first).to_have_text("Lead 8")


def test_delete_asks_first_and_escape_leaves_everything(page, leads, alice):
    tick(page, leads[0])
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Delete 1 lead?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    assert Lead.objects.count() == 8


# --- A selection outlives its page ---


@pytest.fixture
def many(make_leads, monkeypatch):
    """Eight leads on pages of five."""
    monkeypatch.setattr(
        "lists.keyset.paginate.__kwdefaults__", {**paginate.__kwdefaults__, "per_page": 5}
    )
    return make_leads(8)


@pytest.fixture
def pages(open_as, alice, many):
    page = open_as(alice)
    page.goto("/leads/?sort=title")
    return page


def onwards(page, name, title):
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("tbody a.title").first).to_have_text(title)


def test_ticks_stay_on_other_pages_in_other_orders_and_under_the_panel(pages, many):
    told = pages.locator("[data-count]")
    tick(pages, many[0], many[1])
    onwards(pages, "Next", "Lead 6")
    expect(told).to_have_text("2 selected, 2 on other pages")
    tick(pages, many[6])
    expect(told).to_have_text("3 selected, 2 on other pages")
    pages.get_by_role("link", name="Lead 6", exact=True).click()
    expect(pages.locator("#drawer[open]")).to_be_visible()
    pages.keyboard.press("Escape")
    expect(told).to_have_text("3 selected, 2 on other pages")
    pages.get_by_role("link", name="Title", exact=True).click()
    expect(pages.locator("tbody a.title").first).to_have_text("Lead 8")
    expect(told).to_have_text("3 selected, 2 on other pages")
    pages.reload()
    expect(told).to_have_text("3 selected, 2 on other pages")
    pages.get_by_role("button", name="Archive", exact=True).click()
    expect(toasts(pages)).to_contain_text("3 leads archived.")
    expect(pages.locator("tbody tr")).to_have_count(5)
    expect(pages.locator(".bulk-bar")).to_be_hidden()
    assert set(Lead.objects.archived()) == {many[0], many[1], many[6]}


def test_all_that_match_but_those_left_out_on_any_page(pages, many):
    pages.locator("[data-all]").check()
    pages.get_by_role("button", name="Select all 8 that match").click()
    pages.locator("input[name=ids]").first.uncheck()
    onwards(pages, "Next", "Lead 6")
    expect(pages.locator("input[name=ids]:checked")).to_have_count(3)
    expect(pages.locator("[data-count]")).to_have_text("7 selected")
    pages.locator("input[name=ids]").first.uncheck()
    expect(pages.locator("[data-count]")).to_have_text("6 selected")
    pages.get_by_role("button", name="Archive", exact=True).click()
    expect(toasts(pages)).to_contain_text("6 leads archived.")
    assert set(Lead.objects.in_inbox()) == {many[0], many[5]}


def test_escape_clears_what_is_ticked_on_other_pages_too(pages, many):
    tick(pages, many[0])
    onwards(pages, "Next", "Lead 6")
    expect(pages.locator(".bulk-bar")).to_be_visible()
    pages.locator("[data-all]").focus()
    pages.keyboard.press("Escape")
    expect(pages.locator(".bulk-bar")).to_be_hidden()
    onwards(pages, "Previous", "Lead 1")
    expect(pages.locator("input[name=ids]:checked")).to_have_count(0)


def test_a_filter_has_its_own_selection(pages, many):
    tick(pages, many[0])
    pages.goto("/leads/?sort=title&q=lead+2")
    expect(pages.locator("tbody tr")).to_have_count(1)
    expect(pages.locator(".bulk-bar")).to_be_hidden()


def test_what_a_dialog_did_is_no_longer_ticked(pages, many):
    tick(pages, many[0])
    pages.get_by_role("button", name="More").click()
    pages.get_by_role("button", name="Set a field…").click()
    pages.get_by_label("Field", exact=True).select_option("campaign")
    pages.get_by_label("Campaign").fill("Fair")
    pages.get_by_role("button", name="Save").click()
    expect(toasts(pages)).to_contain_text("1 lead changed.")
    expect(pages.locator(".bulk-bar")).to_be_hidden()
    assert Lead.objects.get(campaign="Fair") == many[0]


def test_columns_without_room_scroll_below_their_head_and_beside_the_titles(open_as, alice, leads):
    page = open_as(alice)
    page.goto(f"/leads/?cols={','.join(inbox.COLUMNS)}")
    scroll = page.locator(".table-scroll")
    expect(scroll).to_have_attribute("data-scrolls", "")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    title = page.locator("a.title").first
    before = title.bounding_box()["x"]
    scroll.evaluate("box => box.scrollTo(400, 0)")
    assert scroll.evaluate("box => box.scrollLeft") > 0
    assert title.bounding_box()["x"] == before
    page.goto("/leads/?cols=value")
    expect(scroll).not_to_have_attribute("data-scrolls", "")


def test_a_dialog_chosen_from_a_menu_gives_the_focus_back_to_its_button(page, leads):
    tick(page, leads[0])
    more = page.get_by_role("button", name="More", exact=True)
    more.click()
    page.get_by_role("button", name="Set a field…").click()
    expect(page.get_by_role("heading", name="Set a field")).to_be_visible()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(page.locator("input[name=ids]:checked")).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_toast_leaves_the_bar_for_ticked_rows_free(open_as, alice, leads, width):
    page = open_as(alice, viewport={"width": width, "height": 480})
    page.goto("/leads/")
    tick(page, leads[0])
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(toasts(page)).to_be_visible()
    tick(page, *leads[1:3])
    bar, toast = page.locator(".bulk-bar").bounding_box(), page.locator(".toast").bounding_box()
    assert toast["y"] + toast["height"] <= bar["y"]


def test_on_a_phone_a_long_title_leaves_search_and_profile_within_reach(open_as, alice, make_leads):
    lead = make_leads(1)[0]
    Lead.objects.filter(pk=lead.pk).update(title="A title that somebody pasted from a letter " * 4)
    page = open_as(alice, viewport={"width": 320, "height": 640})
    page.goto(f"/leads/{lead.pk}/")
    page.get_by_role("link", name=alice.name).click(trial=True)
    assert page.locator("h1").bounding_box()["width"] > 250


def test_a_filter_that_is_left_empty_has_no_place_in_the_address(page, leads):
    page.get_by_role("searchbox", name="Words in the title").fill(leads[0].title)
    expect(page).to_have_url(re.compile(r"/leads/\?q=[^&]+$"))
