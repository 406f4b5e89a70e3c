"""Looking changes nothing and never breaks, whatever the address and the headers say."""

from urllib.parse import urlencode

import pytest

from tests.house import world
from tests.house.access import ROWS
from tests.house.test_access import address, data_of
from tests.house.world import asked

HUGE = "9" * 5000
TEXTS = {
    "a number too large": "999999999999999999999",
    "a number without end": HUGE,
    "a superscript": "²",
    "NUL": "a\x00b",
    "turned around": "\u202ea\u2066b",
    "half a pair": "\ud800".encode("utf-8", "surrogatepass"),
    "long": "a b " * 1250,
    "SQL": "1 OR 1=1",
    "quotes and patterns": "'\"\\%_(((((*+[",
    "a cursor": "WyJ4IiwwLFtdXQ:abc",
    "the last day": "9999-12-31T23:59:59+00:00~0~1",
    "the first day": "0001-01-01T00:00:00+14:00~0~1",
}
# Every parameter that some page reads, and one that none does.
PARAMETERS = (
    "after all assignee before board count except ids label labels next of only on organization "
    "owner peek q row sort stage status type value view due unknown"
).split()
HEADERS = [
    {"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": "http://[half/?q=1"},
    {"HX-Request": "true", "HX-Target": "#'\"<", "HX-Current-URL": "http://testserver:99999999/"},
    {"HX-Request": "true", "HX-Current-URL": "%00", "HX-Current-URL-URI-AutoEncoded": "true"},
    {"Referer": "http://[half", "Accept-Language": "fr;q=x, \x7f, " + "a-" * 500},
    {"Referer": "http://testserver//elsewhere.example/", "Cookie": "messages=broken; theme=<"},
]

LOOKS = [row for row in ROWS if row.method == "GET"]


@pytest.fixture
def looks(company):
    """The address of every row that is looked at, once."""
    urls = {}
    for row in LOOKS:
        url = address(row.path, row.about, company)
        sent = urlencode(data_of(row, company, "team"), doseq=True)
        urls[f"{url}?{sent}" if sent else url] = row
    return urls


def wrong_looks(company, persona, urls, *, headers=None):
    wrong = []
    browser = company.browser(persona)
    for url in urls:
        got = asked(browser, "GET", url, headers=headers)
        if got.status not in (200, 302, 400, 403, 404, 422):
            wrong.append(f"{persona} {url[:150]}: {got.status}")
        if got.written:
            wrong.append(f"{persona} {url[:150]} writes {got.written[0][:150]}")
    return wrong


@pytest.mark.parametrize("persona", ["alice", "admin"])
def test_looking_writes_nothing(company, looks, persona):
    wrong = wrong_looks(company, persona, looks)
    assert not wrong, "\n".join(wrong)
    assert world.state() == company.before


@pytest.mark.parametrize("what", TEXTS)
def test_no_address_is_too_odd(company, looks, what):
    """Each parameter in turn would be thousands of requests; they are sent all at once, and twice
    each.
    """
    value = TEXTS[what]
    query = urlencode([(name, value) for name in PARAMETERS for _twice in range(2)])
    bare = {url.partition("?")[0] for url, row in looks.items() if row.path != "admin/login/"}
    wrong = wrong_looks(company, "admin", [f"{url}?{query}" for url in sorted(bare)])
    assert not wrong, "\n".join(wrong)


LISTS = {
    "leads/": ("inbox", "mine", "unseen", "no-next-step", "overdue", "archived"),
    "leads/archived/": ("inbox",),
    "leads/deleted/": ("",),
    "deals/": ("",),
    "deals/list/": ("open", "won", "lost", "archived"),
    "deals/forecast/": ("",),
    "deals/forecast/none/": ("",),
    "people/": ("",),
    "organizations/": ("",),
    "products/": ("active", "inactive", "all"),
    "products/deleted/": ("",),
    "activities/": ("to_do", "overdue", "today", "upcoming", "done"),
}
READ = (
    "q",
    "peek",
    "after",
    "before",
    "sort",
    "owner",
    "label",
    "assignee",
    "type",
    "stage",
    "pipeline",
    "category",
    "billing",
    "currency",
    "price_from",
    "from",
)


@pytest.mark.parametrize("path", LISTS)
def test_no_parameter_of_a_list_is_too_odd(company, path):
    """One at a time: beside another broken one it might not be read."""
    odd = ("a number without end", "NUL", "half a pair", "SQL")
    urls = [
        f"/{path}?{urlencode([('view', LISTS[path][0]), (name, TEXTS[what])])}"
        for name in READ
        for what in odd
    ]
    urls += [f"/{path}?view={view}&sort=-unknown&after=x&peek=x" for view in LISTS[path]]
    wrong = wrong_looks(company, "alice", urls)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("number", ["0", "999999999999999999999", HUGE])
def test_no_number_is_too_large(company, number):
    urls = [
        address(row.path, row.about, company, pk=number) for row in LOOKS if "<int:" in row.path
    ]
    wrong = wrong_looks(company, "admin", dict.fromkeys(urls))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("headers", HEADERS, ids=range(len(HEADERS)))
def test_no_header_is_too_odd(company, looks, headers):
    wrong = wrong_looks(company, "alice", looks, headers=headers)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("headers", HEADERS, ids=range(len(HEADERS)))
def test_no_header_of_a_write_is_too_odd(company, headers):
    """The pages that look at where a write came from, to go back there."""
    lead, deal = (company.record(about) for about in ("lead", "deal"))
    activity, operation = (company.record(about) for about in ("activity", "operation"))
    writes = {
        "/leads/archive/": {"ids": lead.pk},
        f"/deals/{deal.pk}/expect/": {"month": "2031-05", "forecast": "1"},
        f"/deals/{deal.pk}/move/": {
            "stage": company.record("second_stage").pk,
            "board": company.record("pipeline").pk,
        },
        f"/activities/{activity.pk}/complete/": {"on": f"lead:{lead.pk}"},
        f"/history/{operation.pk}/undo/": {},
    }
    found = {
        url: world.answer(company.browser("alice"), "POST", url, sent, headers=headers).status
        for url, sent in writes.items()
    }
    assert {url: status for url, status in found.items() if status >= 500} == {}
