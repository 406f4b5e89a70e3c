"""Somebody who comes from Pipedrive drops all its files, and is led from one to the next."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.test_accessibility import RULES, SIDEWAYS, violations

pytestmark = pytest.mark.browser

FILES = {
    "notes.csv": "Note - Content,Note - Person ID,Note - Add time\nHello,11,2025-02-01 10:00:00\n",
    "people.csv": "Person - Name,Person - Email,Person - ID\nAmy,amy@client.example,11\n",
    "organizations.csv": "Organization - Name,Organization - ID\nAcme,1\n",
    "other.csv": "First,Second\n1,2\n",
}


def test_files_are_dropped_at_once_and_go_one_after_the_other(open_as, alice, console):
    console.expect("422")
    page = open_as(alice)
    page.goto("/imports/new/")
    page.get_by_role("link", name="Coming from Pipedrive?").click()
    expect(page.get_by_role("navigation", name="Steps of coming")).to_contain_text("No file yet")

    page.set_input_files(
        "crm-upload input[type=file]",
        [
            {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
            for name, text in FILES.items()
        ],
    )

    names = page.locator(".import-part .title")
    expect(names).to_have_text(["organizations.csv", "people.csv", "notes.csv"])
    expect(page.locator(".uploads")).to_contain_text("“other.csv”: Pipedrive exports no file")
    expect(page.locator('[aria-current="step"]')).to_contain_text("1. Organizations")
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert list(violations(Axe(), page, rules)) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate(SIDEWAYS) <= 0

    page.locator(".import-part .button[data-kind=primary]").click()
    expect(page.get_by_role("button", name="Check the rows")).to_be_visible()
    page.get_by_role("link", name="Coming from Pipedrive").click()
    expect(names).to_have_count(3)
