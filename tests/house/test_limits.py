"""What is too much, and where nobody may be sent: 413 without a trace, and no way off this host."""

from urllib.parse import urlsplit

import pytest
from django.test import RequestFactory

from core.web import safe_next
from tests.house.access import ROWS, who_may
from tests.house.test_access import address, data_of
from tests.house.world import answer

WRITES = [row for row in ROWS if row.method == "POST" and row.path != "admin/login/"]
ELSEWHERE = (
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "///elsewhere.example/",
    "/\\elsewhere.example/",
    "\\\\elsewhere.example/",
    "https:///elsewhere.example/",
    "http:elsewhere.example/",
    "http://testserver@elsewhere.example/",
    "http://testserver.elsewhere.example/",
    "\x08//elsewhere.example/",
    " //elsewhere.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://[half",
)


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize("limit", ["DATA_UPLOAD_MAX_NUMBER_FIELDS", "DATA_UPLOAD_MAX_MEMORY_SIZE"])
def test_too_much_is_told_and_nothing_is_done(company, settings, limit, htmx):
    """A page of its own; under htmx a toast over the form, which stays as it is."""
    wrong = []
    requests = [
        (row, address(row.path, row.about, company), data_of(row, company, "team"))
        for row in WRITES
    ]
    setattr(settings, limit, 9)
    for row, url, sent in requests:
        browser = company.browser(who_may(row))
        browser.handler.enforce_csrf_checks = True
        browser.cookies["csrftoken"] = "x" * 32
        large = {**sent, "extra": ["x" * 20] * 20}
        got = answer(browser, "POST", url, large, htmx=htmx)
        is_told = 'data-level="error"' in got.text if htmx else "Too much at once" in got.text
        stays = not htmx or got.response.headers.get("HX-Reswap") == "none"
        if got.status != 413 or not is_told or not stays or got.written:
            wrong.append(f"{row}: {got.status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("url", ELSEWHERE)
def test_nobody_is_sent_elsewhere(url):
    for request in (
        RequestFactory().get("/", {"next": url}),
        RequestFactory().post("/", {"next": url}),
    ):
        assert safe_next(request, "/leads/") == "/leads/"


@pytest.mark.parametrize("url", ELSEWHERE[:4])
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_no_write_sends_anybody_elsewhere(company, url, htmx):
    wrong = []
    for row in WRITES:
        sent = {**data_of(row, company, "team"), "next": url}
        here = address(row.path, row.about, company)
        got = answer(company.browser(who_may(row)), "POST", here, sent, htmx=htmx)
        for name in ("Location", "HX-Redirect", "HX-Location"):
            if is_elsewhere(got.response.headers.get(name, "")):
                wrong.append(f"{row}: {got.response.headers[name]}")
        if f'href="{url}' in got.text or f'action="{url}' in got.text:
            wrong.append(f"{row}: links to {url}")
    assert not wrong, "\n".join(wrong)


def is_elsewhere(location):
    return bool(urlsplit(location).netloc or urlsplit(location).scheme) or location.startswith(
        ("//", "/\\", "\\")
    )


@pytest.mark.parametrize("url", ELSEWHERE[:4])
def test_no_page_links_elsewhere(company, url):
    wrong = []
    for row in ROWS:
        if row.method != "GET":
            continue
        here = address(row.path, row.about, company)
        sent = {**data_of(row, company, "team"), "next": url}
        got = answer(company.browser(who_may(row)), "GET", here, sent)
        if is_elsewhere(got.response.headers.get("Location", "")):
            wrong.append(f"{row}: {got.response.headers['Location']}")
        if f'href="{url}' in got.text or f'action="{url}' in got.text:
            wrong.append(f"{row}: links to {url}")
    assert not wrong, "\n".join(wrong)
