"""Every list becomes a file: what it shows, or all there is, as CSV or as a workbook."""

import datetime
import io
import zipfile
from decimal import Decimal

import pytest
import python_calamine
from django.utils import timezone

from exports import services, workbook
from exports.registry import EXPORTS
from jobs.models import Job
from jobs.services import run_now
from tests.exports.sent import ASKED, rows_of
from tests.factories import (
    ActivityFactory,
    EmailAddressFactory,
    LabelFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
    PhoneNumberFactory,
    ProductFactory,
    ProjectFactory,
)
from tests.factories.custom_fields import FieldFactory

pytestmark = pytest.mark.django_db
NASTY = ["=1+1", "'=1", "_x0041_", "a\nb", "http://x.example", "0012", "é 日本 😀 العربية", " <&> "]


def sheet(answer):
    """What a spreadsheet reads in the first sheet."""
    content = io.BytesIO(b"".join(answer.streaming_content))
    return python_calamine.load_workbook(content).get_sheet_by_index(0).to_python()


def asked_for(columns="all", file_format="csv", **sent):
    return {"all": "1", "save": "1", "columns": columns, "file_format": file_format, **sent}


def test_people_with_all_that_is_known_of_them(signed_in, alice, bob):
    size = FieldFactory(of="person", kind="number", name="Shoe size")
    person = PersonFactory(
        name="Zoe",
        owner=bob,
        job_title="Cook",
        organization=OrganizationFactory(name="Ah, & Co"),
        custom={str(size.pk): "41.5"},
    )
    person.labels.set([LabelFactory(name="Hot, hot"), LabelFactory(name="New")])
    EmailAddressFactory(person=person, address="z@home.example")
    EmailAddressFactory(person=person, address="z@work.example", is_primary=True)
    PhoneNumberFactory(person=person, number="+33 1 23")
    PersonFactory(name="Not to be seen", visibility="owner", owner=bob)

    client = signed_in(alice)
    heads, row = rows_of(client.post("/exports/people/", asked_for()))

    said = dict(zip(heads, row, strict=True))
    assert said["Name"] == "Zoe"
    assert said["Organization"] == "Ah, & Co"
    assert said["E-mail"] == "z@work.example, z@home.example"
    assert said["Phone"] == "'+33 1 23"
    assert said["Labels"] == '"Hot, hot", New'
    assert said["Owner"] == "Bob Petit"
    assert said["Shoe size"] == "41.5"
    usual = rows_of(client.post("/exports/people/", asked_for("shown")))[0]
    assert usual == heads[: len(usual)] != heads


def test_organizations_as_filtered(signed_in, alice):
    OrganizationFactory(name="Anvil", owner=alice, website="anvil.example", address="1 St\nParis")
    OrganizationFactory(name="Balloon", owner=alice)

    rows = rows_of(signed_in(alice).post("/exports/organizations/", asked_for(q="anvil")))

    assert [row[:3] for row in rows[1:]] == [["Anvil", "anvil.example", "1 St\nParis"]]


def test_activities_with_what_they_are_about(signed_in, alice, charlie):
    lead = LeadFactory(owner=alice, title="Roof")
    ActivityFactory(lead=lead, subject="Call", due_on="2026-12-01", assignee=alice)
    ActivityFactory(lead=LeadFactory(owner=charlie, visibility="owner"), assignee=alice)

    [heads, row] = rows_of(signed_in(alice).post("/exports/activities/", asked_for()))

    said = dict(zip(heads, row, strict=True))
    assert (said["Subject"], said["Due"], said["Lead"], said["Deal"]) == (
        "Call", "2026-12-01", "Roof", "",
    )  # fmt: skip


def test_all_columns_are_those_one_can_choose(signed_in, alice):
    fields = [FieldFactory(kind=kind, name=kind) for kind in ("money", "date_range", "options")]
    person, options = LeadFactory(owner=alice).person, fields[2]
    option = options.options.create(name="A, b")
    LeadFactory(
        owner=alice,
        person=person,
        custom={
            str(fields[0].pk): {"amount": "12.5", "currency": "EUR"},
            str(fields[1].pk): {"from": "2026-01-01", "to": "2026-01-31"},
            str(options.pk): [option.pk],
        },
    )

    heads, row, _other = rows_of(signed_in(alice).post("/exports/leads/", asked_for()))

    said = dict(zip(heads, row, strict=True))
    assert (said["money"], said["money: currency"]) == ("12.5", "EUR")
    assert said["date_range"] == "2026-01-01 – 2026-01-31"
    assert said["options"] == '"A, b"'
    assert heads.count("Currency") == 1


