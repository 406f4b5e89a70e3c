"""The board: cards move by mouse, keyboard and menu, and go back when the server says no."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from deals.models import Deal
from deals.services import move_deals
from history.models import Operation
from leads.models import Lead
from opportunities import services as opportunities
from pipelines.models import Requirement
from tests.factories import (
    DealFactory,
    FieldFactory,
    LostReasonFactory,
    PipelineFactory,
    StageFactory,
)
from tests.journeys.conftest import toasts

pytestmark = pytest.mark.browser


@pytest.fixture
def deals(alice, stages):
    """Deal 1 to Deal 3 in the first stage, 1,000 euros each."""
    return [
        DealFactory(title=f"Deal {n}", owner=alice, stage=stages[0], value=1000, currency="EUR")
        for n in (1, 2, 3)
    ]


@pytest.fixture
def page(open_as, alice, deals):
    page = open_as(alice)
    page.goto("/deals/")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    return page


def column(page, name):
    return page.locator(f".column[aria-label='{name}']")


def cards(page, name):
    return column(page, name).locator(".card-title")


def drag(page, title, to):
    """With the mouse, in steps, as a hand does."""
    there = column(page, to).bounding_box()
    carry(page, title, there["x"] + 60, there["y"] + 150)
    page.mouse.up()


def carry(page, title, x, y):
    """Take up a card and hold it at a point of the screen."""
    card = page.locator(".card:not([data-ghost])", has_text=title).bounding_box()
    page.mouse.move(card["x"] + 20, card["y"] + 20)
    page.mouse.down()
    page.mouse.move(card["x"] + 40, card["y"] + 30, steps=3)
    page.mouse.move(x, y, steps=6)


def drag_out(page, title, zone):
    """To one of the zones, which come up with the card."""
    carry(page, title, 640, 300)
    there = still(page.locator(f"[data-zone={zone}]"))
    page.mouse.move(there["x"] + there["width"] / 2, there["y"] + there["height"] / 2, steps=6)
    expect(page.locator(f"[data-zone={zone}][data-over]")).to_be_visible()
    page.mouse.up()


def still(locator):
    """Where it stands, once it has come to rest."""
    expect(locator).to_be_visible()
    return locator.bounding_box()


def said(page, *words):
    for each in words:
        expect(page.locator("#urgent-announcements")).to_contain_text(each)


def stays(page):
    """From now on ``is_still`` tells whether the page was loaded anew."""
    page.evaluate("window.stays = true")


def is_still(page):
    return page.evaluate("window.stays === true")


def until(page, is_so):
    """Wait until something is so that no locator tells."""
    for _try in range(150):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("Not so after fifteen seconds.")


def scroll_top(page):
    return page.locator("crm-board").evaluate("board => board.scrollTop")


def scrolled(page):
    return page.locator("crm-board").evaluate("board => board.scrollLeft")


class Held:
    """The page's requests to an address wait on their way until they are let go, one by one."""

    def __init__(self, page, pattern):
        self.page, self.routes = page, []
        page.route(pattern, lambda route: self.routes.append(route))

    def wait_for(self, number):
        until(self.page, lambda: len(self.routes) >= number)

    def let_go(self):
        self.routes.pop(0).continue_()


def stage_of(deal):
    return Deal.objects.get(pk=deal.pk).stage.name


def test_a_drag_moves_the_card_and_the_totals_and_undo_moves_it_back(page, deals):
    drag(page, "Deal 2", "Offer")
    expect(toasts(page)).to_contain_text("“Deal 2” moved to Offer.")
    expect(cards(page, "Offer")).to_have_text(["Deal 2"])
    expect(column(page, "Qualified").locator(".count")).to_have_text("2")
    expect(column(page, "Qualified").locator(".sum")).to_contain_text("€2,000")
    expect(column(page, "Offer").locator(".sum")).to_contain_text("€1,000")
    expect(page.locator("[data-ghost]")).to_have_count(0)
    assert stage_of(deals[1]) == "Offer"

    page.get_by_role("button", name="Undo").click()
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    expect(cards(page, "Offer")).to_have_count(0)


