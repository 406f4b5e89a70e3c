"""The page of a job: only for its owner and admins, polling until the end."""

from django.urls import reverse

from jobs import services
from tests.jobs import kinds  # noqa: F401  (registers its kinds)
from tests.web import assert_part_of_page, htmx


def address(job):
    return reverse("jobs:detail", args=[job.pk])


def test_a_running_job_shows_how_far_it_is_and_asks_again(alice, signed_in):
    job = services.start("tests.label", by=alice, of=40, name="Hot")
    job.step, job.status = 12, job.Status.RUNNING
    job.save()
    html = signed_in(alice).get(address(job)).text

    assert "12 of 40" in html
    assert 'max="40" value="12"' in html
    assert 'hx-trigger="load delay:700ms"' in html
    assert "Refresh" in html


def test_a_done_job_stops_asking_and_offers_result_and_undo(alice, signed_in):
    job = services.run_now(services.start("tests.label", by=alice, name="Hot"))
    response = signed_in(alice).get(address(job), headers=htmx("job"))

    assert "hx-trigger" not in response.text
    assert "Hot was made." in response.text
    assert 'href="/leads/"' in response.text
    assert 'action="/history/1/undo/"' in response.text
    assert 'hx-swap-oob="innerHTML:#job-news"' in response.text


def test_a_failed_job_says_so_in_words(alice, signed_in):
    job = services.run_now(services.start("tests.refuse", by=alice))
    html = signed_in(alice).get(address(job)).text
    assert "The archive is closed today." in html
    assert 'hx-trigger="load' not in html


def test_part_equals_page(alice, signed_in):
    job = services.start("tests.label", by=alice, name="Hot")
    assert_part_of_page(signed_in(alice), address(job), "job")


def test_a_job_is_shown_to_its_owner_and_admins_alone(
    alice, bob, charlie, manager, reader, admin, signed_in
):
    job = services.start("tests.label", by=alice, name="Hot")
    assert signed_in(admin).get(address(job)).status_code == 200
    for other in (bob, charlie, manager, reader):
        assert signed_in(other).get(address(job)).status_code == 404


def test_the_page_costs_few_queries(alice, signed_in, django_assert_num_queries):
    job = services.start("tests.label", by=alice, name="Hot")
    client = signed_in(alice)
    with django_assert_num_queries(3):  # session, user, job
        client.get(address(job))
