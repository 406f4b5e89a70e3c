"""A field is added, filled in, required and asked for: by hand, in a browser."""

import pytest
from playwright.sync_api import expect

from custom_fields.models import Field
from deals.models import Deal
from leads.models import Lead
from tests.factories import FieldFactory
from tests.factories.custom_fields import present
from tests.journeys.conftest import tick, toasts

pytestmark = pytest.mark.browser


def test_a_field_is_added_filled_in_deleted_and_taken_back(open_as, alice, manager, make_leads):
    make_leads(1)
    settings, page = open_as(manager), open_as(alice)
    settings.goto("/settings/fields/")
    settings.get_by_role("link", name="Add field").first.click()
    settings.get_by_label("Name").fill("Size")
    settings.get_by_label("Kind").select_option("One option")
    settings.get_by_label("Options").fill("Small\nLarge")
    settings.get_by_role("button", name="Add field").click()
    expect(toasts(settings)).to_contain_text("“Size” is added.")

    lead = Lead.objects.get()
    page.goto(f"{lead.get_absolute_url()}edit/")
    page.get_by_label("Size").select_option("Large")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".facts").last).to_contain_text("Large")

    settings.get_by_role("button", name="Delete Size").click()
    expect(settings.locator("#dialog")).to_contain_text("1 record says something")
    settings.get_by_role("button", name="Delete field").click()
    expect(toasts(settings)).to_contain_text("“Size” is deleted.")
    page.reload()
    expect(page.locator(".record-facts")).not_to_contain_text("Size")
    toasts(settings).get_by_role("button", name="Undo").click()
    expect(settings.get_by_role("link", name="Size")).to_be_visible()
    page.reload()
    expect(page.locator(".facts").last).to_contain_text("Large")


def test_what_a_pipeline_requires_is_asked_once_for_all_leads(
    open_as, alice, manager, make_leads, pipeline, console
):
    console.expect("status of 422")
    FieldFactory(name="Budget", kind="money")
    leads = make_leads(2)
    settings = open_as(manager)
    settings.goto(f"/settings/pipelines/{pipeline.pk}/")
    settings.get_by_label("Field").select_option("Budget")
    settings.get_by_label("Required for").select_option("Entering any stage")
    settings.get_by_role("button", name="Require it").click()
    expect(toasts(settings)).to_contain_text("“Budget” is required.")

    page = open_as(alice)
    page.goto("/leads/")
    tick(page, *leads)
    page.get_by_role("button", name="Convert to deals").click()
    expect(page.locator("#dialog")).to_contain_text("Required here")
    page.locator("#convert [type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("Amount").fill("12 500,50")
    page.locator("#convert [type=submit]").click()
    expect(toasts(page)).to_contain_text("2 leads converted.")

    key = Field.objects.get().key
    assert {str(present(deal, key).amount) for deal in Deal.objects.all()} == {"12500.5"}
