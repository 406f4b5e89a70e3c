"""Two leads of one person become one, from the list, from a panel, and without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from leads.models import Lead, SeparateLeads
from opportunities import services as opportunities
from tests.factories import LeadFactory, NoteFactory, PersonFactory
from tests.journeys.conftest import tick, toasts
from tests.journeys.test_accessibility import RULES, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def leads(alice):
    person = PersonFactory(owner=alice, name="Nora Weber")
    anvil, bolt = (
        LeadFactory(owner=alice, person=person, title=title, value=value, currency="EUR")
        for title, value in (("Anvil", 100), ("Bolt", 900))
    )
    NoteFactory(lead=bolt, author=alice, text="Wants ten")
    return [anvil, bolt]


def test_leads_ticked_in_the_list_are_merged(open_as, alice, leads):
    page = open_as(alice)
    page.goto("/leads/")
    tick(page, *leads)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Merge…").click()
    expect(page.locator("#dialog-title")).to_have_text("Merge 2 leads into one")
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert list(violations(Axe(), page, rules)) == []
    page.get_by_role("radio", name="€900").check()
    page.get_by_role("button", name="Merge 2 leads").click()
    expect(toasts(page)).to_contain_text("2 leads merged into “Anvil”.")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert Lead.objects.get().value == 900
    toasts(page).get_by_role("link", name="Open").click()
    expect(page.locator("#timeline")).to_contain_text("Wants ten")
    expect(page.locator("#timeline")).to_contain_text("Merged with: Bolt")


def test_another_lead_that_stays_brings_its_own_values(open_as, alice, leads):
    page = open_as(alice)
    page.goto(f"/leads/merge/?ids={leads[0].pk}&ids={leads[1].pk}")
    expect(page.get_by_role("radio", name="€100")).to_be_checked()
    page.get_by_role("radio", name="Bolt").first.check()
    expect(page.get_by_role("radio", name="€900")).to_be_checked()
    expect(page.locator(f"#id_into_{leads[1].pk}")).to_be_focused()


def test_a_change_meanwhile_is_told_in_the_dialog(open_as, alice, leads, console):
    console.expect("status of 409")
    page = open_as(alice)
    page.goto(leads[0].get_absolute_url())
    page.get_by_role("link", name="Merge… Bolt").click()
    expect(page.locator("#dialog-title")).to_be_visible()
    opportunities.change(leads[1], {"campaign": "Spring"}, by=alice)
    page.get_by_role("button", name="Merge 2 leads").click()
    expect(page.locator(".error-summary")).to_contain_text("from — to “Spring”")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("button", name="Merge 2 leads").click()
    expect(toasts(page)).to_contain_text("2 leads merged")
    assert Lead.objects.get().campaign == "Spring"


def test_a_suspicion_is_dismissed_and_comes_back(open_as, alice, leads):
    page = open_as(alice)
    page.goto("/leads/")
    page.get_by_role("link", name="Anvil").click()
    duplicates = page.locator("#drawer #duplicates")
    expect(duplicates).to_contain_text("Same person")
    duplicates.get_by_role("button", name="Not a duplicate").click()
    expect(duplicates).to_contain_text("None left.")
    expect(page.locator("#duplicates-head")).to_be_focused()
    assert SeparateLeads.objects.exists()
    page.get_by_role("button", name="Undo").click()
    expect(toasts(page)).to_contain_text("Undone.")
    assert not SeparateLeads.objects.exists()


def test_leads_are_merged_without_scripts_on_a_phone(open_as, alice, leads):
    page = open_as(alice, java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto(leads[0].get_absolute_url())
    page.get_by_role("link", name="Merge… Bolt").click()
    page.get_by_role("radio", name="€900").check()
    page.get_by_role("button", name="Merge 2 leads").click()
    expect(page.locator("main")).to_contain_text("€900")
    assert page.url.endswith(leads[0].get_absolute_url())
    assert Lead.objects.get() == leads[0]
