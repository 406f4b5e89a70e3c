"""The inbox by single keys: walk, tick, archive, add, filter, go elsewhere, and none of it."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.factories import DealFactory, LeadFactory, OrganizationFactory, PersonFactory
from tests.journeys.conftest import tick, toasts

pytestmark = pytest.mark.browser


@pytest.fixture
def leads(make_leads):
    return make_leads(6)


@pytest.fixture
def page(open_as, alice, leads):
    page = open_as(alice)
    page.goto("/leads/")
    return page


def press(page, *keys):
    page.wait_for_load_state()  # a page that is on its way hears no key yet
    for key in keys:
        page.keyboard.press(key)


def row(page, title):
    return page.locator("tbody").get_by_role("link", name=title, exact=True)


def said(page):
    return expect(page.locator("#announcements"))


# --- Walking -----------------------------------------------------------------------------------


def test_j_and_k_walk_from_row_to_row_and_the_ends_are_said(page):
    press(page, "j")
    expect(row(page, "Lead 6")).to_be_focused()
    press(page, "j", "j", "k")
    expect(row(page, "Lead 5")).to_be_focused()
    press(page, "k", "k")
    expect(row(page, "Lead 6")).to_be_focused()
    said(page).to_have_text("This is the first row.")
    press(page, *"jjjjjj")
    expect(row(page, "Lead 1")).to_be_focused()
    said(page).to_have_text("This is the last row.")


def test_enter_opens_the_row_and_j_and_k_take_the_panel_along(page, leads):
    press(page, "j", "Enter")
    expect(page.locator("#drawer-title")).to_have_text("Lead 6")
    expect(page.locator("#drawer-title")).to_be_focused()
    press(page, "j")
    expect(page.locator("#drawer-title")).to_have_text("Lead 5")
    expect(page).to_have_url(re.compile(rf"/leads/\?peek={leads[4].pk}$"))
    press(page, "k")
    expect(page.locator("#drawer-title")).to_have_text("Lead 6")
    page.go_back()
    expect(page.locator("#drawer")).to_be_hidden()
    assert page.url.endswith("/leads/")
    expect(row(page, "Lead 6")).to_be_focused()


def test_the_panel_has_buttons_that_do_the_same_and_end_with_the_list(page, leads):
    row(page, "Lead 2").click()
    expect(page.locator("#drawer-title")).to_have_text("Lead 2")
    before, after = (page.locator(f"#drawer [data-step='{step}']") for step in (-1, 1))
    expect(before).to_be_enabled()
    after.click()
    expect(page.locator("#drawer-title")).to_have_text("Lead 1")
    expect(page).to_have_url(re.compile(rf"\?peek={leads[0].pk}$"))
    expect(page.locator("#drawer [data-step='1']")).to_be_disabled()
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#drawer-title")).to_have_text("Lead 2")
    page.keyboard.press("Escape")
    expect(row(page, "Lead 2")).to_be_focused()


def test_a_lead_on_its_own_page_has_no_next_one(page, leads):
    page.goto(f"/leads/{leads[0].pk}/")
    expect(page.locator("#panel")).to_be_visible()
    expect(page.locator("[data-step]:visible")).to_have_count(0)
    press(page, "j")
    expect(page).to_have_url(re.compile(rf"/leads/{leads[0].pk}/$"))


def test_at_the_end_of_a_page_the_next_one_begins(page, make_leads):
    make_leads(50)
    page.goto("/leads/")
    row(page, "Lead 7").focus()  # the last of fifty
    expect(page.locator("tbody tr")).to_have_count(50)
    page.locator("tbody a.title").last.focus()
    last = page.locator("tbody a.title").last.text_content()
    press(page, "j")
    expect(page).to_have_url(re.compile(r"\?after="))
    expect(page.locator("tbody a.title").first).to_be_focused()
    press(page, "k")
    expect(page).to_have_url(re.compile(r"\?before=|/leads/$"))
    expect(row(page, last).last).to_be_focused()


def test_the_panel_goes_on_with_the_next_page(page, make_leads):
    make_leads(50)
    page.goto("/leads/")
    page.locator("tbody a.title").last.click()
    expect(page.locator("#drawer-title")).to_be_focused()
    press(page, "j")
    expect(page).to_have_url(re.compile(r"\?after=.*peek=\d+$"))
    first = page.locator("tbody a.title").first
    expect(page.locator("#drawer-title")).to_have_text(first.text_content())
    page.reload()
    expect(page.locator("#drawer-title")).to_have_text(first.text_content())


def test_people_are_walked_too(page, alice):
    for name in ("Ada", "Ben"):
        PersonFactory(name=name, owner=alice)
    page.goto("/people/")
    press(page, "j", "j")
    expect(row(page, "Ben")).to_be_focused()
    press(page, "Enter")
    expect(page).to_have_url(re.compile(r"/people/\d+/$"))


# --- Acting ------------------------------------------------------------------------------------


def test_x_ticks_the_row_and_with_shift_a_range(page):
    press(page, "j", "x")
    said(page).to_have_text("1 selected")
    press(page, "j", "j", "Shift+X")
    said(page).to_have_text("3 selected")
    expect(row(page, "Lead 4")).to_be_focused()
    press(page, "x")
    said(page).to_have_text("2 selected")


def test_e_archives_the_row_and_the_next_one_takes_its_place(page, leads):
    press(page, "j", "j", "e")
    expect(toasts(page)).to_contain_text("1 lead archived.")
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(row(page, "Lead 4")).to_be_focused()
    leads[4].refresh_from_db()
    assert leads[4].is_archived


def test_e_archives_what_is_ticked(page, leads):
    tick(page, leads[0], leads[1])
    press(page, "e")
    expect(toasts(page)).to_contain_text("2 leads archived.")
    expect(page.locator("tbody tr")).to_have_count(4)


def test_e_in_the_panel_archives_its_lead_and_opens_the_next(page, leads):
    row(page, "Lead 6").click()
    expect(page.locator("#drawer-title")).to_be_focused()
    press(page, "e")
    expect(toasts(page)).to_contain_text("1 lead archived.")
    expect(page.locator("#drawer-title")).to_have_text("Lead 5")
    expect(page).to_have_url(re.compile(rf"\?peek={leads[4].pk}$"))
    expect(page.locator("tbody tr")).to_have_count(5)


def test_when_the_last_one_is_archived_the_panel_closes(open_as, alice, make_leads):
    make_leads(1)
    page = open_as(alice)
    page.goto("/leads/")
    page.locator("tbody a.title").click()
    expect(page.locator("#drawer-title")).to_be_focused()
    press(page, "e")
    expect(toasts(page)).to_contain_text("1 lead archived.")
    expect(page.locator("#drawer")).to_be_hidden()
    assert page.url.endswith("/leads/")


def test_e_on_a_page_of_its_own_archives_that_record(page, leads, alice):
    page.goto(f"/leads/{leads[0].pk}/")
    press(page, "e")
    expect(toasts(page)).to_contain_text("1 lead archived.")
    deal = DealFactory(owner=alice, organization=OrganizationFactory(owner=alice))
    page.goto(f"/deals/{deal.pk}/")
    press(page, "e")
    expect(toasts(page)).to_contain_text("1 deal archived.")


def test_a_reader_walks_and_changes_nothing(open_as, reader, leads):
    page = open_as(reader)
    page.goto("/leads/")
    press(page, "j", "x", "e", "c")
    expect(row(page, "Lead 6")).to_be_focused()
    assert page.url.endswith("/leads/")
    assert not type(leads[0]).objects.archived().exists()


# --- Going places ------------------------------------------------------------------------------


def test_c_adds_slash_filters_and_g_goes(page):
    press(page, "/")
    expect(page.get_by_placeholder("Filter leads")).to_be_focused()
    page.keyboard.type("jkxec?")
    expect(page.get_by_placeholder("Filter leads")).to_have_value("jkxec?")
    said(page).to_have_text("0 leads")
    press(page, "Tab", "g", "d")
    expect(page).to_have_url(re.compile(r"/deals/"))
    for key, place in (
        ("p", "people"),
        ("o", "organizations"),
        ("i", "insights/sources"),
        ("a", "activities"),
        ("l", "leads"),
    ):
        press(page, "g", key)
        expect(page).to_have_url(re.compile(rf"/{place}/$"))
    press(page, "c")
    expect(page).to_have_url(re.compile(r"/leads/new/$"))


@pytest.mark.parametrize("keys", ["Shift+?", "?"], ids=["azerty: with Shift", "as it is"])
def test_a_question_mark_lists_the_keys_whatever_the_keyboard(page, keys):
    """A browser says which sign a key makes, and that Shift is held where it takes Shift."""
    press(page, "j", keys)
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    press(page, "j", "e", "c")  # the dialog has the keyboard
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    press(page, "Escape")
    expect(row(page, "Lead 6")).to_be_focused()
    assert page.url.endswith("/leads/")


def test_a_slash_made_with_shift_filters_too(page):
    """On AZERTY "/" is Shift and the key of ":"."""
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: '/', code: 'Period', shiftKey: true, bubbles: true, cancelable: true}))"
    )
    expect(page.get_by_placeholder("Filter leads")).to_be_focused()


@pytest.mark.parametrize("keys", ["Control+j", "Alt+e", "Meta+c", "Shift+E"])
def test_keys_with_a_modifier_belong_to_the_browser(page, keys):
    press(page, "j", keys)
    expect(row(page, "Lead 6")).to_be_focused()
    assert page.url.endswith("/leads/")
    assert not LeadFactory._meta.model.objects.archived().exists()


def test_a_menu_that_is_open_has_the_keyboard(page, leads):
    tick(page, leads[5])
    page.get_by_role("button", name="Assign").click()
    press(page, "j", "e")
    expect(page.locator("#assign-menu")).to_be_visible()
    assert not type(leads[0]).objects.archived().exists()


# --- The switch --------------------------------------------------------------------------------


def test_somebody_who_switched_them_off_has_ctrl_k_alone(open_as, alice, leads):
    page = open_as(alice)
    page.goto("/profile/")
    page.get_by_label("Keyboard shortcuts").uncheck()
    page.get_by_role("button", name="Save profile").click()
    expect(toasts(page)).to_contain_text("saved")
    page.goto("/leads/")
    row(page, "Lead 6").focus()
    press(page, "j", "x", "e", "c", "?", "/", "g", "d")
    expect(row(page, "Lead 6")).to_be_focused()
    expect(page.locator("input[name=ids]:checked")).to_have_count(0)
    assert page.url.endswith("/leads/")
    press(page, "Control+k")
    expect(page.get_by_role("combobox", name="Search, or say what to do")).to_be_focused()
    assert User.objects.get(pk=alice.pk).has_shortcuts is False


def test_without_a_script_the_list_of_keys_is_a_page(open_as, alice, leads):
    page = open_as(alice, java_script_enabled=False)
    page.goto("/leads/")
    page.get_by_role("link", name="Shortcuts").click()
    expect(page.get_by_role("heading", name="Keyboard shortcuts", level=1)).to_be_visible()
    expect(page.locator("kbd").first).to_be_visible()