def test_a_drag_opens_nothing_and_a_click_opens_the_deal(page, deals):
    drag(page, "Deal 1", "Offer")
    expect(toasts(page)).to_contain_text("“Deal 1” moved to Offer.")
    assert page.url.endswith("/deals/")
    page.get_by_role("link", name="Deal 1", exact=True).click()
    expect(page.locator("h1")).to_have_text("Deal 1")


def test_a_card_moves_by_keyboard_and_every_step_is_said(page, deals):
    said = page.locator("#urgent-announcements")
    page.get_by_role("link", name="Deal 1", exact=True).focus()
    page.keyboard.press("Space")
    expect(said).to_contain_text("Deal 1")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Offer")
    page.keyboard.press("Space")
    expect(toasts(page)).to_contain_text("“Deal 1” moved to Offer.")
    expect(cards(page, "Offer")).to_have_text(["Deal 1"])
    expect(page.get_by_role("link", name="Deal 1", exact=True)).to_be_focused()
    assert stage_of(deals[0]) == "Offer"


def test_escape_puts_a_lifted_card_back_and_asks_nothing(page, deals):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="Deal 2", exact=True).focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    assert asked == []
    assert stage_of(deals[1]) == "Qualified"


def test_the_menu_of_a_card_moves_it_without_dragging(page, deals):
    page.get_by_role("link", name="Move Deal 3").click()
    menu = page.get_by_role("menu", name="Move Deal 3")
    expect(menu.get_by_role("menuitem", name="Qualified")).to_be_disabled()
    expect(menu.get_by_role("menuitem", name="Offer")).to_be_focused()
    menu.get_by_role("menuitem", name="Negotiation").click()
    expect(toasts(page)).to_contain_text("“Deal 3” moved to Negotiation.")
    expect(menu).to_be_hidden()
    expect(cards(page, "Negotiation")).to_have_text(["Deal 3"])
    expect(page.get_by_role("link", name="Deal 3", exact=True)).to_be_focused()
    assert stage_of(deals[2]) == "Negotiation"


def test_the_key_m_opens_the_menu_of_the_card_with_the_focus(page, deals):
    page.get_by_role("link", name="Deal 2", exact=True).focus()
    page.keyboard.press("m")
    menu = page.get_by_role("menu", name="Move Deal 2")
    expect(menu.get_by_role("menuitem", name="Offer")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.get_by_role("link", name="Deal 2", exact=True)).to_be_focused()

    page.keyboard.press("m")
    for key, name in (
        ("ArrowDown", "Negotiation"),
        ("ArrowUp", "Offer"),
        ("End", "Return to leads"),
        ("ArrowDown", "Offer"),
        ("w", "Won"),
        ("Home", "Offer"),
    ):
        page.keyboard.press(key)
        expect(menu.get_by_role("menuitem", name=name)).to_be_focused()
    page.keyboard.press("Enter")
    expect(cards(page, "Offer")).to_have_text(["Deal 2"])
    expect(toasts(page)).to_contain_text("“Deal 2” moved to Offer.")
    expect(page.get_by_role("link", name="Deal 2", exact=True)).to_be_focused()


def test_the_key_m_is_about_the_card_under_the_mouse_where_none_has_the_focus(page, deals):
    page.keyboard.press("m")
    expect(page.get_by_role("menu")).to_have_count(0)
    page.locator(".card", has_text="Deal 3").hover()
    page.keyboard.press("m")
    page.get_by_role("menu", name="Move Deal 3").get_by_role("menuitem", name="Won").click()
    expect(toasts(page)).to_contain_text("“Deal 3” is won.")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2"])


def test_the_key_m_can_be_switched_off(open_as, alice, deals):
    alice.has_shortcuts = False
    alice.save()
    page = open_as(alice)
    page.goto("/deals/")
    page.get_by_role("link", name="Deal 1", exact=True).focus()
    page.keyboard.press("m")
    page.keyboard.press("Space")  # what is no letter works all the same
    said(page, "Deal 1 lifted")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(page.locator("[aria-keyshortcuts=m]")).to_have_count(0)


