"""Who waits too long for somebody else's lock is asked to try again, and nothing was written."""

import threading
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from deals.models import Deal
from tests.factories import DealFactory, LeadFactory, UserFactory
from tests.web import htmx

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Somebody else is changing these records right now. Please try again."


@pytest.fixture
def alice():
    return UserFactory()


@pytest.fixture
def browser(alice):
    client = Client()
    client.force_login(alice)
    return client


@contextmanager
def somebody_else():
    """A second connection to the same database; what it did is given up at the end."""
    asked = connection.get_connection_params()
    known = {name: asked[name] for name in ("dbname", "user", "password", "host", "port")
             if asked.get(name)}  # fmt: skip
    with psycopg.connect(**known) as other:
        yield other
        other.rollback()


@contextmanager
def impatient():
    """The waiting of every connection that is opened meanwhile ends soon."""

    def hurry(execute, sql, params, many, context):
        if "FOR NO KEY UPDATE" in sql:
            context["cursor"].execute("SET LOCAL lock_timeout = '100ms'")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hurry):
        yield


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice, title="Anvil")


def held(other, lead):
    other.execute("SELECT 1 FROM leads_lead WHERE id = %s FOR UPDATE", [lead.pk])


def test_a_page_asks_to_try_again(browser, lead):
    with somebody_else() as other, impatient():
        held(other, lead)
        answer = browser.post(reverse("leads:archive"), {"ids": lead.pk})

    assert answer.status_code == 503
    assert WORDS in answer.text
    lead.refresh_from_db()
    assert not lead.is_archived


def test_htmx_keeps_the_page_and_shows_a_toast(browser, lead):
    with somebody_else() as other, impatient():
        held(other, lead)
        answer = browser.post(reverse("leads:archive"), {"ids": lead.pk}, headers=htmx("results"))

    assert answer.status_code == 503
    assert answer["HX-Reswap"] == "none"
    assert WORDS in answer.text
    assert 'data-level="error"' in answer.text


def test_a_form_that_waits_too_long_asks_to_try_again(browser, lead):
    url = reverse("leads:edit", args=[lead.pk])
    shown = browser.get(url).context["form"]
    sent = {name: shown[name].value() for name in ("currency", "visibility", "seen")}
    with somebody_else() as other, impatient():
        held(other, lead)
        sent |= {"title": "Bolt", "owner": lead.owner_id, "person": lead.person_id}
        answer = browser.post(url, sent)

    assert answer.status_code == 503
    assert WORDS in answer.text


def test_one_of_two_that_wait_for_each_other_is_asked_to_try_again(browser, alice):
    """The other has the second deal and wants the first, which the request has by then."""
    deals = DealFactory.create_batch(2, owner=alice)
    first, second = sorted(deal.pk for deal in deals)
    row = "SELECT 1 FROM deals_deal WHERE id = %s FOR UPDATE"
    with somebody_else() as other:
        other.execute("SET deadlock_timeout = '60s'")  # it is the request that notices first
        other.execute("SET lock_timeout = '20s'")
        other.execute(row, [second])
        wanting = threading.Timer(0.5, other.execute, [row, [first]])
        wanting.start()
        answer = browser.post(reverse("deals:archive"), {"ids": [first, second]})
        wanting.join()

    assert answer.status_code == 503
    assert WORDS in answer.text
    assert not Deal.objects.archived().exists()


def test_other_trouble_with_the_database_is_still_an_error(browser):
    browser.raise_request_exception = False

    def broken(execute, sql, params, many, context):
        if "leads_lead" in sql:
            sql = "SELECT 1 / 0"
            params = None
        return execute(sql, params, many, context)

    with connection.execute_wrapper(broken):
        assert browser.get(reverse("leads:inbox")).status_code == 500
