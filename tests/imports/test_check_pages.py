"""The page of the third step: figures, reasons, rows with their cells to correct."""

import pytest
from django.urls import reverse

from imports.checking import start_check
from imports.models import Import, Row
from jobs.services import run_now
from tests.factories import EmailAddressFactory, ImportFactory, PersonFactory, PriceFactory
from tests.imports.checks import checked, importing
from tests.web import assert_part_of_page, htmx

FIELDS = ["lead.title", "person.name", "person.email", "organization.name", "lead.value"]
HEADS = "Title,Name,E-mail,Company,Value\n"
WRONG = "Desks,Amy,nobody,Acme,5\n"


@pytest.fixture
def one(alice):
    return checked(alice, HEADS + WRONG + "Lamps,Bo,bo@client.example,Acme,5\n", FIELDS)


def check_url(one):
    return reverse("imports:check", args=[one.pk])


def row_url(one, number=1):
    return reverse("imports:row", args=[one.pk, number])


def test_before_a_check_the_page_asks_what_to_do_with_what_is_there(alice, signed_in):
    one = importing(alice, HEADS + WRONG, FIELDS)
    browser = signed_in(alice)
    answer = browser.get(check_url(one))
    assert "What would become of each row?" in answer.text

    answer = browser.post(
        check_url(one), {"person": "skip", "organization": "link", "empty": "leave"}
    )
    assert answer.status_code == 302
    one.refresh_from_db()
    assert one.stage == Import.Stage.CHECKING
    assert one.choices["person"] == "skip"
    waiting = browser.get(check_url(one))
    assert "Waiting for its turn" in waiting.text
    run_now(one.job)
    assert "No row is ready to be imported" in browser.get(check_url(one)).text


def test_a_choice_that_is_none_is_told_at_its_field(alice, signed_in):
    one = importing(alice, HEADS + WRONG, FIELDS)
    answer = signed_in(alice).post(check_url(one), {"person": "eat", "organization": "link"})
    assert answer.status_code == 422
    assert Import.objects.get(pk=one.pk).stage == Import.Stage.CHECK


def test_a_check_that_failed_says_why_and_may_be_begun_again(alice, signed_in):
    one = importing(alice, HEADS + WRONG, FIELDS)
    one.columns[0]["field"] = "lead.custom_999"
    one.save()
    run_now(start_check(one, by=alice))
    answer = signed_in(alice).get(check_url(one))
    assert "is no longer there. Match it again." in answer.text
    assert "Check the rows" in answer.text


def test_an_import_that_is_not_matched_or_over_has_its_page_elsewhere(alice, signed_in):
    browser = signed_in(alice)
    unmatched = ImportFactory(by=alice)
    assert browser.get(check_url(unmatched)).url == reverse("imports:columns", args=[unmatched.pk])
    over = ImportFactory(by=alice, stage=Import.Stage.DONE)
    assert browser.get(check_url(over)).url == over.get_absolute_url()


def test_the_findings_tell_figures_reasons_and_refused_rows(one, alice, signed_in):
    answer = signed_in(alice).get(check_url(one))
    assert "1 row is ready to be imported" in answer.text
    assert "This is no e-mail address" in answer.text
    assert 'value="nobody"' in answer.text
    assert "Lamps" not in answer.text
    assert_part_of_page(signed_in(alice), check_url(one), "check", show="ready")


def test_products_of_deals_are_counted_with_the_rest(alice, stages, signed_in):
    PriceFactory(product__name="Oak")
    fields = ["deal.title", "organization.name", "line.product"]
    one = checked(alice, "Deal,Company,Product\nDesks,Acme,Oak\n", fields, kind="deal")
    assert "Products of deals" in signed_in(alice).get(check_url(one)).text


def test_rows_that_mean_records_lead_to_them(alice, signed_in):
    amy = PersonFactory(name="Amy Wong", owner=alice)
    EmailAddressFactory(person=amy, address="amy@client.example")
    one = checked(alice, HEADS + "Desks,Amy,amy@client.example,,5\n", FIELDS)
    answer = signed_in(alice).get(check_url(one))
    assert f'<a href="{amy.get_absolute_url()}">Amy Wong</a>' in answer.text


def test_a_cell_is_corrected_in_its_place(one, alice, signed_in):
    browser = signed_in(alice)
    sent = {"cell-2": "amy@client.example"}
    answer = browser.post(row_url(one) + "?show=refused", sent, headers=htmx("check"))
    assert answer.status_code == 200
    assert "2 rows are ready to be imported" in answer.text
    assert "Row 1 is ready." in answer.text

    plain = browser.post(row_url(one) + "?show=ready", {"cell-2": "nobody"})
    assert plain.status_code == 422  # shown whole, with what is wrong
    again = browser.post(row_url(one) + "?show=ready", sent)
    assert again.url == check_url(one) + "?show=ready"