def test_the_menu_moves_without_scripts(open_as, alice, deals):
    page = open_as(alice, java_script_enabled=False)
    page.goto("/deals/")
    page.get_by_role("link", name="Move Deal 3").click()
    page.get_by_role("button", name="Negotiation").click()
    expect(toasts(page)).to_contain_text("“Deal 3” moved to Negotiation.")
    expect(cards(page, "Negotiation")).to_have_text(["Deal 3"])
    page.get_by_role("link", name="Move Deal 3").click()
    page.get_by_role("button", name="Won").click()
    expect(toasts(page)).to_contain_text("“Deal 3” is won.")
    page.get_by_role("link", name="Move Deal 2").click()
    page.get_by_role("button", name="Archive").click()
    expect(toasts(page)).to_contain_text("“Deal 2” is archived.")
    expect(page.locator(".card-title")).to_have_text(["Deal 1"])


def test_a_card_returns_when_the_server_breaks(page, deals, console, monkeypatch):
    console.expect("status of 500", "Response Status Error Code 500")

    def broken(*_arguments, **_keywords):
        raise RuntimeError("a fault of this test")

    monkeypatch.setattr("deals.views.moving.move_deals", broken)
    drag(page, "Deal 2", "Offer")
    expect(page.locator(".toast[data-level=error]")).to_contain_text("Something went wrong")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    assert stage_of(deals[1]) == "Qualified"


def test_a_card_returns_when_the_network_is_gone(page, deals, console):
    console.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    page.context.set_offline(True)
    drag(page, "Deal 2", "Offer")
    expect(page.locator(".toast[data-level=error]")).to_be_visible()
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    page.context.set_offline(False)
    drag(page, "Deal 2", "Offer")
    expect(cards(page, "Offer")).to_have_text(["Deal 2"])
    expect(toasts(page).last).to_contain_text("“Deal 2” moved to Offer.")


def test_a_card_that_a_colleague_moved_meanwhile_is_shown_where_it_is(
    page, deals, stages, bob, console
):
    console.expect("status of 409", "Response Status Error Code 409")
    move_deals([deals[1]], to=stages[2], by=bob)
    drag(page, "Deal 2", "Offer")
    expect(page.locator(".toast[data-level=error]")).to_contain_text(
        "“Deal 2” was in “Qualified” when you moved it; now it is in “Negotiation”."
    )
    expect(cards(page, "Offer")).to_have_count(0)
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 3"])
    expect(cards(page, "Negotiation")).to_have_text(["Deal 2"])
    expect(column(page, "Negotiation").locator(".count")).to_have_text("1")
    assert stage_of(deals[1]) == "Negotiation"
    drag(page, "Deal 2", "Offer")  # seen now
    expect(cards(page, "Offer")).to_have_text(["Deal 2"])
    expect(toasts(page).last).to_contain_text("“Deal 2” moved to Offer.")


def test_a_deal_that_is_gone_leaves_the_board(page, deals, bob, console):
    console.expect("status of 404", "Response Status Error Code 404")
    opportunities.delete([deals[1]], by=deals[1].owner)
    drag(page, "Deal 2", "Offer")
    expect(page.locator(".toast[data-level=error]")).to_contain_text("no longer there")
    expect(page.locator(".card-title")).to_have_text(["Deal 1", "Deal 3"])


def test_an_expired_session_leads_to_the_sign_in(page, deals):
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    drag(page, "Deal 2", "Offer")
    expect(page.get_by_label("Password")).to_be_visible()
    assert page.url.endswith("/sign-in/?next=%2Fdeals%2F")


# --- Zones -------------------------------------------------------------------------------------


def test_zones_come_up_with_a_card_only_and_escape_puts_it_back(page, deals):
    zones = page.locator(".zones")
    expect(zones).to_be_hidden()
    carry(page, "Deal 2", 640, 300)
    expect(zones).to_be_visible()
    there = still(page.locator("[data-zone=won]"))
    page.mouse.move(there["x"] + 50, there["y"] + 30, steps=4)
    expect(page.locator("[data-zone=won][data-over]")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(zones).to_be_hidden()
    said(page, "Deal 2 is back where it was")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    assert Deal.objects.get(pk=deals[1].pk).is_open


def test_a_card_dropped_on_won_is_won_and_undo_brings_it_back(page, deals):
    stays(page)
    drag_out(page, "Deal 2", "won")
    expect(toasts(page)).to_contain_text("“Deal 2” is won.")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 3"])
    expect(column(page, "Qualified").locator(".count")).to_have_text("2")
    expect(page.locator("#board-total")).to_contain_text("€2,000")
    assert is_still(page)
    assert Deal.objects.get(pk=deals[1].pk).status == "won"
    page.get_by_role("button", name="Undo").click()
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])


