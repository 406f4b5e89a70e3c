"""The page of the run: it starts it once, tells how far it is, stops it and lets it go on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from imports import running
from imports.counting import counted
from imports.models import Import
from imports.views.run import time_words
from jobs import services as jobs
from jobs.models import Job
from leads.models import Lead
from tests.imports.runs import checked, ran
from tests.web import assert_part_of_page, htmx

pytestmark = pytest.mark.django_db


def address(importing, act="run"):
    return reverse(f"imports:{act}", args=[importing.pk])


@pytest.fixture
def importing(alice):
    rows = [{"lead": {"title": str(n)}, "organization": {"name": "Bakery"}} for n in range(4)]
    counts = {"rows": {"ready": 4}, "records": {"lead": {"created": 4}}}
    return checked(alice, *rows, counts=counts)


def test_it_says_what_will_be_done_and_starts_it_once(alice, signed_in, importing):
    client = signed_in(alice)
    html = client.get(address(importing)).text
    assert "Import 4 rows?" in html
    assert "Start the import" in html

    for _click in range(2):
        assert client.post(address(importing)).status_code == 302

    assert Job.objects.count() == 1
    html = client.get(address(importing)).text
    assert "Waiting for its turn" in html
    assert 'hx-trigger="load delay:700ms"' in html


def test_a_running_one_tells_how_far_it_is_how_fast_and_how_long(
    alice, signed_in, importing, monkeypatch
):
    monkeypatch.setattr(running, "CHUNK", 2)
    one = running.start(importing, by=alice)
    running.step(one.job, one.pk)
    Import.objects.update(counts={"pace": 0.1, "done": {"lead": {"created": 2}}})
    html = signed_in(alice).get(address(importing)).text
    assert "2 of 4 rows" in html
    assert 'max="4" value="2"' in html
    assert "about 20 seconds left" in html
    assert "Stop here" in html
    assert_part_of_page(signed_in(alice), address(importing), "run")


def test_it_is_stopped_and_goes_on(alice, signed_in, importing, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    client = signed_in(alice)
    one = running.start(importing, by=alice)
    running.step(one.job, one.pk)

    client.post(address(importing, "cancel_run"))
    html = client.get(address(importing)).text
    assert "The import was stopped" in html
    assert "2 of 4 rows are done and stay." in html
    assert "Go on with 2 rows" in html

    client.post(address(importing, "resume_run"))
    importing.refresh_from_db()
    jobs.run_now(importing.job)
    assert Lead.objects.count() == 4


def test_the_end_is_told_to_who_looks_on(alice, signed_in, importing):
    jobs.run_now(running.start(importing, by=alice).job)
    response = signed_in(alice).get(address(importing), headers=htmx("run"))
    assert "The import is done" in response.text
    assert "hx-trigger" not in response.text
    assert 'hx-swap-oob="innerHTML:#run-news"' in response.text
    assert f'href="{importing.get_absolute_url()}"' in response.text


def test_what_failed_says_why_and_may_go_on(alice, signed_in, importing):
    one = running.start(importing, by=alice)
    jobs.fail(one.job, "The archive is closed.")
    html = signed_in(alice).get(address(importing)).text
    assert "The archive is closed." in html
    assert "Go on with 4 rows" in html


def test_what_is_not_checked_leads_back_to_its_step(alice, signed_in, importing):
    Import.objects.update(stage=Import.Stage.CHECK)
    response = signed_in(alice).get(address(importing))
    assert response.headers["Location"] == reverse("imports:check", args=[importing.pk])
    assert signed_in(alice).post(address(importing)).status_code == 409


def test_others_see_nothing_of_it(bob, charlie, manager, reader, admin, signed_in, importing):
    for other in (bob, charlie, manager, reader):
        assert signed_in(other).get(address(importing)).status_code == 404
        assert signed_in(other).post(address(importing)).status_code == 404
    assert signed_in(admin).get(address(importing)).status_code == 200
    assert not Job.objects.exists()


def test_the_page_costs_few_queries(alice, signed_in, importing, django_assert_num_queries):
    running.start(importing, by=alice)
    client = signed_in(alice)
    with django_assert_num_queries(4):  # session, user, the import, and it with its job
        client.get(address(importing))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "about 1 second left"),
        (42, "about 42 seconds left"),
        (100, "about 2 minutes left"),
        (9000, "more than an hour left"),
    ],
)
def test_how_long_it_takes_is_told_in_round_words(seconds, words):
    assert time_words(seconds) == words


def test_no_page_but_those_of_the_file_and_its_columns_fetches_its_first_rows(
    alice, signed_in, importing
):
    importing.counts = counted(importing)
    importing.save()
    client = signed_in(alice)
    with CaptureQueriesContext(connection) as captured:
        for url in ("/imports/", address(importing), f"/imports/{importing.pk}/check/"):
            assert client.get(url).status_code in (200, 302)
        ran(importing)
        assert client.get(f"/imports/{importing.pk}/").status_code == 200
    assert not [each["sql"] for each in captured if "samples" in each["sql"]]
