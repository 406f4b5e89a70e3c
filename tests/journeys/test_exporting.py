"""A list becomes a file: the dialog, the download, and the page as it was."""

import pytest
import python_calamine
from playwright.sync_api import expect

from tests.journeys.conftest import tick

pytestmark = pytest.mark.browser


def test_ticked_leads_leave_as_a_workbook(open_as, alice, make_leads):
    leads = make_leads(4)
    page = open_as(alice)
    page.goto("/leads/")
    tick(page, *leads[:2])
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Export…").last.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Export 2 leads")
    dialog.get_by_label("All there are").check()
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Export").click()

    sheet = python_calamine.load_workbook(waiting.value.path()).get_sheet_by_index(0)
    assert {row[0] for row in sheet.to_python()[1:]} == {lead.title for lead in leads[:2]}
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-count]")).to_have_text("2 selected")


def test_without_javascript_the_dialog_is_a_page(open_as, alice, make_leads):
    make_leads(2)
    page = open_as(alice, java_script_enabled=False)
    page.goto("/leads/")
    page.get_by_role("button", name="Export…").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("main").get_by_role("button", name="Export").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")