def test_a_card_dropped_on_lost_asks_why_and_goes_back_on_cancel(page, deals):
    reason = LostReasonFactory(name="Price")
    drag_out(page, "Deal 2", "lost")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    said(page, "Deal 2 is back where it was")
    expect(page.locator(".card[data-saving]")).to_have_count(0)
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    expect(page.get_by_role("link", name="Deal 2", exact=True)).to_be_focused()

    drag_out(page, "Deal 2", "lost")
    dialog.get_by_label("Reason").select_option("Price")
    dialog.get_by_role("button", name="Mark as lost").click()
    expect(toasts(page)).to_contain_text("“Deal 2” is lost.")
    expect(dialog).to_be_hidden()
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 3"])
    deal = Deal.objects.get(pk=deals[1].pk)
    assert (deal.status, deal.lost_reason) == ("lost", reason)


def test_a_card_dropped_on_the_archive_is_archived(page, deals):
    stays(page)
    drag_out(page, "Deal 1", "archive")
    expect(toasts(page)).to_contain_text("“Deal 1” is archived.")
    expect(cards(page, "Qualified")).to_have_text(["Deal 2", "Deal 3"])
    expect(column(page, "Qualified").locator(".count")).to_have_text("2")
    assert is_still(page)
    assert Deal.objects.get(pk=deals[0].pk).is_archived


def test_a_card_returns_to_the_leads_at_once_and_undo_brings_it_back(page, deals):
    stays(page)
    drag_out(page, "Deal 3", "return")
    expect(toasts(page)).to_contain_text("1 deal is back among the leads.")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2"])
    expect(column(page, "Qualified").locator(".count")).to_have_text("2")
    assert is_still(page)
    assert Lead.objects.get().title == "Deal 3"
    assert Operation.objects.get(verb="deal.returned").token, "a repetition is known by it"
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".card-title")).to_have_count(3)


def test_a_card_goes_to_a_stage_of_another_pipeline(open_as, alice, deals):
    other = PipelineFactory(name="Partners", position=1)
    StageFactory(pipeline=other, name="First talk", position=0)
    signed = StageFactory(pipeline=other, name="Signed", position=1)
    page = open_as(alice)
    page.goto("/deals/")
    stays(page)
    drag_out(page, "Deal 2", "pipeline")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Another pipeline")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    said(page, "Deal 2 is back where it was")

    drag_out(page, "Deal 2", "pipeline")
    dialog.get_by_label("Another pipeline").select_option("Signed")
    dialog.get_by_role("button", name="Move there").click()
    expect(toasts(page)).to_contain_text("“Deal 2” moved to Partners, Signed.")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 3"])
    expect(page.locator("#board-total")).to_contain_text("2 open deals")
    assert is_still(page)
    assert Deal.objects.get(pk=deals[1].pk).stage == signed


def test_a_lifted_card_reaches_the_zones_by_keyboard(page, deals):
    page.get_by_role("link", name="Deal 2", exact=True).focus()
    page.keyboard.press("Space")
    said(page, "Deal 2 lifted", "End leads to Won")
    page.keyboard.press("End")
    said(page, "Deal 2 over “Won”, 1 of 4")
    page.keyboard.press("ArrowRight")
    said(page, "over “Lost”, 2 of 4")
    page.keyboard.press("Home")
    said(page, "Deal 2 over Qualified")
    page.keyboard.press("End")
    page.keyboard.press("Space")
    expect(toasts(page)).to_contain_text("“Deal 2” is won.")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 3"])
    expect(page.get_by_role("link", name="Deal 3", exact=True)).to_be_focused()  # in its place
    assert Deal.objects.get(pk=deals[1].pk).status == "won"


