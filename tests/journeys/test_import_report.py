"""After an import: what became of it is read, followed into a list, and taken back."""

import csv

import pytest
from playwright.sync_api import expect

from imports.models import Import
from jobs.services import run_now
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import LeadFactory, RowFactory
from tests.imports.ran import ran
from tests.imports.test_reverting import brought

pytestmark = pytest.mark.browser


@pytest.fixture
def imported(alice, bob):
    """Two leads came in, of which Bob has changed one since, and a row was refused."""
    records = [*brought(alice, title="Desks"), *brought(alice, title="Chairs")]
    one = ran(alice, created=records, headers=["Title"], row_count=3, done_to=3)
    reason = [{"column": 0, "value": "", "reason": "It has no title."}]
    RowFactory(of=one, number=3, cells=[""], verdict="refused", problems=reason)
    opportunities.change(records[0], {"title": "Desks for two floors"}, by=bob)
    LeadFactory(owner=alice, title="Lamps")
    return one


@pytest.fixture
def page(open_as, alice, imported):
    page = open_as(alice)
    page.goto(imported.get_absolute_url())
    return page


def test_the_rows_left_out_are_downloaded_with_their_reason(page, tmp_path):
    expect(page.get_by_text("Title: It has no title.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download these rows").click()
    download.value.save_as(tmp_path / "rows.csv")

    with open(tmp_path / "rows.csv", encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["Title: It has no title.", ""]


def test_the_leads_of_an_import_are_a_filter_that_is_taken_off(page):
    page.get_by_role("link", name="Inbox · Leads").click()
    expect(page.get_by_role("link", name="Chairs", exact=True)).to_be_visible()
    expect(page.get_by_text("Lamps")).to_have_count(0)

    # It stays while one narrows on, and goes when one takes it off.
    page.get_by_role("searchbox", name="Words in the title").fill("chairs")
    expect(page.get_by_role("link", name="Desks for two floors")).to_have_count(0)
    assert "act=" in page.url
    page.get_by_role("link", name="Remove the filter From").click()
    page.get_by_role("searchbox", name="Words in the title").fill("")
    expect(page.get_by_role("link", name="Lamps", exact=True)).to_be_visible()


def test_an_import_is_taken_back_but_for_what_was_changed(page, imported):
    page.get_by_role("link", name="Take this import back…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 record was changed or converted since")
    expect(dialog.get_by_role("link", name="Desks for two floors")).to_be_visible()
    expect(dialog.get_by_label("Leave them as they are")).to_be_checked()
    dialog.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", name="Waiting for its turn")).to_be_visible()

    run_now(Import.objects.get(pk=imported.pk).job)

    expect(page.get_by_role("heading", name="This import was taken back")).to_be_visible()
    expect(page.locator("#report")).to_contain_text("3 records removed. 3 are left")
    assert set(Lead.objects.values_list("title", flat=True)) == {"Desks for two floors", "Lamps"}
