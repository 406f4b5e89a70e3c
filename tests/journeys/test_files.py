"""Files of a deal: several are dropped, each with its own bar; one is described and deleted."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from deals.models import DealFile
from tests.factories import DealFactory, DealFileFactory, PipelineFactory, StageFactory
from tests.files.making import image
from tests.journeys.conftest import toasts
from tests.journeys.test_accessibility import RULES, violations

pytestmark = pytest.mark.browser

# Drops files on the page as a person does: nothing is chosen, the events come from the outside.
DROP = """names => {
  const data = new DataTransfer();
  for (const name of names) data.items.add(new File(["words"], name, { type: "text/html" }));
  for (const type of ["dragover", "drop"]) {
    const given = { bubbles: true, cancelable: true, dataTransfer: data };
    document.body.dispatchEvent(new DragEvent(type, given));
  }
}"""


@pytest.fixture
def deal(alice):
    stage = StageFactory(pipeline=PipelineFactory(is_default=True), name="Offer")
    return DealFactory(owner=alice, title="Pilot", stage=stage)


def files(page):
    return page.locator("#files .files > li")


def test_files_are_dropped_on_the_page_and_stand_in_the_list(open_as, alice, deal):
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    expect(page.locator("#files")).to_contain_text("No files yet")
    page.get_by_placeholder("Write a note").fill("Half a note")

    page.evaluate(DROP, [f"offer-{number}.txt" for number in range(5)])

    expect(files(page)).to_have_count(5)
    expect(page.locator("#announcements")).to_contain_text("5 files added.")
    expect(page.locator(".uploads > li")).to_have_count(0)
    expect(page.locator("#timeline")).to_contain_text("File added: offer-0.txt")
    expect(page.get_by_placeholder("Write a note")).to_have_value("Half a note")
    assert {each.file.type for each in DealFile.objects.select_related("file")} == {"text/plain"}
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert list(violations(Axe(), page, rules)) == []


def test_one_file_brings_its_undo_along(open_as, alice, deal):
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    picture = {"name": "plan.png", "mimeType": "image/png", "buffer": image(size=(900, 600))}
    page.set_input_files("crm-upload input[type=file]", picture)
    expect(files(page).locator("img")).to_be_visible()
    expect(toasts(page)).to_contain_text("1 file added.")
    toasts(page).get_by_role("button", name="Undo").click()
    expect(page.locator("#files")).to_contain_text("No files yet")


def test_what_is_refused_says_so_in_its_row_and_the_rest_goes(
    open_as, alice, deal, settings, console
):
    console.expect("422")
    settings.FILES_LARGEST = 50_000
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    sent = [
        {"name": "large.bin", "mimeType": "text/plain", "buffer": b"x" * 50_001},
        {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
        {"name": "fine.txt", "mimeType": "text/plain", "buffer": b"fine"},
    ]
    page.set_input_files("crm-upload input[type=file]", sent)
    expect(files(page)).to_have_count(1)
    row = page.locator(".uploads > li")
    expect(row.filter(has_text="large.bin")).to_contain_text("Larger than")
    expect(row.filter(has_text="empty.txt")).to_contain_text("there is nothing in it")
    row.first.get_by_role("button", name="Stop").click()
    expect(row).to_have_count(1)


def test_a_file_is_downloaded_described_and_deleted(open_as, alice, deal):
    DealFileFactory(deal=deal, file__name="scan.pdf", file__content=b"%PDF-1.7 page")
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    with page.expect_download() as download:
        page.get_by_role("link", name="scan.pdf", exact=True).click()
    assert download.value.suggested_filename == "scan.pdf"

    page.get_by_role("link", name="Change scan.pdf").click()
    page.get_by_role("textbox", name="Name").fill("Contract")
    page.get_by_role("textbox", name="Description").fill("Signed by both")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(files(page)).to_contain_text("Contract.pdf")
    expect(files(page)).to_contain_text("Signed by both")

    page.get_by_role("link", name="Change Contract.pdf").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(toasts(page)).to_contain_text("“Contract.pdf” is deleted.")
    expect(page.locator("#files")).to_contain_text("No files yet")


def test_without_scripts_it_is_a_form_like_any_other(open_as, alice, deal):
    page = open_as(alice, java_script_enabled=False)
    page.goto(deal.get_absolute_url())
    sent = {"name": "offer.txt", "mimeType": "text/plain", "buffer": b"words"}
    page.set_input_files("crm-upload input[type=file]", sent)
    page.get_by_role("button", name="Add files").click()
    expect(files(page)).to_have_count(1)
