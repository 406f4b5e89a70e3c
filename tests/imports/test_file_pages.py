"""The list of imports, and the first step: a file is sent, and read as one says."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from imports.models import Import
from tests.factories import ImportFactory
from tests.web import assert_part_of_page, htmx

pytestmark = pytest.mark.django_db


def sent(content=b"Title,E-mail\nDesks,amy@client.example\n", name="leads.csv"):
    return SimpleUploadedFile(name, content)


# --- The list -----------------------------------------------------------------------------------


def test_the_list_shows_ones_own_imports_and_where_each_goes_on(alice, bob, signed_in):
    one = ImportFactory(by=alice, name="fair.csv")
    ImportFactory(by=bob, name="other.csv")
    shown = signed_in(alice).get("/imports/").text
    assert f'href="/imports/{one.pk}/columns/">fair.csv' in shown
    assert "other.csv" not in shown


def test_an_admin_sees_whose_each_is(alice, admin, signed_in):
    ImportFactory(by=alice, name="fair.csv")
    shown = signed_in(admin).get("/imports/").text
    assert "fair.csv" in shown
    assert "Alice Martin" in shown


def test_without_an_import_it_says_what_there_is_to_import(alice, signed_in):
    assert "Nothing imported yet" in signed_in(alice).get("/imports/").text


@pytest.mark.parametrize("size", [1, 5])
def test_the_list_takes_as_many_statements_whatever_it_holds(
    size, alice, signed_in, django_assert_num_queries
):
    ImportFactory.create_batch(size, by=alice)
    browser = signed_in(alice)
    # Session, user, the numbers of a page, its rows.
    with django_assert_num_queries(4):
        browser.get("/imports/")


def test_the_list_is_a_part(alice, signed_in):
    ImportFactory(by=alice)
    assert_part_of_page(signed_in(alice), "/imports/", "imports")


def test_who_may_import_finds_it_in_lists_and_settings(alice, reader, signed_in):
    browser = signed_in(alice)
    for page, kind in (
        ("leads", "lead"),
        ("deals/list", "deal"),
        ("people", "person"),
        ("organizations", "organization"),
        ("activities", "activity"),
    ):
        assert f'href="/imports/new/?kind={kind}"' in browser.get(f"/{page}/").text
    assert 'href="/imports/"' in browser.get("/imports/").text
    browser = signed_in(reader)
    assert "/imports/" not in browser.get("/leads/").text
    assert browser.get("/imports/").status_code == 403


# --- Sending ------------------------------------------------------------------------------------


def test_a_file_leads_to_what_was_found_in_it(alice, signed_in):
    answer = signed_in(alice).post("/imports/new/", {"file": sent(), "kind": "lead"})
    one = Import.objects.get()
    assert answer.url == f"/imports/{one.pk}/file/"
    shown = signed_in(alice).get(answer.url).text
    assert "1 row" in shown
    assert "amy@client.example" in shown
    assert '<option value="utf-8" selected>UTF-8' in shown


def test_with_htmx_it_leads_there_too(alice, signed_in):
    sending = {"file": sent(), "kind": "lead"}
    answer = signed_in(alice).post("/imports/new/", sending, headers=htmx("new-import"))
    assert answer.headers["HX-Redirect"] == f"/imports/{Import.objects.get().pk}/file/"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"Title\n", "no row below"),
        (b"%PDF-1.7 and so on", "This is no table"),
    ],
)
def test_why_a_file_cannot_be_read_stands_in_the_form(content, words, alice, signed_in):
    sending = {"file": sent(content), "kind": "lead"}
    answer = signed_in(alice).post("/imports/new/", sending, headers=htmx("new-import"))
    assert answer.status_code == 422
    assert words in answer.text
    assert not Import.objects.exists()


def test_without_a_file_one_is_asked_for_it(alice, signed_in):
    answer = signed_in(alice).post("/imports/new/", {"kind": "lead"})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text


def test_a_file_may_be_larger_here_than_at_records_and_still_has_an_end(alice, signed_in, settings):
    settings.FILES_LARGEST = 10
    browser = signed_in(alice)
    assert browser.post("/imports/new/", {"file": sent(), "kind": "lead"}).status_code == 302
    settings.IMPORTS_LARGEST = 20
    answer = browser.post("/imports/new/", {"file": sent(), "kind": "lead"})
    assert answer.status_code == 422
    assert "The file is larger than 20" in answer.text
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 0
    large = {"file": sent(b"x" * 500), "kind": "lead"}
    assert browser.post("/imports/new/", large).status_code == 413


def test_the_list_one_came_from_says_what_the_rows_are(alice, signed_in):
    shown = signed_in(alice).get("/imports/new/?kind=person").text
    assert '<option value="person" selected>' in shown
    assert 'value="product"' not in shown


# --- How it is read -----------------------------------------------------------------------------


def test_it_is_shown_as_it_is_read_by_another_delimiter(alice, signed_in):
    one = ImportFactory(by=alice)
    browser = signed_in(alice)
    reading = {"kind": "lead", "header": "yes", "encoding": "utf-8", "quote": '"'}
    answer = browser.post(f"/imports/{one.pk}/file/", {**reading, "delimiter": ";", "show": "1"})
    assert answer.url == f"/imports/{one.pk}/file/"
    assert "Title,E-mail" in browser.get(answer.url).text


def test_without_asking_for_a_look_it_leads_on_to_the_columns(alice, signed_in):
    one = ImportFactory(by=alice)
    reading = {"kind": "lead", "header": "yes", "encoding": "utf-8", "quote": '"'}
    answer = signed_in(alice).post(f"/imports/{one.pk}/file/", {**reading, "delimiter": ","})
    assert answer.url == f"/imports/{one.pk}/columns/"


@pytest.mark.parametrize("odd", [{"encoding": "punycode"}, {"delimiter": "x"}, {"kind": "product"}])
def test_what_cannot_be_chosen_is_told_and_changes_nothing(odd, alice, signed_in):
    one = ImportFactory(by=alice)
    reading = {"kind": "lead", "header": "yes", "encoding": "utf-8", "quote": '"'}
    reading |= {"delimiter": ",", **odd}
    assert signed_in(alice).post(f"/imports/{one.pk}/file/", reading).status_code == 422
    one.refresh_from_db()
    assert one.options["delimiter"] == ","


def test_of_a_workbook_sheets_are_asked_and_nothing_of_text(alice, signed_in):
    one = ImportFactory(
        by=alice, sheets=["A", "B"], options={"format": "xlsx", "sheet": "B", "header": True}
    )
    shown = signed_in(alice).get(f"/imports/{one.pk}/file/").text
    assert '<option value="B" selected>B' in shown
    assert "id_encoding" not in shown


def test_what_was_run_shows_its_report_instead(alice, signed_in):
    one = ImportFactory(by=alice, stage=Import.Stage.DONE)
    for step in ("file", "columns"):
        answer = signed_in(alice).get(f"/imports/{one.pk}/{step}/")
        assert answer.url == f"/imports/{one.pk}/"


def test_the_steps_lead_back_and_forth(alice, signed_in):
    one = ImportFactory(by=alice, stage=Import.Stage.CHECK)
    shown = signed_in(alice).get(f"/imports/{one.pk}/file/").text
    assert f'<a href="/imports/{one.pk}/file/" aria-current="step">' in shown
    assert f'<a href="/imports/{one.pk}/check/">' in shown
    Import.objects.update(stage=Import.Stage.COLUMNS)
    assert "/check/" not in signed_in(alice).get(f"/imports/{one.pk}/file/").text


def test_an_import_is_deleted_after_a_question(alice, signed_in):
    one = ImportFactory(by=alice)
    browser = signed_in(alice)
    assert "fair" not in browser.get(f"/imports/{one.pk}/delete/").text
    assert browser.post(f"/imports/{one.pk}/delete/").url == "/imports/"
    assert not Import.objects.exists()
    assert browser.post(f"/imports/{one.pk}/delete/").status_code == 404
