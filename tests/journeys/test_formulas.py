"""A formula is written, put right where it is marked, tried on deals, and kept: in a browser."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.factories import DealFactory, FieldFactory
from tests.journeys.conftest import TYPE_DURING_THE_NEXT_ANSWER, toasts

pytestmark = pytest.mark.browser


def test_a_formula_is_tried_while_it_is_written(open_as, alice, manager):
    FieldFactory(name="Setup fee", kind="money")
    DealFactory(owner=alice, title="Mill for Lyon", value=Decimal(12500), currency="EUR")
    page = open_as(manager)
    page.goto("/settings/fields/")
    page.get_by_role("link", name="Add calculated field").click()
    page.get_by_label("Name").fill("Commission")
    page.get_by_label("Formula").press_sequentially("value * 0.08 + setup_fe")
    trial = page.locator("#trial")
    expect(trial).to_contain_text("There is nothing called “setup_fe”. Is it “setup_fee”?")
    expect(trial.locator("mark")).to_have_text("setup_fe")

    page.get_by_label("Formula").press_sequentially("e")
    expect(trial).to_contain_text("This gives an amount of money")
    page.get_by_label("Result", exact=True).select_option("money")
    expect(trial.get_by_role("row", name="Mill for Lyon")).to_contain_text("not calculated")
    page.get_by_label("Formula").fill("value * 0.08 + coalesce(setup_fee, 0)")
    expect(trial.get_by_role("row", name="Mill for Lyon")).to_contain_text("€1,000")

    page.get_by_role("button", name="Add field").click()
    expect(toasts(page)).to_contain_text("“Commission” is saved.")
    page.get_by_role("button", name="Delete Setup fee").click()
    expect(page.locator("#dialog")).to_contain_text("A formula uses this field.")
    expect(page.locator("#dialog").get_by_role("button", name="Delete field")).to_have_count(0)
    page.locator("#dialog").get_by_role("link", name="Commission").click()
    expect(page.get_by_label("Formula")).to_have_value("value * 0.08 + coalesce(setup_fee, 0)")


def test_what_is_typed_while_an_answer_arrives_is_tried_as_well(open_as, alice, manager):
    DealFactory(owner=alice, title="Mill for Lyon", value=Decimal(12500), currency="EUR")
    page = open_as(manager)
    page.goto("/settings/fields/calculated/")
    page.evaluate(TYPE_DURING_THE_NEXT_ANSWER, ["id_formula", "40 + 2"])
    page.get_by_label("Formula").fill("40 + 1")
    expect(page.locator("#trial").get_by_role("row", name="Mill for Lyon")).to_contain_text("42")
