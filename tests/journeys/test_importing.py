"""A file is sent and its columns are matched: with scripts, without them, after a break."""

import pytest
from playwright.sync_api import expect

from imports.models import Import, SavedMatching
from tests.journeys.conftest import toasts

pytestmark = pytest.mark.browser

LEADS = (
    "Titre;Société;E-mail;Responsable;Taille\n"
    "Bureaux;Lumière Énergie;amy@client.example;Inconnu;10\n"
    "Chaises;Borel et fils;zoe@client.example;Alice Martin;50\n"
)


def file(content=LEADS, encoding="windows-1252"):
    return {"name": "salon.csv", "mimeType": "text/csv", "buffer": content.encode(encoding)}


def column(page, header):
    return page.locator(".import-column").filter(has=page.get_by_text(header, exact=True))


def goes(page, header):
    return column(page, header).locator("select").first


@pytest.fixture
def sent(open_as):
    """``sent(alice)``: a page of the columns of a file that was just sent."""

    def send(user, **options):
        page = open_as(user, **options)
        page.goto("/leads/")
        page.get_by_role("link", name="Import a file").click()
        page.set_input_files("[name=file]", file())
        page.get_by_role("button", name="Look at the file").click()
        expect(page.get_by_role("heading", name="2 rows", exact=True)).to_be_visible()
        expect(page.get_by_label("Encoding")).to_have_value("windows-1252")
        expect(page.get_by_label("Between the cells")).to_have_value(";")
        expect(page.locator(".import-rows")).to_contain_text("Lumière Énergie")
        page.get_by_role("button", name="Match columns").click()
        expect(page.locator("#matched")).to_contain_text("4 of 5 columns are matched")
        return page

    return send


def test_what_is_chosen_is_kept_at_once_and_leads_to_the_check(sent, alice, bob, console):
    console.expect("422")
    page = sent(alice)
    expect(goes(page, "Société")).to_have_value("organization.name")
    page.get_by_label("Inconnu").select_option(label="Bob Petit")
    expect(column(page, "Responsable")).to_contain_text("Bob Petit")
    expect(column(page, "Responsable")).not_to_contain_text("Nobody here")

    goes(page, "Taille").select_option("lead.title")
    expect(column(page, "Taille")).to_contain_text("“Titre” goes there, too")
    expect(goes(page, "Taille")).to_be_focused()
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("alert")).to_contain_text("“Title” is matched with 2 columns.")
    goes(page, "Taille").select_option("")
    expect(page.get_by_role("alert")).to_have_count(0)

    page.get_by_role("link", name="Go on later").click()
    page.get_by_role("link", name="salon.csv", exact=True).click()
    expect(column(page, "Responsable")).to_contain_text("Bob Petit")
    page.get_by_role("button", name="Check the rows").click()
    page.wait_for_url("**/check/")
    assert Import.objects.get().stage == Import.Stage.CHECKING


def test_a_column_becomes_a_field_and_the_matching_is_kept_for_the_next_file(sent, admin):
    page = sent(admin)
    column(page, "Taille").get_by_role("link", name="New custom field").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_have_value("Taille")
    expect(dialog.get_by_label("Options")).to_be_hidden()
    dialog.get_by_label("Kind").select_option("option")
    expect(dialog.get_by_label("Options")).to_have_value("10\n50")
    dialog.get_by_role("button", name="Add field").click()
    expect(page.locator("#matched")).to_contain_text("5 of 5 columns are matched")

    page.get_by_role("link", name="Save this matching").click()
    page.get_by_label("Name").fill("Salon")
    page.get_by_label("For everyone").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(toasts(page)).to_contain_text("Matching “Salon” saved.")
    assert len(SavedMatching.objects.get().columns) == 5


def test_a_file_that_cannot_be_read_says_why_and_another_one_may_follow(open_as, alice, console):
    console.expect("422")
    page = open_as(alice)
    page.goto("/imports/new/?kind=lead")
    page.set_input_files("[name=file]", file("%PDF-1.7", "utf-8"))
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("alert")).to_contain_text("This is no table")
    expect(page.locator(".sending")).to_be_hidden()
    page.set_input_files("[name=file]", file())
    page.get_by_role("button", name="Look at the file").click()
    page.wait_for_url("**/file/")


def test_without_scripts_the_steps_are_forms_like_any_other(sent, alice, bob):
    page = sent(alice, java_script_enabled=False)
    page.get_by_label("Inconnu").select_option(label="Bob Petit")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(column(page, "Responsable")).not_to_contain_text("Nobody here")
    page.get_by_role("button", name="Check the rows").click()
    page.wait_for_url("**/check/")
