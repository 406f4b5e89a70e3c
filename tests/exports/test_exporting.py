"""Selected leads as a file: what it says, to whom (F8), and never a formula."""

import datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from exports import services
from exports.keeping import file_of
from history.models import Event
from jobs.models import Job
from jobs.registry import DAILY
from jobs.services import run_now
from tests.exports.sent import ASKED, FRENCH, rows_of
from tests.factories import EmailAddressFactory, LabelFactory, LeadFactory, PersonFactory
from tests.factories.custom_fields import FieldFactory

pytestmark = pytest.mark.django_db
EXPORT = "/exports/leads/"


@pytest.fixture
def export(signed_in, alice):
    """``export(ids=[…])``: the rows of the file that Alice gets, heads first."""

    def export(*, by=alice, cols="", **sent):
        sent = {"next": f"/leads/?cols={cols}", **ASKED, **sent}
        answer = signed_in(by).post(EXPORT, sent)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        return rows_of(answer, ";" if sent["file_format"] == "semicolons" else ",")

    return export


def test_the_columns_are_those_of_the_list(export, alice):
    hot = LabelFactory(name="Hot")
    lead = LeadFactory(
        owner=alice,
        title="Façade",
        value=Decimal("1200.50"),
        currency="EUR",
        expected_close_on=datetime.date(2027, 1, 2),
        labels=[hot],
    )
    budget = FieldFactory(name="Budget", kind="number")
    lead.custom = {str(budget.pk): "-7"}
    lead.save()

    rows = export(ids=lead.pk, cols=f"value,close,labels,owner,{budget.key}")

    assert rows == [
        ["Title", "Value", "Currency", "Expected close", "Labels", "Owner", "Budget"],
        ["Façade", "1200.5", "EUR", "2027-01-02", "Hot", "Alice Martin", "-7"],
    ]


def test_the_usual_columns_all_have_something_to_say(export, alice):
    LeadFactory(owner=alice)
    [heads, row] = export(all="1", cols="")
    assert len(heads) == len(row) == 10


def test_french_spreadsheets_part_by_semicolons_and_write_a_decimal_comma(export, alice):
    LeadFactory(owner=alice, title="a;b", value=Decimal("12.5"), currency="EUR")

    assert export(all="1", cols="value", **FRENCH)[1] == ["a;b", "12,5", "EUR"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_is_never_a_formula(export, alice, formula):
    LeadFactory(owner=alice, title="Lead", campaign=formula)

    assert export(all="1", cols="campaign")[1][1] == f"'{formula}"


def test_a_filter_travels_and_rows_left_out_stay_out(export, alice, bob):
    leads = [LeadFactory(owner=alice, title=title) for title in ("A", "B", "C")]
    LeadFactory(owner=bob, title="D")

    rows = export(all="1", owner=alice.pk, **{"except": leads[1].pk}, cols="title")

    assert [row[0] for row in rows[1:]] == ["C", "A"]


def test_what_a_reader_of_the_file_may_not_see_is_empty(export, alice, charlie, reader):
    person = PersonFactory(owner=charlie, visibility="owner", name="Zoe")
    EmailAddressFactory(person=person, address="zoe@client.example", is_primary=True)
    lead = LeadFactory(owner=alice, visibility="team", person=person)

    assert export(ids=lead.pk, cols="person,person-email", by=reader)[1][1:] == ["Zoe", ""]
    LeadFactory(owner=alice, visibility="owner")
    assert len(export(all="1", by=reader)) == 2


def test_a_hidden_id_spoils_the_whole(signed_in, charlie, alice):
    lead = LeadFactory(owner=alice, visibility="owner")

    for sent in (ASKED, {}):
        answer = signed_in(charlie).post(EXPORT, {"ids": lead.pk, **sent})
        assert answer.status_code == 404
    assert signed_in(charlie).get(EXPORT, {"ids": lead.pk}).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_leads_are_read_together(export, alice, number):
    LeadFactory.create_batch(number, owner=alice)

    with CaptureQueriesContext(connection) as captured:
        assert len(export(all="1")) == number + 1

    assert len(captured) == 25
    assert not Event.objects.exists()


def test_a_long_one_is_written_by_a_job_for_its_user_alone(
    signed_in, alice, bob, admin, monkeypatch
):
    monkeypatch.setattr(services, "MOST_AT_ONCE", 2)
    LeadFactory.create_batch(3, owner=alice, title="Lead")

    answer = signed_in(alice).post(EXPORT, {"all": "1", "next": "/leads/?cols=owner", **ASKED})

    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    job = run_now(job)
    assert job.result == {"text": "3 leads exported.", "url": f"/exports/{job.pk}/"}
    file = signed_in(alice).get(job.result["url"])
    rows = rows_of(file)
    assert rows == [["Title", "Owner"], *[["Lead", "Alice Martin"]] * 3]
    for other in (bob, admin):
        assert signed_in(other).get(job.result["url"]).status_code == 404

    DAILY["exports.forget"]()
    assert file_of(job, "csv").exists()
    Job.objects.update(created_at=timezone.now() - datetime.timedelta(days=8))
    DAILY["exports.forget"]()
    assert not file_of(job, "csv").exists()
    assert signed_in(alice).get(job.result["url"]).status_code == 404


def test_without_a_role_one_gets_no_file_any_more(signed_in, alice, monkeypatch):
    monkeypatch.setattr(services, "MOST_AT_ONCE", 0)
    client = signed_in(alice)
    client.post(EXPORT, {"ids": LeadFactory(owner=alice).pk, **ASKED})
    job = run_now(Job.objects.get())
    User.objects.filter(pk=alice.pk).update(role="")

    assert client.get(job.result["url"]).status_code == 403


def test_files_are_kept_where_no_address_leads(alice):
    assert file_of(Job(pk=1), "csv").is_relative_to(settings.MEDIA_ROOT)


def test_whoever_reads_the_list_exports_all_that_it_shows(alice, reader, signed_in):
    LeadFactory(owner=alice, title="Shown", visibility="team")
    LeadFactory(owner=alice, title="Filtered out", visibility="team")
    LeadFactory(owner=alice, title="Shown to Alice alone", visibility="owner")
    client = signed_in(reader)
    page = client.get("/leads/?q=shown").text
    form = page[page.index(f'action="{EXPORT}"') :].partition("</form>")[0]
    assert 'name="all" value="1"' in form
    assert 'name="q" value="shown"' in form

    answer = client.post(EXPORT, {"all": "1", "q": "shown", "next": "/leads/?q=shown", **ASKED})

    rows = rows_of(answer)
    assert [row[0] for row in rows] == ["Title", "Shown"]
