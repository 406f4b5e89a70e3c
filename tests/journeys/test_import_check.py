"""What a check finds is put right in the page: by typing, by keyboard, and without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from imports.checking import start_check
from imports.models import Import, Row
from jobs.services import run_now
from tests.imports.checks import checked, importing
from tests.journeys.conftest import toasts

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FIELDS = ["lead.title", "person.name", "person.email", "organization.name", "lead.value"]
TEXT = (
    "Title,Name,E-mail,Company,Value\n"
    "Desks,Amy,amy at client,Acme,5\n"
    "Lamps,Bo,bo at client,Acme,5\n"
    "Chairs,Cy,cy@client.example,Acme,5\n"
)


def check_url(one):
    return reverse("imports:check", args=[one.pk])


def test_a_check_is_followed_to_its_end(alice, open_as):
    one = importing(alice, TEXT, FIELDS)
    page = open_as(alice)
    page.goto(check_url(one))
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("heading", name="Waiting for its turn")).to_be_visible()

    run_now(Import.objects.get(pk=one.pk).job)
    expect(page.get_by_role("heading", name="1 row is ready to be imported")).to_be_visible()


def test_cells_are_corrected_one_after_the_other_by_keyboard(alice, open_as):
    one = checked(alice, TEXT, FIELDS)
    page = open_as(alice)
    page.goto(check_url(one))
    page.get_by_label("E-mail of row 1").fill("amy@client.example")
    page.keyboard.press("Enter")

    expect(toasts(page)).to_contain_text("Row 1 is ready.")
    expect(page.get_by_role("heading", name="2 rows are ready to be imported")).to_be_visible()
    expect(page.get_by_label("E-mail of row 1")).to_have_count(0)
    expect(page.get_by_label("E-mail of row 2")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_label("E-mail of row 2")).to_have_value("nobody")
    expect(page.get_by_label("E-mail of row 2")).to_be_focused()


def test_a_whole_row_is_corrected_in_a_dialog(alice, open_as, console):
    console.expect("422")
    one = checked(alice, TEXT, FIELDS)
    page = open_as(alice)
    page.goto(check_url(one) + "?show=ready")
    page.get_by_role("link", name="Correct row 3").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Value").fill("much")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator("[aria-invalid=true]")).to_have_value("much")
    dialog.get_by_label("Value").fill("7")
    dialog.get_by_role("button", name="Save").click()

    expect(dialog).to_be_hidden()
    expect(page.get_by_role("row", name="Chairs")).to_contain_text("7")


def test_all_rows_of_one_reason_are_left_out_at_once(alice, open_as):
    one = checked(alice, TEXT, FIELDS)
    page = open_as(alice)
    page.goto(check_url(one))
    page.get_by_role("button", name="Leave these rows out").click()
    expect(toasts(page)).to_contain_text("2 rows left out.")
    expect(page.get_by_role("button", name="Leave these rows out")).to_have_count(0)
    assert Row.objects.filter(of=one, verdict="skipped").count() == 2


def test_without_scripts_a_check_begins_and_a_cell_is_corrected(alice, open_as):
    one = importing(alice, TEXT, FIELDS)
    page = open_as(alice, java_script_enabled=False)
    page.goto(check_url(one))
    page.get_by_role("button", name="Check the rows").click()
    run_now(start_check(one, by=alice))
    page.get_by_role("link", name="Refresh").click()
    page.get_by_label("E-mail of row 1").fill("amy@client.example")
    page.get_by_role("row", name="Desks").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="2 rows are ready to be imported")).to_be_visible()
