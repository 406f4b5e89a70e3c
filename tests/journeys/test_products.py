"""A manager keeps the catalogue: adds, changes in place, takes out of the offer, deletes."""

import re

import pytest
from playwright.sync_api import expect

from products.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.journeys.conftest import tick, toasts

pytestmark = pytest.mark.browser


@pytest.fixture
def products():
    machines = CategoryFactory(name="Machines")
    return [
        ProductFactory(name="Care"),
        ProductFactory(name="Espresso machine", category=machines, prices={"EUR": 3400}),
        ProductFactory(name="Mill", code="M-7", category=machines, prices={"EUR": 690}),
    ]


@pytest.fixture
def page(open_as, manager, products):
    page = open_as(manager)
    page.goto("/products/")
    return page


def row(page, name):
    return page.locator("tbody tr", has=page.get_by_role("link", name=name, exact=True))


def test_a_product_is_added_with_a_price_in_two_currencies(page, console):
    console.expect("422")
    page.keyboard.press("c")
    page.get_by_label("Name").fill("Water filter")
    page.get_by_label("Price", exact=True).fill("89")
    page.get_by_role("button", name="One more").click()
    expect(page.get_by_label("Price", exact=True)).to_have_count(2)
    page.get_by_label("Price", exact=True).last.fill("much")
    page.get_by_label("Currency").last.select_option("USD")
    page.get_by_role("button", name="Save product").click()

    expect(page.locator("#form")).to_contain_text("“much”: Write an amount")
    page.get_by_label("Price", exact=True).nth(1).fill("95,50")
    page.get_by_role("button", name="Save product").click()

    expect(page).to_have_url(re.compile(r"/products/\d+/$"))
    expect(page.locator("#facts")).to_contain_text("€89")
    expect(page.locator("#facts")).to_contain_text("$95.50")


def test_a_price_is_changed_in_its_cell_and_taken_back(page):
    row(page, "Mill").locator("td[data-kind=exact-money] a").click()
    page.get_by_label("Price", exact=True).first.fill("700")
    page.keyboard.press("Enter")
    expect(row(page, "Mill")).to_contain_text("€700")
    toasts(page).get_by_role("button", name="Undo").click()
    expect(row(page, "Mill")).to_contain_text("€690")


def test_beside_the_list_one_steps_through_and_changes_a_fact(page):
    page.get_by_role("link", name="Espresso machine", exact=True).click()
    expect(page.locator("#drawer-title")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#drawer-title")).to_have_text("Mill")
    facts = page.locator("#facts")
    facts.get_by_role("link", name="Edit “Billing”").click()
    facts.locator("select[name=frequency]").select_option("monthly")
    facts.get_by_label("Number of cycles").fill("36")
    facts.get_by_role("button", name="Save").click()
    expect(facts).to_contain_text("Monthly × 36")


def test_ticked_ones_get_a_category_and_go_out_of_the_offer(page, products):
    tick(page, products[0])
    page.get_by_role("button", name="Category").click()
    page.locator("#category-menu").get_by_role("button", name="Machines").click()
    expect(toasts(page)).to_contain_text("1 product put into “Machines”.")
    expect(row(page, "Care")).to_contain_text("Machines")

    tick(page, products[0], products[2])
    page.get_by_role("button", name="No longer offer").click()
    expect(page.locator(".results-head")).to_contain_text("1 product")
    toasts(page).filter(has_text="no longer offered").get_by_role("button", name="Undo").click()
    expect(page.locator(".results-head")).to_contain_text("3 products")


def test_one_is_deleted_and_restored(page):
    page.get_by_role("link", name="Mill", exact=True).click()
    page.locator("#drawer").get_by_role("button", name="Delete").click()
    page.locator("#dialog").get_by_role("button", name="Delete").click()
    expect(toasts(page)).to_contain_text("1 product deleted.")
    page.get_by_role("link", name="Recently deleted").click()
    page.get_by_role("button", name="Restore Mill").click()
    expect(toasts(page)).to_contain_text("1 product is back.")
    assert Product.objects.filter(name="Mill").exists()


def test_a_rep_looks_a_product_up_and_changes_nothing(open_as, alice, products):
    page = open_as(alice)
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile(r"/products/$"))
    page.get_by_role("searchbox", name="Words in the name or the code").fill("m-7")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Mill", exact=True).click()
    expect(page.locator("#drawer")).to_contain_text("€690")
    expect(page.locator("#drawer").get_by_role("button", name="Delete")).to_have_count(0)


def test_without_scripts_all_of_it_works(open_as, manager, products):
    page = open_as(manager, java_script_enabled=False)
    page.goto("/products/new/")
    page.get_by_label("Name").fill("Water filter")
    page.get_by_label("Price", exact=True).fill("89")
    page.get_by_role("button", name="Save product").click()
    expect(page.locator("#facts")).to_contain_text("€89")
    page.goto("/products/")
    row(page, "Mill").locator("td[data-kind=exact-money] a").click()
    page.get_by_label("Price", exact=True).first.fill("700")
    page.get_by_role("button", name="Save").click()
    expect(toasts(page)).to_be_visible()
    page.goto("/products/")
    expect(row(page, "Mill")).to_contain_text("€700")