def test_what_is_wrong_again_is_told_at_its_place_and_stays(one, alice, signed_in):
    sent = {"cell-2": "still nobody"}
    answer = signed_in(alice).post(row_url(one), sent, headers=htmx("check"))
    assert 'value="still nobody"' in answer.text
    assert "data-focus" in answer.text
    assert "Row 1 is still refused." in answer.text


def test_a_row_is_left_out_and_taken_in_again(one, alice, signed_in):
    browser, skip_url = signed_in(alice), reverse("imports:skip_row", args=[one.pk, 2])
    browser.post(skip_url)
    assert Row.objects.get(of=one, number=2).verdict == "skipped"
    answer = browser.post(skip_url, {"take": "1"}, headers=htmx("check"))
    assert "Row 2 is ready." in answer.text
    assert browser.post(reverse("imports:skip_row", args=[one.pk, 9])).status_code == 404


def test_all_rows_of_a_value_or_a_reason_are_handled_together(one, alice, signed_in):
    browser = signed_in(alice)
    reason = Row.objects.get(of=one, number=1).problems[0]["reason"]
    browser.post(reverse("imports:skip_alike", args=[one.pk]), {"column": "2", "reason": reason})
    assert Row.objects.get(of=one, number=1).verdict == "skipped"
    assert "all that you left out" in browser.get(check_url(one), {"show": "skipped"}).text
    browser.post(reverse("imports:skip_alike", args=[one.pk]), {"take": "1"})
    browser.post(
        reverse("imports:correct_alike", args=[one.pk]),
        {"column": "2", "value": "nobody", "text": "amy@client.example"},
    )
    assert Row.objects.get(of=one, number=1).verdict == "ready"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("correct_alike", {}),
        ("correct_alike", {"column": "99", "value": "x"}),
        ("correct_alike", {"column": "9" * 30, "value": "x\0"}),
        ("skip_alike", {"column": "-1", "reason": "\0"}),
    ],
)
def test_nonsense_is_no_error_of_the_server(one, alice, signed_in, name, sent):
    answer = signed_in(alice).post(reverse(f"imports:{name}", args=[one.pk]), sent)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "query",
    [
        "show=none",
        "after=x&before=y",
        "column=z&reason=%00",
        "after=99999999999999999999",
        "before=9999999999",
        "after=٣",
    ],
)
def test_an_odd_address_shows_some_rows_or_none(one, alice, signed_in, query):
    assert signed_in(alice).get(f"{check_url(one)}?{query}").status_code == 200


@pytest.mark.parametrize("size", [1, 5])
def test_the_page_costs_the_same_for_one_row_and_for_five(
    alice, signed_in, size, django_assert_num_queries
):
    for n in range(size):
        person = PersonFactory(owner=alice)
        EmailAddressFactory(person=person, address=f"amy{n}@client.example")
    lines = [f"Desk {n},Amy {n},amy{n}@client.example,Acme,much" for n in range(size)]
    one = checked(alice, HEADS + "\n".join(lines), FIELDS)
    browser = signed_in(alice)
    with django_assert_num_queries(7):
        browser.get(check_url(one))


def test_pages_of_rows_lead_on_and_back(alice, signed_in):
    lines = [f"Desk {n},Amy,nobody,Acme,5" for n in range(1, 121)]
    one = checked(alice, HEADS + "\n".join(lines), FIELDS)
    browser = signed_in(alice)
    assert "Desk 50" in browser.get(check_url(one)).text
    second = browser.get(check_url(one), {"after": "50"}).text
    assert "Desk 51" in second
    assert "Desk 50" not in second
    assert "before=51" in second
    last = browser.get(check_url(one), {"after": "100"}).text
    assert 'rel="next"' not in last
    assert "Desk 50" in browser.get(check_url(one), {"before": "51"}).text


def test_a_cell_of_several_lines_is_shown_with_all_of_them(alice, signed_in):
    long = HEADS + '"\nDesks",Amy,"no\nbody",Acme,5\n'
    one = checked(alice, long, FIELDS)
    browser = signed_in(alice)
    assert ">\nno\nbody</textarea>" in browser.get(check_url(one)).text
    shown = browser.get(row_url(one)).text
    assert ">\n\nDesks</textarea>" in shown
    assert ">\nno\nbody</textarea>" in shown
