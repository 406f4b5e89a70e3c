"""Stages are put in order by mouse, finger and keyboard; deals that end are asked why."""

import pytest
from playwright.sync_api import expect

from deals.models import Deal
from pipelines.models import Requirement
from tests.factories import DealFactory, FieldFactory, LostReasonFactory
from tests.journeys.conftest import toasts

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(open_as, manager, pipeline, stages):
    page = open_as(manager)
    page.goto(f"/settings/pipelines/{pipeline.pk}/")
    expect_order(page, pipeline, "Qualified", "Offer", "Negotiation")
    return page


def names(page):
    return page.locator(".stage-row[data-item] [name$='-name']")


def expect_order(page, pipeline, *order):
    for place, name in enumerate(order):
        expect(names(page).nth(place)).to_have_value(name)
    expect(page.locator("[data-saving]")).to_have_count(0)
    assert [each.name for each in pipeline.stages.in_order()] == list(order)


def grip(page, name):
    return page.locator(f"[data-grip][data-name='{name}']")


def drag(page, name, to):
    """With the mouse, in steps, to the upper part of the row of ``to``."""
    start = grip(page, name).bounding_box()
    there = page.locator(".stage-row", has=grip(page, to)).bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 12, there["y"] + 8, steps=6)


def test_stages_are_dragged_into_order_and_what_was_typed_stays(settings, pipeline):
    page = settings
    names(page).nth(1).fill("Quotation")
    drag(page, "Negotiation", "Qualified")
    page.mouse.up()
    expect(names(page).nth(0)).to_have_value("Negotiation")
    expect(names(page).nth(2)).to_have_value("Quotation")  # not saved yet, and not lost
    expect(page.locator("[data-saving]")).to_have_count(0)
    page.get_by_role("button", name="Save pipeline").last.click()
    expect(toasts(page)).to_contain_text("“Sales” is saved.")
    expect_order(page, pipeline, "Negotiation", "Qualified", "Quotation")


def test_escape_puts_a_row_back(settings, pipeline):
    page = settings
    drag(page, "Negotiation", "Qualified")
    expect(names(page).nth(0)).to_have_value("Negotiation")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect_order(page, pipeline, "Qualified", "Offer", "Negotiation")


