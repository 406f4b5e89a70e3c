"""A real Chromium against a live server; whatever it complains about fails the test."""

import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from tests import chromium
from tests.factories import LeadFactory, OrganizationFactory

LOOPBACK = ("localhost", "127.0.0.1")
PATIENCE = 15_000  # milliseconds: machines are slow at times, never wrong

expect.set_options(timeout=PATIENCE)

# Somebody types on just as the page is given its next answer.
TYPE_DURING_THE_NEXT_ANSWER = """([id, text]) => {
  document.addEventListener("htmx:beforeSwap", () => {
    const field = document.getElementById(id);
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, { once: true });
}"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = chromium.find()
    if path is None:
        pytest.fail("There is no Chromium that starts. Install one, or name one by CHROMIUM.")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": path, "args": quiet}


@pytest.fixture(scope="session")
def base_url():
    """None: each live server has its own. (The plugin's own fixture is a warning in pytest 9.)"""


class Console:
    """What browsers complain about, and any request that leaves this machine."""

    def __init__(self):
        self.heard = []
        self.expected = []

    def watch(self, context):
        context.on("console", lambda message: self.on_message(message.type, message.text))
        context.on("weberror", lambda error: self.hear(f"page error: {error.error}"))
        context.on("request", lambda request: self.on_request(request.url))

    def on_message(self, kind, text):
        if kind in ("error", "warning"):
            self.hear(text)

    def on_request(self, url):
        parts = urlsplit(url)
        if parts.scheme.startswith("http") and parts.hostname not in LOOPBACK:
            self.hear(f"request to {url}")

    def hear(self, text):
        self.heard.append(text)

    def expect(self, *texts):
        """Complaints with one of these ``texts`` in them belong to the test."""
        self.expected += texts

    @property
    def complaints(self):
        return [text for text in self.heard if not any(each in text for each in self.expected)]


@pytest.fixture
def console():
    console = Console()
    yield console
    assert console.complaints == []


@pytest.fixture
def answered(live_server):
    """After the browsers have gone, wait until the server has answered all that they asked.

    Else the next test would empty tables that a late answer still reads.
    """
    yield
    with connection.cursor() as cursor:
        for _try in range(200):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            if cursor.fetchone()[0] == 0:
                return
            time.sleep(0.05)


@pytest.fixture
def open_as(answered, new_context, live_server, console):
    """``open_as(alice)``: an empty page of a browser in which Alice is signed in already."""

    def open_page(user=None, **options):
        usual = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
        context = new_context(base_url=live_server.url, **{**usual, **options})
        context.set_default_timeout(PATIENCE)
        console.watch(context)
        if user:
            context.add_cookies([session_of(user, live_server.url)])
        return context.new_page()

    return open_page


def session_of(user, url):
    client = Client()
    client.force_login(user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": url}


def tick(page, *records):
    for record in records:
        page.locator(f"input[name=ids][value='{record.pk}']").check()


def toasts(page):
    return page.locator("#toasts .toast")


@pytest.fixture
def make_leads(alice):
    """``make_leads(3)``: seen leads of Alice, "Lead 1" to "Lead 3", the last one on top."""

    def make(number, **fields):
        organization = OrganizationFactory(name="Lumière Énergie", owner=alice)
        usual = {"owner": alice, "organization": organization, "person": None}
        return [LeadFactory(title=f"Lead {n}", **{**usual, **fields}) for n in range(1, number + 1)]

    return make
