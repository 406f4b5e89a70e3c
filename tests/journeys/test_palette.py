"""Search and commands over any page: by keyboard, by mouse, for the ear, and without a script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.factories import DealFactory, OrganizationFactory, PersonFactory
from tests.journeys.conftest import tick, toasts
from tests.journeys.test_accessibility import TAGS, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def leads(make_leads):
    return make_leads(3)


@pytest.fixture
def page(open_as, alice, leads):
    PersonFactory(name="Nora Weber", owner=alice, job_title="Buyer")
    DealFactory(
        title="Nora's kitchen", owner=alice, organization=OrganizationFactory(owner=alice), won=True
    )
    page = open_as(alice)
    page.goto("/leads/")
    return page


def open_palette(page, text=""):
    page.wait_for_load_state()  # a page that is on its way hears no key yet
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    expect(options(page).first).to_be_visible()
    if text:
        page.keyboard.type(text)


def field(page):
    return page.get_by_role("combobox", name="Search, or say what to do")


def options(page):
    return page.locator("#palette [role=option]")


def chosen(page):
    return page.locator("#palette [role=option][aria-selected=true]")


def status(page):
    return expect(page.locator("#palette [role=status]"))


def test_a_record_is_found_and_opened_by_keyboard(page):
    open_palette(page, "nora")
    status(page).to_have_text("2 results")
    expect(chosen(page)).to_contain_text("Nora Weber")
    expect(chosen(page)).to_have_attribute("id", "palette-option-0")
    expect(field(page)).to_have_attribute("aria-activedescendant", "palette-option-0")
    expect(page.get_by_role("group", name="Deals")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("Nora's kitchen")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("Nora Weber")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/people/\d+/$"))


def test_who_types_faster_than_the_server_answers_opens_what_was_typed(page):
    open_palette(page, "nora w")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/people/\d+/$"))


def test_escape_gives_the_focus_back(page):
    link = page.get_by_role("link", name="Lead 2", exact=True)
    link.focus()
    open_palette(page)
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(link).to_be_focused()
    page.get_by_role("link", name="Search").click()
    expect(field(page)).to_be_focused()
    assert page.url.endswith("/leads/")


def test_escape_over_a_panel_closes_the_palette_alone(page):
    page.get_by_role("link", name="Lead 2", exact=True).click()
    expect(page.locator("#drawer-title")).to_be_focused()
    open_palette(page)
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#drawer")).to_be_visible()


def test_before_anything_is_typed_it_shows_what_one_worked_on(page, leads):
    tick(page, leads[0])
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(toasts(page)).to_contain_text("archived")
    open_palette(page)
    expect(chosen(page)).to_contain_text("Lead 1")
    expect(chosen(page)).to_contain_text("Archived")


def test_actions_go_to_places_and_add_records(page):
    open_palette(page, "go to peop")
    expect(chosen(page)).to_contain_text("Go to People")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/people/$"))
    open_palette(page, "add org")
    expect(chosen(page)).to_contain_text("Add organization")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/organizations/new/$"))
    open_palette(page, "shortcuts")
    expect(chosen(page)).to_contain_text("Keyboard shortcuts")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_what_the_page_offers_is_offered_here_too(page, leads):
    open_palette(page, "convert")
    status(page).to_have_text("Nothing found for “convert”.")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Lead 2", exact=True).click()
    expect(page.locator("#drawer-title")).to_be_focused()
    open_palette(page, "convert")
    expect(page.get_by_role("group", name="On this page")).to_be_visible()
    expect(chosen(page)).to_contain_text("Convert to deal")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog-title")).to_be_visible()
    page.keyboard.press("Escape")
    open_palette(page, "archive")
    expect(chosen(page)).to_contain_text("Archive")
    page.keyboard.press("Enter")
    expect(toasts(page)).to_contain_text("1 lead archived.")


def test_a_question_that_is_open_comes_first(page):
    page.get_by_role("link", name="Lead 2", exact=True).click()
    page.get_by_role("link", name="Convert to deal").click()
    expect(page.locator("#dialog-title")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()


def test_without_a_server_what_is_typed_stays(page, console):
    console.expect("ERR_INTERNET_DISCONNECTED", "htmx:")
    open_palette(page)
    page.context.set_offline(True)
    page.keyboard.type("nora")
    expect(toasts(page)).to_contain_text("cannot be reached")
    expect(field(page)).to_have_value("nora")
    page.context.set_offline(False)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_and_the_list_of_keys_are_for_everyone(page, theme, console):
    console.expect("Applying inline style violates")
    axe = Axe()
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    open_palette(page, "nora")
    status(page).to_have_text("2 results")
    wrong = list(violations(axe, page, TAGS))
    page.keyboard.type(" nobody")
    status(page).to_contain_text("Nothing found")
    wrong += violations(axe, page, TAGS)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    wrong += violations(axe, page, TAGS)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.press("Escape")
    open_palette(page, "nora")
    wrong += violations(axe, page, TAGS)
    assert wrong == []


def test_the_search_page_has_both_itself_and_the_palette(page):
    page.goto("/search/?q=nora")
    expect(page.locator("main .found a")).to_have_count(2)
    open_palette(page, "lead 3")
    expect(chosen(page)).to_contain_text("Lead 3")
    assert (
        page.evaluate(
            "() => { const ids = [...document.querySelectorAll('[id]')].map(each => each.id);"
            " return ids.filter((id, at) => ids.indexOf(id) !== at); }"
        )
        == []
    )


def test_without_a_script_search_is_a_page(open_as, alice, leads):
    page = open_as(alice, java_script_enabled=False)
    page.goto("/leads/")
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox", name="Search").fill("lead 2")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"/search/\?q=lead\+2$"))
    expect(page.get_by_text("1 result")).to_be_visible()
    page.get_by_role("link", name="Lead 2").click()
    expect(page).to_have_url(re.compile(rf"/leads/{leads[1].pk}/$"))
