"""A rep sets up the inbox and changes values where they stand, by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from leads.models import Lead
from tests.factories import FieldFactory, LabelFactory
from tests.journeys.conftest import toasts

pytestmark = pytest.mark.browser


@pytest.fixture
def leads(make_leads):
    return make_leads(3)


@pytest.fixture
def page(open_as, alice, leads):
    page = open_as(alice)
    page.goto("/leads/")
    return page


def row(page, lead):
    return page.locator("tbody tr", has=page.get_by_role("link", name=lead.title, exact=True))


def cell(page, lead, kind="money"):
    return row(page, lead).locator(f"td[data-kind={kind}]")


def test_a_value_is_changed_in_its_cell_and_keeps_the_focus(page, leads):
    place = cell(page, leads[0])
    place.get_by_role("link").click()
    expect(place.get_by_label("Value")).to_be_focused()

    place.get_by_label("Value").fill("12 500,50")
    page.keyboard.press("Enter")

    expect(place).to_have_text("€12,500.50")
    expect(place.get_by_role("link")).to_be_focused()
    expect(toasts(page)).to_contain_text("changed.")
    page.get_by_role("button", name="Undo").click()
    expect(cell(page, leads[0])).not_to_have_text("€12,500.50")


def test_escape_leaves_a_value_as_it_was_and_a_mistake_keeps_what_was_typed(page, leads, console):
    console.expect("422")
    place = cell(page, leads[0])
    before = place.inner_text()
    place.get_by_role("link").focus()
    page.keyboard.press("Enter")
    place.get_by_label("Value").fill("a lot")
    page.keyboard.press("Enter")
    expect(place.locator("[aria-invalid=true]")).to_be_focused()
    expect(place.get_by_label("Value")).to_have_value("a lot")

    page.keyboard.press("Escape")

    expect(place).to_have_text(before)
    expect(place.get_by_role("link")).to_be_focused()
    assert Lead.objects.get(pk=leads[0].pk).value == leads[0].value


def test_what_one_types_replaces_the_value_and_what_was_refused_is_mended(page, leads, console):
    console.expect("422")
    place = cell(page, leads[0])
    place.get_by_role("link").click()
    expect(place.get_by_label("Value")).to_be_focused()
    page.keyboard.type("12x")
    expect(place.get_by_label("Value")).to_have_value("12x")
    page.keyboard.press("Enter")
    expect(place.locator("[aria-invalid=true]")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(place).to_have_text("€12")
    assert Lead.objects.get(pk=leads[0].pk).value == 12


def test_only_one_form_is_open_at_a_time(page, leads):
    cell(page, leads[0]).get_by_role("link").click()
    expect(page.locator("crm-inline-edit")).to_have_count(1)
    cell(page, leads[1]).get_by_role("link").click()
    expect(cell(page, leads[1]).get_by_label("Value")).to_be_focused()
    expect(page.locator("crm-inline-edit")).to_have_count(1)


def test_who_types_in_a_cell_keeps_the_focus_while_the_one_before_closes(page, leads):
    cell(page, leads[0]).get_by_role("link").click()
    expect(cell(page, leads[0]).get_by_label("Value")).to_be_focused()
    held = []
    page.route("**/*cancel=1*", lambda route: held.append(route))
    field = cell(page, leads[1]).get_by_label("Value")
    with page.expect_request("**/*cancel=1*"):
        cell(page, leads[1]).get_by_role("link").click()
    expect(field).to_be_focused()

    with page.expect_response("**/*cancel=1*"):
        held[0].continue_()

    expect(page.locator("crm-inline-edit")).to_have_count(1)
    page.wait_for_timeout(200)  # the focus would go a moment after the swap
    expect(field).to_be_focused()


def test_the_second_of_two_sees_both_values_in_the_cell(page, leads, console):
    console.expect("409")
    place = cell(page, leads[0])
    place.get_by_role("link").click()
    expect(place.get_by_label("Value")).to_be_focused()
    Lead.objects.filter(pk=leads[0].pk).update(value=777, currency="EUR")
    place.get_by_label("Value").fill("888")
    page.keyboard.press("Enter")

    expect(place).to_contain_text("Changed meanwhile")
    expect(place).to_contain_text("777")
    place.get_by_role("button", name="Save").click()
    expect(place).to_have_text("€888")


def test_a_fact_is_changed_beside_the_list_and_escape_leaves_the_panel_open(page, leads):
    field = FieldFactory(kind="number", name="Seats")
    page.get_by_role("link", name=leads[0].title, exact=True).click()
    panel = page.locator("#panel")
    pencil = panel.get_by_role("link", name="Edit “Seats”")
    pencil.focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("textbox", name="Seats")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_visible()
    expect(pencil).to_be_focused()

    pencil.press("Enter")
    panel.get_by_role("textbox", name="Seats").fill("1 250")
    page.keyboard.press("Enter")

    fact = panel.locator("dd", has=page.get_by_role("link", name="Edit “Seats”"))
    expect(fact).to_contain_text("1,250")
    assert Lead.objects.get(pk=leads[0].pk).custom == {str(field.pk): "1250"}


def test_columns_are_chosen_moved_and_remembered(page):
    page.get_by_role("link", name="Columns").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="Campaign").check()
    for place in range(4, -1, -1):
        dialog.get_by_role("button", name="Move Value up").click()
        expect(dialog.locator("ol li").nth(place)).to_contain_text("Value")
    expect(dialog.get_by_role("checkbox", name="Campaign")).to_be_checked()
    dialog.get_by_role("button", name="Show these").click()

    heads = page.locator("thead th")
    expect(heads.nth(2)).to_have_text("Value")
    expect(page.get_by_role("columnheader", name="Campaign")).to_be_visible()
    page.reload()
    expect(heads.nth(2)).to_have_text("Value")


def test_filters_become_a_view_with_a_tab_of_its_own(page, leads):
    hot = LabelFactory(name="Hot")
    leads[0].labels.add(hot)
    page.reload()
    page.get_by_role("button", name="Filters").click()
    page.locator("summary", has_text="Label").click()
    page.locator("#filter-menu").get_by_label("Hot").check()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("Escape")

    page.get_by_role("link", name="Save as view").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Hot ones")
    page.keyboard.press("Enter")

    expect(page.get_by_role("navigation", name="Views").get_by_text("Hot ones")).to_be_visible()
    expect(toasts(page)).to_contain_text("View “Hot ones” saved.")
    page.goto("/leads/")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Hot ones").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Remove the filter Label: Hot").click()
    expect(page.get_by_role("link", name="Reset")).to_be_visible()
    page.get_by_role("link", name="Reset").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_without_scripts_a_value_and_the_columns_are_changed_on_pages(open_as, alice, leads):
    page = open_as(alice, java_script_enabled=False)
    page.goto("/leads/")
    cell(page, leads[0]).get_by_role("link").click()
    page.get_by_label("Value").fill("4321")
    page.get_by_role("button", name="Save").click()
    expect(toasts(page)).to_contain_text("changed.")
    page.goto("/leads/")
    expect(cell(page, leads[0])).to_have_text("€4,321")

    page.get_by_role("link", name="Columns").click()
    page.get_by_role("checkbox", name="Campaign").check()
    page.get_by_role("button", name="Move Value up").click()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Campaign")).to_be_visible()