def test_a_workbook_holds_numbers_days_and_texts_as_they_are(signed_in, alice):
    day = datetime.date(2027, 1, 2)
    for title in NASTY:
        LeadFactory(owner=alice, title=title, campaign="=x")
    LeadFactory(
        owner=alice,
        title="Anvil",
        value=Decimal("1200.50"),
        currency="EUR",
        expected_close_on=day,
        created_at=timezone.make_aware(datetime.datetime(2026, 5, 1, 12, 30)),
    )
    LeadFactory(owner=alice, title="Exact", value=Decimal("123456789012.1234"), currency="EUR")
    page = "/leads/?cols=value,close,created,campaign"

    answer = signed_in(alice).post("/exports/leads/", asked_for("shown", "xlsx", next=page))

    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    heads, exact, anvil, *nasty = sheet(answer)
    assert heads == ["Title", "Value", "Currency", "Expected close", "Added", "Campaign"]
    assert anvil == ["Anvil", 1200.5, "EUR", day, datetime.datetime(2026, 5, 1, 12, 30), ""]
    assert exact[1] == "123456789012.1234"
    assert [row[0] for row in reversed(nasty)] == NASTY
    assert nasty[0][5] == "=x"


def test_no_cell_of_a_workbook_is_a_formula(signed_in, alice):
    LeadFactory(owner=alice, title="=1+1")
    answer = signed_in(alice).post("/exports/leads/", asked_for("all", "xlsx"))
    parts = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_a_workbook_says_which_texts_are_not_whole(signed_in, alice, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_LETTERS", 5)
    LeadFactory(owner=alice, title="Desks")
    LeadFactory(owner=alice, title="Anvils")
    page = "/leads/?cols=campaign"

    answer = signed_in(alice).post("/exports/leads/", asked_for("shown", "xlsx", next=page))

    book = python_calamine.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheet_names == ["Leads", "Cut texts"]
    told = book.get_sheet_by_name("Cut texts").to_python()[0][0]
    assert told == "1 text is longer than a cell takes (5 characters) and was cut: Leads!A2."


def test_what_does_not_fit_a_sheet_stands_in_the_next(signed_in, alice, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    LeadFactory.create_batch(3, owner=alice)

    answer = signed_in(alice).post("/exports/leads/", asked_for("shown", "xlsx"))

    content = io.BytesIO(b"".join(answer.streaming_content))
    book = python_calamine.load_workbook(content)
    assert book.sheet_names == ["Leads", "Leads 2"]
    assert [len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names] == [3, 2]


def test_a_workbook_is_written_by_a_job_too(signed_in, alice, monkeypatch):
    monkeypatch.setattr(services, "MOST_AT_ONCE", 0)
    ProductFactory(name="Mill", prices={"USD": Decimal(12)})
    client = signed_in(alice)
    page = "/products/?currency=USD&cols=price"
    client.post("/exports/products/", asked_for("shown", "xlsx", next=page, currency="USD"))

    job = run_now(Job.objects.get())

    assert job.result["text"] == "1 product exported."
    assert sheet(client.get(job.result["url"]))[1] == ["Mill", 12, "USD"]


@pytest.mark.parametrize("of", sorted(EXPORTS))
def test_the_dialog_asks_first(signed_in, alice, of):
    page = signed_in(alice).get(f"/exports/{of}/?all=1")
    assert 'name="file_format" value="xlsx"' in page.text
    assert "data-closes" in page.text


def test_an_answer_nobody_offered_is_told_in_its_place(signed_in, alice):
    answer = signed_in(alice).post("/exports/leads/", asked_for("some", "ods"))
    assert answer.status_code == 422
    assert answer.text.count('class="errorlist"') >= 2 or "errors" in answer.text


def test_there_is_no_other_list(signed_in, alice):
    assert signed_in(alice).get("/exports/secrets/?all=1").status_code == 404
    assert signed_in(alice).post("/exports/leads/", ASKED).status_code == 422


def test_whoever_has_no_role_exports_nothing(signed_in, alice):
    type(alice).objects.filter(pk=alice.pk).update(role="")
    for of in EXPORTS:
        assert signed_in(alice).post(f"/exports/{of}/", asked_for()).status_code == 403


@pytest.mark.parametrize("number", [1, 5])
def test_contacts_are_read_together(signed_in, alice, number, django_assert_num_queries):
    for each in range(number):
        ProjectFactory(owner=alice)
        PersonFactory(owner=alice, organization=OrganizationFactory(owner=alice), name=f"P {each}")
    client = signed_in(alice)
    client.get("/people/")
    with django_assert_num_queries(9):
        answer = client.post("/exports/people/", asked_for())
        assert len(rows_of(answer)) == number + 1
