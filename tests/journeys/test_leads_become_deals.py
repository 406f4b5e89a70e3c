"""The main job: leads become deals and come back, in both languages, with scripts and without."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from deals.models import Deal
from leads.models import Lead
from tests.factories import PipelineFactory, StageFactory
from tests.journeys.conftest import tick, toasts

pytestmark = pytest.mark.browser

FRENCH = settings.BASE_DIR / "locale" / "fr"
LANGUAGES = [
    "en",
    # From the day the catalogue is there, words that are not in it fail.
    pytest.param(
        "fr", marks=pytest.mark.skipif(not FRENCH.exists(), reason="There is no French catalogue.")
    ),
]
WORDS = {
    "en": {
        "list": "Convert to deals",
        "record": "Convert to deal",
        "confirm": "Convert",
        "undo": "Undo",
    },
    "fr": {
        "list": "Convertir en affaires",
        "record": "Convertir en affaire",
        "confirm": "Convertir",
        "undo": "Annuler",
    },
}


def press(page, words, name):
    page.get_by_role("button", name=words[name], exact=True).click()


def sign_in(page, user):
    """Through the form, as people do; they come back to where they wanted to go."""
    page.locator("[name=username]").fill(user.email)
    page.locator("[name=password]").fill("carnet-demo")
    page.locator("main form button").click()


def bottom_left(page, button):
    """Whether ``button`` stands first in the last row of what surrounds it."""
    foot = page.locator(".drawer-foot")
    first = foot.locator("a.button, button").first
    return first.inner_text() == button.inner_text() and foot.bounding_box()["x"] < (
        button.bounding_box()["x"]
    ) < (foot.bounding_box()["x"] + 40)


@pytest.fixture
def other(pipeline):
    """A pipeline beside the default one, to be picked."""
    other = PipelineFactory(name="Partners", position=1)
    StageFactory(pipeline=other, name="First talk", position=0)
    return other


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_ticked_leads_become_deals_and_come_back(
    language, scripts, open_as, alice, other, make_leads
):
    words = WORDS[language]
    alice.language = language
    alice.save(update_fields=["language"])
    leads = make_leads(5, value=1000, currency="EUR")
    page = open_as(java_script_enabled=scripts)
    page.goto("/leads/")
    sign_in(page, alice)
    expect(page).to_have_url(re.compile(r"/leads/$"))

    tick(page, *leads[:3])
    press(page, words, "list")
    page.locator("select[name=pipeline]").select_option("Partners")
    press(page, words, "confirm")

    expect(toasts(page)).to_have_count(1)
    expect(toasts(page)).to_contain_text("3 ")
    expect(page.locator("tbody tr")).to_have_count(2)
    board = page.context.new_page()
    board.goto(toasts(page).locator("a").get_attribute("href"))
    column = board.locator("[aria-label='First talk']")
    expect(column.locator(".card-title")).to_have_text(["Lead 3", "Lead 2", "Lead 1"])

    press(page, words, "undo")
    expect(toasts(page)).to_contain_text("3 ")
    expect(page.locator("tbody tr")).to_have_count(5)
    board.reload()
    expect(board.locator(".card")).to_have_count(0)
    assert set(Lead.objects.values_list("pk", flat=True)) == {lead.pk for lead in leads}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["panel", "page", "page-no-scripts"])
def test_a_lead_becomes_a_deal_where_it_is_looked_at(
    place, language, open_as, alice, other, make_leads
):
    words = WORDS[language]
    alice.language = language
    alice.save(update_fields=["language"])
    (lead,) = make_leads(1)
    page = open_as(alice, java_script_enabled=place != "page-no-scripts")
    page.goto(f"/leads/?peek={lead.pk}" if place == "panel" else lead.get_absolute_url())

    button = page.locator("#panel").get_by_text(words["record"], exact=True)
    expect(button).to_be_visible()
    assert bottom_left(page, button)
    button.click()
    page.locator("select[name=pipeline]").select_option("Partners")
    press(page, words, "confirm")

    expect(page).to_have_url(re.compile(r"/deals/\d+/$"))
    expect(page.locator("h1")).to_have_text("Lead 1")
    deal = Deal.objects.get()
    assert deal.stage.pipeline == other
    page.goto(lead.get_absolute_url())
    expect(page).to_have_url(re.compile(f"{deal.get_absolute_url()}$"))


def test_all_that_match_but_the_unticked_become_deals(open_as, alice, pipeline, make_leads):
    leads = make_leads(60)
    page = open_as(alice)
    page.goto("/leads/?q=lead")
    page.locator("[data-all]").check()
    page.get_by_role("button", name="Select all 60 that match").click()
    expect(page.locator("[data-count]")).to_have_text("60 selected")
    stays = [leads[59], leads[58]]  # the newest are on the first page
    for lead in stays:
        page.locator(f"input[name=ids][value='{lead.pk}']").uncheck()
    expect(page.locator("[data-count]")).to_have_text("58 selected")
    press(page, WORDS["en"], "list")
    expect(page.get_by_role("heading", name="Convert 58 leads")).to_be_visible()
    press(page, WORDS["en"], "confirm")

    expect(toasts(page)).to_contain_text("58 leads converted")
    assert set(Lead.objects.all()) == set(stays)
    assert Deal.objects.count() == 58
    press(page, WORDS["en"], "undo")
    expect(page.get_by_text("60 leads", exact=True)).to_be_visible()