def test_a_card_whose_win_breaks_shows_itself_again(page, deals, console, monkeypatch):
    console.expect("status of 500", "Response Status Error Code 500")

    def broken(*_arguments, **_keywords):
        raise RuntimeError("a fault of this test")

    monkeypatch.setattr("deals.services.win_deals", broken)
    drag_out(page, "Deal 2", "won")
    expect(page.locator(".toast[data-level=error]")).to_contain_text("Something went wrong")
    expect(page.locator(".card:visible .card-title")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    said(page, "Deal 2 is back where it was")


def test_a_stage_that_requires_a_field_asks_for_it_and_cancel_puts_the_card_back(
    page, deals, stages
):
    field = FieldFactory(kind="text", name="Budget holder")
    Requirement.objects.create(
        pipeline=stages[1].pipeline, stage=stages[1], field=field, moment="enter"
    )
    drag(page, "Deal 2", "Offer")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("link", name="Cancel").click()
    said(page, "Deal 2 is back where it was")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])

    drag(page, "Deal 2", "Offer")
    dialog.get_by_label("Budget holder").fill("Nora")
    dialog.get_by_role("button", name="Save and move").click()
    expect(toasts(page)).to_contain_text("“Deal 2” moved to Offer.")
    expect(cards(page, "Offer")).to_have_text(["Deal 2"])
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 3"])


# --- More than one at a time -------------------------------------------------------------------


def test_a_second_card_moved_while_the_first_is_saved_is_saved_after_it(page, deals):
    held = Held(page, "**/move/")
    drag(page, "Deal 1", "Offer")
    held.wait_for(1)
    drag(page, "Deal 2", "Offer")
    drag(page, "Deal 3", "Negotiation")
    expect(page.locator(".card[data-saving]")).to_have_count(3)
    held.let_go()
    held.wait_for(1)  # the next one leaves once the first is answered
    expect(page.locator(".card[data-saving]")).to_have_count(2)
    expect(cards(page, "Negotiation")).to_have_text(["Deal 3"])  # drawn anew, and still where it is
    held.let_go()
    held.wait_for(1)
    held.let_go()
    expect(page.locator(".card[data-saving]")).to_have_count(0)
    expect(cards(page, "Offer")).to_have_text(["Deal 1", "Deal 2"])
    expect(cards(page, "Negotiation")).to_have_text(["Deal 3"])
    assert [stage_of(deal) for deal in deals] == ["Offer", "Offer", "Negotiation"]
    page.reload()
    expect(cards(page, "Offer")).to_have_text(["Deal 1", "Deal 2"])


def test_one_card_moved_twice_in_a_row_ends_where_it_was_dropped_last(page, deals):
    held = Held(page, "**/move/")
    drag(page, "Deal 1", "Offer")
    held.wait_for(1)
    drag(page, "Deal 1", "Negotiation")
    held.let_go()
    held.wait_for(1)
    held.let_go()
    expect(page.locator(".card[data-saving]")).to_have_count(0)
    expect(cards(page, "Negotiation")).to_have_text(["Deal 1"])
    assert stage_of(deals[0]) == "Negotiation"
    assert deals[0].stage_visits.count() == 3


def test_what_followed_a_move_that_failed_goes_back_with_it(page, deals, console):
    console.expect("status of 500", "Response Status Error Code 500")
    held = Held(page, "**/move/")
    drag(page, "Deal 1", "Offer")
    held.wait_for(1)
    drag(page, "Deal 1", "Negotiation")
    held.routes.pop(0).fulfill(status=500, body="")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    expect(page.locator(".card[data-saving]")).to_have_count(0)
    assert held.routes == []
    assert stage_of(deals[0]) == "Qualified"


def test_columns_drawn_anew_leave_the_card_in_the_air(page, deals):
    held = Held(page, "**/move/")
    drag(page, "Deal 1", "Offer")
    held.wait_for(1)
    there = column(page, "Negotiation").bounding_box()
    carry(page, "Deal 2", there["x"] + 60, there["y"] + 150)
    held.let_go()
    expect(toasts(page)).to_contain_text("“Deal 1” moved to Offer.")
    expect(page.locator(".card[data-ghost]")).to_be_visible()
    expect(cards(page, "Negotiation")).to_have_text(["Deal 2"])
    page.mouse.up()
    held.wait_for(1)
    held.let_go()
    expect(toasts(page).last).to_contain_text("“Deal 2” moved to Negotiation.")
    expect(page.locator("[data-ghost], [data-dragged], [data-saving]")).to_have_count(0)
    assert stage_of(deals[1]) == "Negotiation"


