"""An import is started once, watched, stopped, and goes on to its end."""

import re

import pytest
from playwright.sync_api import expect

from imports import running
from imports.models import Import
from jobs import services as jobs
from leads.models import Lead
from tests.imports.runs import checked

pytestmark = pytest.mark.browser


def test_an_import_is_watched_stopped_and_goes_on(open_as, alice, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    rows = [{"lead": {"title": str(n)}, "organization": {"name": "Bakery"}} for n in range(5)]
    counts = {"rows": {"ready": 5}, "records": {"lead": {"created": 5}}}
    one = checked(alice, *rows, counts=counts)
    page = open_as(alice)
    page.goto(f"/imports/{one.pk}/run/")

    page.get_by_role("button", name="Start the import").dblclick()
    expect(page.get_by_role("heading", name="Waiting for its turn")).to_be_visible()

    one = Import.objects.get()
    running.step(one.job, one.pk)
    expect(page.get_by_role("heading", name="2 of 5 rows")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "2")
    page.get_by_role("button", name="Stop here").click()
    expect(page.get_by_role("heading", name="The import was stopped")).to_be_visible()

    page.get_by_role("button", name="Go on with 3 rows").click()
    expect(page.get_by_role("heading", name="2 of 5 rows")).to_be_visible()
    jobs.run_now(Import.objects.get().job)
    expect(page.get_by_role("heading", name="The import is done")).to_be_visible()
    expect(page.locator("#run-news")).to_have_text("The import is done")
    assert Lead.objects.count() == 5
    page.get_by_role("link", name="See the report").click()
    expect(page).to_have_url(re.compile(rf"/imports/{one.pk}/$"))
