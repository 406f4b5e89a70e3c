"""Cells are corrected and rows left out; what this concerns is checked again at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Missing
from imports import correcting
from imports.checking import NotToCheck
from imports.counting import counted
from imports.models import Correction, Import, Row, SkippedRow
from jobs.services import run_now
from tests.factories import EmailAddressFactory, FieldFactory, PersonFactory
from tests.imports.checks import checked, importing

FIELDS = ["lead.title", "person.name", "person.email", "organization.name", "lead.value"]
HEADS = "Title,Name,E-mail,Company,Value\n"


@pytest.fixture
def one(alice):
    return checked(
        alice,
        HEADS
        + "Desks,Amy,nobody,Acme,much\n"
        + "Lamps,Bo,bo@client.example,Acme,5\n"
        + "Chairs,Cy,nobody,,\n",
        FIELDS,
    )


def row(one, number):
    return Row.objects.get(of=one, number=number)


def counts(one):
    return Import.objects.get(pk=one.pk).counts


def test_a_corrected_cell_makes_its_row_ready_and_the_figures_follow(one, alice):
    still = correcting.correct(one, 1, {2: "amy@client.example"}, by=alice)
    assert still.verdict == "refused"
    ready = correcting.correct(one, 1, {4: "7"}, by=alice)

    assert ready.verdict == "ready"
    assert ready.prepared["lead"]["value"] == "7"
    assert ready.cells[4] == "much"
    assert counts(one)["rows"] == {"ready": 2, "skipped": 0, "refused": 1}
    assert counts(one)["records"]["organization"] == {
        "created": 1,
        "updated": 0,
        "linked": 0,
        "again": 1,
    }


def test_a_cell_that_says_again_what_the_file_says_is_no_correction(one, alice):
    correcting.correct(one, 1, {2: "amy@client.example"}, by=alice)
    correcting.correct(one, 1, {2: "nobody"}, by=alice)
    assert not Correction.objects.exists()


def test_a_cell_that_nobody_touched_is_no_correction_however_its_lines_end(alice):
    text = HEADS + '"Desks\r\nand chairs","\n\rAmy",nobody,Acme,1\n'
    one = checked(alice, text, FIELDS)
    sent = {0: "Desks\r\nand chairs", 1: "\r\n\r\nAmy", 2: "amy@client.example"}
    correcting.correct(one, 1, sent, by=alice)
    assert [each.column for each in Correction.objects.all()] == [2]

    correcting.correct(one, 1, {0: "Desks\r\nand tables"}, by=alice)
    correcting.correct(one, 1, {0: "Desks\r\nand tables"}, by=alice)
    assert Correction.objects.get(column=0).text == "Desks\nand tables"
    correcting.correct(one, 1, {0: "Desks\r\nand chairs"}, by=alice)
    assert not Correction.objects.filter(column=0).exists()


def test_a_cell_that_is_too_long_is_refused_rather_than_cut(one, alice):
    text = "x" * 131_073
    for act in (
        lambda: correcting.correct(one, 1, {0: text}, by=alice),
        lambda: correcting.correct_alike(one, 2, "nobody", text, by=alice),
    ):
        with pytest.raises(correcting.TooLong, match="131,072"):
            act()
    correcting.correct(one, 1, {0: text[1:]}, by=alice)
    assert len(Correction.objects.get().text) == 131_072


def test_one_answer_is_for_all_rows_that_say_the_same(one, alice):
    assert correcting.correct_alike(one, 2, "nobody", "amy@client.example", by=alice) == 2

    assert row(one, 1).verdict == "refused"  # for its value
    assert row(one, 3).verdict == "ready"
    assert [each["column"] for each in counts(one)["reasons"]] == [4]


def test_rows_are_left_out_and_taken_in_again(one, alice):
    correcting.skip(one, [2], by=alice)
    assert row(one, 2).verdict == "skipped"
    assert counts(one)["rows"]["ready"] == 0

    correcting.take_in(one, [2], by=alice)
    assert row(one, 2).verdict == "ready"
    assert not SkippedRow.objects.exists()


def test_all_rows_of_one_reason_are_left_out_together(one, alice):
    reason = row(one, 1).problems[0]["reason"]
    assert correcting.skip_alike(one, 2, reason, by=alice) == 2
    assert counts(one)["rows"] == {"ready": 1, "skipped": 2, "refused": 0}

    assert correcting.take_all_in(one, by=alice) == 2
    assert counts(one)["rows"] == {"ready": 1, "skipped": 0, "refused": 2}


def test_when_the_first_row_of_a_new_contact_goes_the_next_one_brings_it_along(alice):
    one = checked(
        alice, HEADS + "Desks,,amy@client.example,,\nLamps,,amy@client.example,,\n", FIELDS
    )
    assert "name" not in row(one, 2).prepared["person"]  # the first row says how it is called

    correcting.skip(one, [1], by=alice)
    assert row(one, 2).prepared["person"]["name"] == "amy@client.example"
    assert "again" not in row(one, 2).matched
    correcting.take_in(one, [1], by=alice)
    assert row(one, 2).matched["again"] == {"person": 1}
    assert counts(one)["records"]["person"]["created"] == 1


def test_the_figures_follow_as_if_all_were_counted_again(alice):
    known = PersonFactory(name="Di", owner=alice)
    EmailAddressFactory(person=known, address="di@client.example")
    text = HEADS + "".join(
        f"{title},{name},{address},{company},{value}\n"
        for title, name, address, company, value in (
            ("A", "Amy", "amy@client.example", "Acme", 1),
            ("B", "", "amy@client.example", "Acme", "much"),
            ("C", "Amy", "amy@client.example", "Bolt", 3),
            ("D", "Di", "di@client.example", "", 4),
            ("E", "Di", "di@client.example", "Acme", "much"),
            ("F", "Cy", "", "", 6),
        )
    )
    one = checked(alice, text, FIELDS)
    acts = (
        lambda: correcting.skip(one, [1], by=alice),
        lambda: correcting.correct_alike(one, 4, "much", "5", by=alice),
        lambda: correcting.correct(one, 3, {2: "di@client.example"}, by=alice),
        lambda: correcting.take_in(one, [1], by=alice),
        lambda: correcting.correct(one, 6, {3: "Bolt"}, by=alice),
        lambda: correcting.skip(one, [4, 5, 3], by=alice),
        lambda: correcting.take_all_in(one, by=alice),
        lambda: correcting.take_all_in(one, by=alice),
    )
    for act in acts:
        with CaptureQueriesContext(connection) as captured:
            act()
        assert not [each["sql"] for each in captured if "jsonb_each" in each["sql"]]
        assert counts(one) == counted(one)


@pytest.mark.parametrize("kind", ["person", "organization"])
def test_rows_that_speak_of_the_same_contact_are_found_by_an_index(kind, one):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = Row.objects.filter(of=one).speaking_of(kind, ["name:acme"])
    assert f"imports_row_{kind}" in rows.explain()


def test_more_rows_than_a_request_checks_are_left_to_a_job(one, alice, monkeypatch):
    monkeypatch.setattr(correcting, "MOST_AT_ONCE", 1)
    correcting.skip(one, [1, 3], by=alice)

    assert Import.objects.get(pk=one.pk).stage == Import.Stage.CHECKING
    with pytest.raises(NotToCheck):
        correcting.skip(one, [2], by=alice)


def test_rows_that_are_left_to_a_job_are_not_fetched(one, alice, monkeypatch):
    monkeypatch.setattr(correcting, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(correcting, "rows_called", None)
    reason = row(one, 1).problems[0]["reason"]

    assert correcting.skip_alike(one, 2, reason, by=alice) == 2
    one = checked_anew(one)
    assert counts(one)["rows"] == {"ready": 1, "skipped": 2, "refused": 0}
    assert correcting.take_all_in(one, by=alice) == 2
    one = checked_anew(one)
    assert correcting.correct_alike(one, 2, "nobody", "amy@client.example", by=alice) == 2
    checked_anew(one)
    assert row(one, 3).verdict == "ready"


def checked_anew(one):
    assert Import.objects.get(pk=one.pk).stage == Import.Stage.CHECKING
    run_now(Import.objects.get(pk=one.pk).job)
    return Import.objects.get(pk=one.pk)


def test_what_is_not_there_cannot_be_corrected(one, alice, bob):
    for number, cells in ((9, {0: "x"}), (1, {99: "x"})):
        with pytest.raises(Missing):
            correcting.correct(one, number, cells, by=alice)
    with pytest.raises(Missing):
        correcting.correct_alike(one, 99, "nobody", "x", by=alice)
    with pytest.raises(Missing):
        correcting.correct(one, 1, {0: "x"}, by=bob)


def test_nothing_is_corrected_before_a_check(alice):
    one = importing(alice, HEADS + "Desks,Amy,,,\n", FIELDS)
    with pytest.raises(NotToCheck):
        correcting.correct(one, 1, {0: "x"}, by=alice)


def test_reasons_are_told_in_the_language_of_whoever_imports(alice, admin):
    FieldFactory(name="Region", kind="text")
    alice.language = "fr"
    alice.save()
    one = checked(alice, HEADS + "Desks,Amy,,,\nLamps,Bo,,,\n", FIELDS)
    correcting.skip(one, [1], by=admin)
    by_admin = row(one, 1).problems
    correcting.skip(one, [2], by=alice)
    assert row(one, 2).problems == by_admin