def test_another_filter_while_a_card_is_saved_loses_nothing(page, deals):
    held = Held(page, "**/move/")
    drag(page, "Deal 1", "Offer")
    held.wait_for(1)
    drag(page, "Deal 2", "Negotiation")
    page.get_by_role("searchbox").fill("Deal")
    page.wait_for_url("**/deals/?q=Deal*")
    expect(cards(page, "Negotiation")).to_have_text(["Deal 2"])
    held.let_go()
    held.wait_for(1)
    held.let_go()
    expect(page.locator(".card[data-saving]")).to_have_count(0)
    expect(cards(page, "Offer")).to_have_text(["Deal 1"])
    expect(cards(page, "Negotiation")).to_have_text(["Deal 2"])
    assert [stage_of(deal) for deal in deals] == ["Offer", "Negotiation", "Qualified"]


def test_a_card_that_no_longer_matches_the_filter_leaves_with_its_move(open_as, alice, deals):
    page = open_as(alice)
    page.goto("/deals/?q=Deal")
    Deal.objects.filter(pk=deals[1].pk).update(title="Renamed")
    drag(page, "Deal 2", "Offer")
    expect(toasts(page)).to_contain_text("“Renamed” moved to Offer.")
    expect(page.locator(".card-title")).to_have_text(["Deal 1", "Deal 3"])
    assert stage_of(deals[1]) == "Offer"


def test_the_focus_stays_on_the_card_one_went_on_to(page, deals):
    held = Held(page, "**/move/")
    page.get_by_role("link", name="Deal 1", exact=True).focus()
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    held.wait_for(1)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("link", name="Deal 2", exact=True)).to_be_focused()
    held.let_go()
    expect(column(page, "Offer").locator(".count")).to_have_text("1")
    expect(page.get_by_role("link", name="Deal 2", exact=True)).to_be_focused()


def test_a_long_column_stays_where_one_is_in_it(open_as, alice, stages, pipeline):
    """What was loaded on the way down stays, and so does what one looks at."""
    for number in range(65):
        DealFactory(
            title=f"Deal {number:02}", owner=alice, stage=stages[0], position=f"{number:02}i"
        )
    page = open_as(alice)
    page.goto("/deals/")
    for shown in (40, 60):
        column(page, "Qualified").get_by_role("link", name="Show more").scroll_into_view_if_needed()
        until(page, lambda shown=shown: cards(page, "Qualified").count() >= shown)
    page.locator(".card", has_text="Deal 50").scroll_into_view_if_needed()
    before = scroll_top(page)
    assert before > 1000
    there = column(page, "Offer").bounding_box()
    y = page.locator(".card", has_text="Deal 50").bounding_box()["y"]
    carry(page, "Deal 50", there["x"] + 60, y + 30)
    page.mouse.up()
    expect(toasts(page)).to_contain_text("“Deal 50” moved to Offer.")
    expect(page.locator(".card[data-saving]")).to_have_count(0)
    assert cards(page, "Qualified").count() >= 59
    assert abs(scroll_top(page) - before) < 60
    expect(page.locator(".card", has_text="Deal 51")).to_be_in_viewport()


# --- Where an order says where in its column a card stands -------------------------------------


