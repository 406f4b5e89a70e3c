"""What became of an import: its page, the rows that became nothing as a file, and taking it back
from there.
"""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Person
from imports.models import Import, Row
from jobs.services import fail, run_now
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import CorrectionFactory, RowFactory
from tests.imports.ran import ran
from tests.imports.test_reverting import brought
from tests.web import assert_part_of_page, htmx, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(alice):
    """Three rows of four became something."""
    records = [each for _n in range(2) for each in brought(alice)]
    one = ran(alice, created=records, headers=["Title", "E-mail"], done_to=4, row_count=4)
    for number in (1, 2):
        RowFactory(of=one, number=number)
    refused = [{"column": 1, "value": "amy", "reason": "This is no e-mail address."}]
    RowFactory(
        of=one, number=3, cells=["Desks", "amy"], verdict=Row.Verdict.REFUSED, problems=refused
    )
    left_out = [{"column": None, "value": "", "reason": "Left out by you."}]
    RowFactory(of=one, number=4, cells=["=1+1"], verdict=Row.Verdict.SKIPPED, problems=left_out)
    return one


def table(response):
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_the_report_says_what_became_of_rows_and_records(alice, signed_in, reported):
    html = text(signed_in(alice).get(f"/imports/{reported.pk}/"))

    assert "2 rows imported" in html
    assert "E-mail: This is no e-mail address." in html
    assert "Left out by you." in html
    for url in ("/leads/", "/people/", "/organizations/"):
        assert f'href="{url}?act={reported.operation_id}"' in html
    assert_part_of_page(signed_in(alice), f"/imports/{reported.pk}/", "report")


def test_only_who_made_it_and_admins_see_it(alice, bob, reader, admin, signed_in, reported):
    for address in ("", "left-out/", "revert/"):
        url = f"/imports/{reported.pk}/{address}"
        assert signed_in(alice).get(url).status_code == 200
        assert signed_in(admin).get(url).status_code == 200
        assert signed_in(bob).get(url).status_code == 404
        assert signed_in(reader).get(url).status_code == 404


def test_the_rows_left_out_come_with_their_columns_and_the_reason(alice, signed_in, reported):
    CorrectionFactory(of=reported, number=3, column=0, text="Chairs")
    response = signed_in(alice).get(f"/imports/{reported.pk}/left-out/")

    assert table(response) == [
        ["Why it was not imported", "Title", "E-mail"],
        ["E-mail: This is no e-mail address.", "Chairs", "amy"],
        ["Left out by you.", "'=1+1"],
    ]
    assert "not%20imported.csv" in response["Content-Disposition"]


def test_rows_before_which_it_was_stopped_are_left_out_too(alice, signed_in, reported):
    Import.objects.filter(pk=reported.pk).update(stage="cancelled", done_to=1)
    response = signed_in(alice).get(f"/imports/{reported.pk}/left-out/")
    assert [line[0] for line in table(response)[1:]] == [
        "The import was stopped before this row.",
        "E-mail: This is no e-mail address.",
        "Left out by you.",
    ]
    html = text(signed_in(alice).get(f"/imports/{reported.pk}/"))
    assert "Not reached <strong>1</strong>" in html
    assert "What was done until then is kept." in html


def test_a_file_of_rows_left_out_keeps_one_column_of_reasons(alice, signed_in, reported):
    Import.objects.filter(pk=reported.pk).update(headers=["Why it was not imported", "Title"])
    Row.objects.filter(of=reported, number=3).update(cells=["Old reason", "Desks"], problems=[])
    lines = table(signed_in(alice).get(f"/imports/{reported.pk}/left-out/"))
    assert lines[0] == ["Why it was not imported", "Title"]
    assert lines[1][1:] == ["Desks"]


def test_french_spreadsheets_get_their_separator(alice, signed_in, reported):
    alice.language = "fr"
    alice.save()
    response = signed_in(alice).get(f"/imports/{reported.pk}/left-out/")
    first = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert first == "Pourquoi elle n’a pas été importée;Title;E-mail"


def test_without_its_rows_there_is_no_file(alice, signed_in, reported):
    Row.objects.filter(of=reported).delete()
    Import.objects.filter(pk=reported.pk).update(key="")
    client = signed_in(alice)
    assert client.get(f"/imports/{reported.pk}/left-out/").status_code == 404
    assert "deleted 30 days after" in client.get(f"/imports/{reported.pk}/").text


def test_a_dialog_says_what_taking_it_back_would_do(alice, bob, signed_in, reported):
    lead = Lead.objects.first()
    opportunities.change(lead, {"title": "Warm desks"}, by=bob)
    url = f"/imports/{reported.pk}/revert/"
    html = text(signed_in(alice).get(url, headers=htmx("dialog")))

    assert "1 record was changed or converted since" in html
    assert "Warm desks" in html
    assert "Changed since" in html
    assert '<th scope="row">Leads</th><td data-kind="number">1</td>' in html
    assert_part_of_page(signed_in(alice), url, "revert")


@pytest.mark.parametrize("insists", ["", "1"])
def test_it_is_taken_back_by_one_click(alice, bob, signed_in, reported, insists):
    warm = Lead.objects.first()
    opportunities.change(warm, {"title": "Warm desks"}, by=bob)
    client, url = signed_in(alice), f"/imports/{reported.pk}/"

    answer = client.post(f"{url}revert/", {"insists": insists})
    assert answer.status_code == 302
    assert answer.url == url
    assert "Waiting for its turn" in client.get(url).text
    reported.refresh_from_db()
    run_now(reported.job)

    html = text(client.get(url))
    assert "This import was taken back" in html
    assert Lead.objects.filter(pk=warm.pk).exists() is (insists == "")
    assert ("Warm desks" in html) is (insists == "")
    assert "Take this import back…" not in html
    assert client.post(f"{url}revert/").status_code == 409
    assert client.get(f"{url}revert/").status_code == 409
    assert Person.objects.count() == (insists == "")


def test_what_stopped_halfway_goes_on(alice, signed_in, reported):
    client, url = signed_in(alice), f"/imports/{reported.pk}/"
    client.post(f"{url}revert/")
    reported.refresh_from_db()
    fail(reported.job, "The worker died.")

    html = text(client.get(url))
    assert "Taking it back stopped halfway" in html
    assert "The worker died." in html
    client.post(f"{url}revert/")
    reported.refresh_from_db()
    run_now(reported.job)
    assert "This import was taken back" in client.get(url).text


@pytest.mark.parametrize("number", [1, 5])
def test_the_report_costs_the_same_for_any_number(alice, signed_in, number):
    records = [each for _n in range(number) for each in brought(alice)]
    one = ran(alice, created=records, row_count=number, done_to=number)
    for each in range(number):
        RowFactory(of=one, number=each + 1, verdict=Row.Verdict.REFUSED)
    client = signed_in(alice)
    client.get(f"/imports/{one.pk}/")
    # The session, the user; the import with its user, job and act; its rows counted, and why.
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/imports/{one.pk}/")
    assert len(captured) == 5
