"""The rail: all places beside the page, and on a phone the first five with the others behind
"More".
"""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"viewport": {"width": 390, "height": 844}}
NARROW = {"viewport": {"width": 320, "height": 700}}
FIRST = ["Prospects", "Affaires", "Projets", "Activités", "Personnes"]
OTHERS = ["Organisations", "Produits", "Analyses"]


@pytest.fixture
def anne(alice):
    """Alice, who reads French: the longer words."""
    alice.language = "fr"
    alice.save()
    return alice


def rail(page):
    return page.locator(".rail-places")


def test_beside_the_page_all_places_stand(open_as, anne):
    page = open_as(anne)
    page.goto("/deals/")
    for name in FIRST + OTHERS:
        expect(rail(page).get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(rail(page).get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("window", [PHONE, NARROW], ids=["390", "320"])
def test_on_a_phone_five_places_stand_with_their_whole_names(window, open_as, anne):
    page = open_as(anne, **window)
    page.goto("/deals/")
    shown = rail(page).get_by_role("link")
    expect(shown).to_have_text(FIRST)
    expect(rail(page).get_by_role("button", name="Plus")).to_be_visible()
    words = rail(page).locator("> ul > li > * > span").all()
    assert all(each.evaluate("e => e.scrollWidth <= e.clientWidth") for each in words)
    width = window["viewport"]["width"]
    boxes = [each.bounding_box() for each in rail(page).locator("> ul > li").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)


def test_the_others_open_above_the_bar_and_lead_there(open_as, anne):
    page = open_as(anne, **PHONE)
    page.goto("/deals/")
    more = rail(page).get_by_role("button", name="Plus")
    more.click()
    expect(rail(page).get_by_role("link")).to_have_text(FIRST + OTHERS)
    page.keyboard.press("Escape")
    expect(rail(page).get_by_role("link", name="Produits")).to_be_hidden()

    more.click()
    rail(page).get_by_role("link", name="Produits").click()

    expect(page.get_by_role("heading", name="Produits", level=1)).to_be_visible()
    more.click()
    link = rail(page).get_by_role("link", name="Produits")
    expect(link).to_have_attribute("aria-current", "page")
