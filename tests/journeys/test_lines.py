"""What is sold in a deal, on its page: added with the keyboard alone, changed where it stands, with
sums that follow at once; and a value that is typed on purpose.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from deals.models import Deal, LineItem
from tests.factories import DealFactory, LineItemFactory, ProductFactory, StageFactory
from tests.journeys.conftest import TYPE_DURING_THE_NEXT_ANSWER, toasts
from tests.journeys.test_accessibility import RULES, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def deal(alice):
    ProductFactory(name="Support", unit="hour", prices={"EUR": 80})
    return DealFactory(owner=alice, title="Pilot", stage=StageFactory(), value=1000, currency="EUR")


def sheet(page):
    return page.get_by_role("region", name="Products")


def sound(page):
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_timeout(350)
        assert list(violations(Axe(), page, rules)) == []


def test_products_are_added_by_keyboard_and_changed_where_they_stand(open_as, alice, deal):
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    sheet(page).get_by_role("link", name="Add a product").press("Enter")
    product = page.get_by_role("combobox", name="Product")
    expect(product).to_be_focused()
    product.press_sequentially("supp")
    expect(page.get_by_role("option", name="Support")).to_be_visible()
    product.press("ArrowDown")
    product.press("Enter")
    page.get_by_label("Quantity").fill("3")
    expect(sheet(page)).to_contain_text("All products: €240 before tax")
    sound(page)
    page.get_by_label("Quantity").press("Enter")

    expect(page.locator("#worth")).to_contain_text("€240")
    expect(page.locator("#deal-value")).to_contain_text("€240")
    expect(product).to_be_focused()
    product.fill("Desk")
    page.get_by_label("Unit price").fill("99,90")
    page.get_by_label("Unit price").press("Enter")
    expect(page.locator("#worth")).to_contain_text("€339.90")
    expect(product).to_have_value("")
    product.press("Escape")
    expect(product).to_have_count(0)

    sheet(page).get_by_role("link", name="Desk").click()
    expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(0)
    page.get_by_label("Discount", exact=False).first.fill("10")
    expect(sheet(page)).to_contain_text("All products: €329.91 before tax")
    sound(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#worth")).to_contain_text("€329.91")
    expect(sheet(page).get_by_role("link", name="Desk")).to_be_focused()

    grip = sheet(page).get_by_role("button", name="Drag Desk")
    for key in ("Space", "ArrowUp", "Space"):
        grip.press(key)
    expect(sheet(page).locator(".line").first).to_contain_text("Desk")
    page.reload()
    expect(sheet(page).locator(".line").first).to_contain_text("Desk")


def test_what_is_typed_while_an_answer_arrives_is_summed_up_as_well(open_as, alice, deal):
    line = LineItemFactory(deal=deal, name="Desk", price=250)
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    sheet(page).get_by_role("link", name="Desk").click()
    quantity = page.get_by_label("Quantity")
    expect(quantity).to_be_visible()
    expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(0)
    page.evaluate(TYPE_DURING_THE_NEXT_ANSWER, [quantity.get_attribute("id"), "4"])
    quantity.fill("3")
    expect(sheet(page)).to_contain_text("All products: €1,000 before tax")
    line.refresh_from_db()
    assert line.quantity == 1


def test_a_value_is_typed_on_purpose_and_follows_again(open_as, alice, deal):
    LineItemFactory(deal=deal, name="Desk", price=250)
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    sound(page)
    expect(sheet(page)).to_contain_text("The value of the deal was typed: €1,000.")
    sheet(page).get_by_role("button", name="Follow the products: €250").click()
    expect(page.locator("#worth")).to_contain_text("€250")

    sheet(page).get_by_role("link", name="Type another value").click()
    sound(page)
    page.get_by_role("textbox", name="Value").fill("300")
    page.get_by_role("button", name="Save value").click()
    expect(page.locator("#worth")).to_contain_text("€300")
    toasts(page).get_by_role("button", name="Undo").first.click()
    expect(page.locator("#worth")).to_contain_text("€250")
    assert Deal.objects.get().is_summed


def test_a_line_taken_off_comes_back(open_as, alice, deal):
    LineItemFactory(deal=deal, name="Desk")
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    sheet(page).get_by_role("link", name="Desk").click()
    page.get_by_role("button", name="Take off").click()
    expect(sheet(page)).to_contain_text("Nothing yet")
    toasts(page).get_by_role("button", name="Undo").click()
    expect(sheet(page).get_by_role("link", name=re.compile("Desk"))).to_be_visible()
    assert LineItem.objects.count() == 1


def test_without_scripts_lines_are_put_in_order_by_buttons(open_as, alice, deal):
    for name in ("Desk", "Chair", "Lamp"):
        LineItemFactory(deal=deal, name=name)
    page = open_as(alice, java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto(deal.get_absolute_url())

    sheet(page).get_by_role("button", name="Move Desk down").click()

    expect(sheet(page).locator(".line .title")).to_have_text(["Chair", "Desk", "Lamp"])
    expect(sheet(page).get_by_role("button", name="Move Chair up")).to_be_disabled()


def test_a_first_product_is_offered_in_the_currency_chosen_for_it(open_as, alice):
    ProductFactory(name="Support", prices={"EUR": 80, "USD": 90})
    page = open_as(alice)
    page.goto(DealFactory(owner=alice, stage=StageFactory()).get_absolute_url())
    sheet(page).get_by_role("link", name="Add a product").click()
    page.get_by_label("Currency").select_option("USD")
    page.get_by_role("combobox", name="Product").press_sequentially("supp")

    expect(page.get_by_role("option", name="Support")).to_contain_text("$90")