def test_a_row_is_lifted_moved_and_dropped_by_keys(settings, pipeline):
    page, said = settings, settings.locator("#urgent-announcements")
    grip(page, "Qualified").focus()
    page.keyboard.press("Space")
    expect(said).to_contain_text("Qualified lifted.")
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("Qualified: place 2 of 3.")
    page.keyboard.press("Space")
    expect(said).to_have_text("Qualified dropped at place 2 of 3.")
    expect_order(page, pipeline, "Offer", "Qualified", "Negotiation")
    expect(grip(page, "Qualified")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect_order(page, pipeline, "Offer", "Qualified", "Negotiation")


def test_a_finger_drags_a_row(open_as, manager, pipeline, stages):
    page = open_as(manager, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"/settings/pipelines/{pipeline.pk}/")
    grip(page, "Offer").scroll_into_view_if_needed()
    start = grip(page, "Offer").bounding_box()
    touch = page.context.new_cdp_session(page)

    def send(kind, y):
        points = [] if kind == "touchEnd" else [{"x": start["x"] + 8, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    there = page.locator(".stage-row", has=grip(page, "Qualified")).bounding_box()
    send("touchStart", start["y"] + 8)
    for step in range(1, 9):
        send("touchMove", start["y"] + (there["y"] + 5 - start["y"]) * step / 8)
    send("touchEnd", 0)

    expect_order(page, pipeline, "Offer", "Qualified", "Negotiation")


def test_the_arrows_move_a_row_and_the_ends_say_so(settings, pipeline):
    page = settings
    page.get_by_role("button", name="Move Qualified down").click()
    expect_order(page, pipeline, "Offer", "Qualified", "Negotiation")
    page.get_by_role("button", name="Move Qualified down").click()
    expect(page.get_by_role("button", name="Move Qualified down")).to_be_disabled()
    expect(page.get_by_role("button", name="Move Qualified up")).to_be_focused()
    expect_order(page, pipeline, "Offer", "Negotiation", "Qualified")


def test_where_the_server_says_no_the_row_goes_back(settings, pipeline, stages, console):
    console.expect("status of 404")
    page = settings
    stages[2].delete()
    page.get_by_role("button", name="Move Negotiation up").click()
    expect(names(page).nth(2)).to_have_value("Negotiation")


def test_without_scripts_the_arrows_are_plain_buttons(open_as, manager, pipeline, stages):
    page = open_as(manager, java_script_enabled=False)
    page.goto(f"/settings/pipelines/{pipeline.pk}/")
    expect(grip(page, "Offer")).to_be_hidden()
    page.get_by_role("button", name="Move Offer up").click()
    expect(names(page).nth(0)).to_have_value("Offer")


@pytest.fixture
def deal(alice, stages):
    return DealFactory(title="Coffee corner", owner=alice, stage=stages[0])


def state(deal):
    deal.refresh_from_db()
    return deal.status, deal.stage.name, list(deal.custom.values())


def test_a_win_asks_for_what_is_missing(open_as, alice, pipeline, deal, console):
    console.expect("status of 422")
    budget = FieldFactory(name="Budget", kind="number")
    Requirement.objects.create(pipeline=pipeline, field=budget, moment="won")
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    page.get_by_role("button", name="Won").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Mark “Coffee corner” as won")
    expect(dialog.get_by_label("Budget")).to_be_focused()
    dialog.get_by_label("Budget").fill("a lot")
    dialog.get_by_role("button", name="Save and mark as won").click()
    expect(dialog.locator(".error-summary")).to_be_visible()
    assert state(deal) == ("open", "Qualified", [])
    dialog.get_by_label("Budget").fill("12000")
    dialog.get_by_role("button", name="Save and mark as won").click()
    expect(toasts(page)).to_contain_text("“Coffee corner” is won.")
    assert state(deal) == ("won", "Qualified", ["12000"])
    toasts(page).get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Won")).to_be_visible()
    assert state(deal) == ("open", "Qualified", ["12000"])


def test_a_loss_says_why(open_as, alice, deal, console):
    console.expect("status of 422")
    LostReasonFactory(name="Too dear")
    LostReasonFactory(name="Other", needs_comment=True, position=1)
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    page.get_by_role("button", name="Lost").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").select_option("Other")
    dialog.get_by_role("button", name="Mark as lost").click()
    expect(dialog.locator(".error-summary")).to_contain_text("“Other” needs a comment.")
    dialog.get_by_label("Comment").fill("They moved away")
    dialog.get_by_role("button", name="Mark as lost").click()
    expect(toasts(page)).to_contain_text("“Coffee corner” is lost.")
    expect(page.locator("main")).to_contain_text("They moved away")
    assert state(deal)[0] == "lost"


def test_many_move_on_and_say_what_the_stage_requires(open_as, alice, pipeline, stages, deal):
    size = FieldFactory(name="Size", kind="option", options=["Small", "Large"])
    Requirement.objects.create(pipeline=pipeline, stage=stages[2], field=size, moment="enter")
    other = DealFactory(title="Tea corner", owner=alice, stage=stages[1])
    page = open_as(alice)
    page.goto("/deals/list/")
    for each in (deal, other):
        page.locator(f"input[name=ids][value='{each.pk}']").check()
    page.locator(".bulk-bar").get_by_role("button", name="Move").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Move 2 deals")
    dialog.get_by_label("Stage").select_option("Negotiation")
    dialog.get_by_label("Size").select_option("Large")
    dialog.get_by_role("button", name="Move deals").click()
    expect(toasts(page)).to_contain_text("2 deals moved to Negotiation.")
    assert set(Deal.objects.values_list("stage__name", flat=True)) == {"Negotiation"}