def test_on_a_board_in_another_order_the_column_is_the_target(page, deals):
    page.locator("crm-board").evaluate("board => board.dataset.unordered = ''")
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.post_data))
    there = column(page, "Offer").bounding_box()
    carry(page, "Deal 2", there["x"] + 60, there["y"] + 150)
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])  # no preview
    expect(column(page, "Offer")).to_have_attribute("data-over", "")
    page.mouse.up()
    expect(cards(page, "Offer")).to_have_text(["Deal 2"])
    expect(toasts(page)).to_contain_text("“Deal 2” moved to Offer.")
    assert 'name="after"\r\n\r\n\r\n' in sent[0] or "after=&" in sent[0]

    drag(page, "Deal 3", "Qualified")  # its own column
    page.get_by_role("link", name="Deal 1", exact=True).focus()
    for key in ("Space", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    said(page, "Deal 1 over Offer.")
    page.keyboard.press("Escape")
    said(page, "Deal 1 is back where it was")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 3"])
    assert len(sent) == 1


# --- Fingers, and French -----------------------------------------------------------------------

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Finger:
    """One finger on the screen."""

    def __init__(self, page):
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def _send(self, kind, *points):
        points = [{"x": x, "y": y} for x, y in points]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def down(self, x, y):
        self.at = x, y
        self._send("touchStart", self.at)

    def move(self, x, y, steps=8):
        (x0, y0), self.at = self.at, (x, y)
        for n in range(1, steps + 1):
            self._send("touchMove", (x0 + (x - x0) * n / steps, y0 + (y - y0) * n / steps))
            self.page.wait_for_timeout(16)

    def up(self):
        self._send("touchEnd")


@pytest.fixture
def phone(open_as, alice, deals):
    page = open_as(alice, **PHONE)
    page.goto("/deals/")
    expect(cards(page, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])
    return page


def test_a_long_press_lifts_a_card_and_the_edge_scrolls_to_the_next_column(phone, deals):
    finger = Finger(phone)
    card = phone.locator(".card", has_text="Deal 2").bounding_box()
    finger.down(card["x"] + 80, card["y"] + 40)
    expect(phone.locator(".card[data-ghost]")).to_be_visible()
    finger.move(385, card["y"] + 60)
    # Nothing but the edge under the finger moves the board on, column by column.
    until(phone, lambda: scrolled(phone) > 500)
    finger.move(195, card["y"] + 60)
    expect(cards(phone, "Negotiation")).to_have_text(["Deal 2"])
    finger.up()
    expect(toasts(phone)).to_contain_text("“Deal 2” moved to Negotiation.")
    expect(phone.locator("[data-ghost], [data-dragged]")).to_have_count(0)
    assert stage_of(deals[1]) == "Negotiation"


def test_a_long_press_reaches_the_zones(phone, deals):
    finger = Finger(phone)
    card = phone.locator(".card", has_text="Deal 2").bounding_box()
    finger.down(card["x"] + 80, card["y"] + 40)
    expect(phone.locator(".card[data-ghost]")).to_be_visible()
    there = still(phone.locator("[data-zone=archive]"))
    assert there["height"] >= 44
    finger.move(there["x"] + there["width"] / 2, there["y"] + there["height"] / 2)
    expect(phone.locator("[data-zone=archive][data-over]")).to_be_visible()
    finger.up()
    expect(toasts(phone)).to_contain_text("“Deal 2” is archived.")


def test_a_swipe_scrolls_and_moves_nothing(phone, deals):
    finger = Finger(phone)
    card = phone.locator(".card", has_text="Deal 2").bounding_box()
    finger.down(card["x"] + 250, card["y"] + 40)
    finger.move(card["x"] + 20, card["y"] + 40, steps=5)
    finger.up()
    until(phone, lambda: scrolled(phone) > 100)
    expect(phone.locator("[data-ghost]")).to_have_count(0)
    expect(cards(phone, "Qualified")).to_have_text(["Deal 1", "Deal 2", "Deal 3"])


def test_a_tap_opens_the_menu_and_the_menu_moves(phone, deals):
    button = phone.get_by_role("link", name="Move Deal 1")
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    button.tap()
    item = phone.get_by_role("menuitem", name="Offer")
    assert item.bounding_box()["height"] >= 44
    item.tap()
    expect(toasts(phone)).to_contain_text("“Deal 1” moved to Offer.")


def test_the_board_moves_in_french(open_as, alice, deals):
    alice.language = "fr"
    alice.save()
    page = open_as(alice, locale="fr-FR")
    page.goto("/deals/")
    page.get_by_role("link", name="Deal 1", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("End")
    said(page, "Deal 1", "Gagnée")
    page.keyboard.press("Escape")
    said(page, "Deal 1 a repris sa place")
    drag_out(page, "Deal 1", "archive")
    expect(toasts(page)).to_contain_text("« Deal 1 » est archivée.")
    page.get_by_role("link", name="Deal 2", exact=True).focus()
    page.keyboard.press("m")
    expect(page.get_by_role("menuitem", name="Renvoyer aux prospects")).to_be_visible()
