"""Nobody gets further than their right (F2): every address, every method, every persona, with and
without htmx; what is refused writes nothing and tells nothing.
"""

import re

import pytest
from django.urls import path as route

from core import icons
from tests.house import world
from tests.house.access import FORM, LISTS, OWN, ROWS, Upload, who_may
from tests.house.reading import main_form
from tests.house.test_urls import patterns
from tests.house.world import CANARY, MISSING, PERSONAS, answer, asked

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def is_ours(path):
    return not path.startswith("admin/") or path == "admin/login/"


def addresses(extra=()):
    """Every address of ours, once."""
    return list(dict.fromkeys(path for path, _entry in [*patterns(), *extra] if is_ours(path)))


def without_row(paths):
    known = {row.path for row in ROWS}
    return [path for path in paths if path not in known]


# --- The table is whole ------------------------------------------------------------------------


def test_every_address_has_a_row():
    assert without_row(addresses()) == []


def test_an_address_without_a_row_is_noticed():
    planted = route("leads/<int:pk>/planted/", lambda request: None)
    assert without_row(addresses([("leads/<int:pk>/planted/", planted)])) == [
        "leads/<int:pk>/planted/"
    ]


def test_every_row_has_an_address():
    assert {row.path for row in ROWS} <= set(addresses())


def test_a_method_without_a_row_is_not_allowed(company):
    """405 for whoever may do everything: no method is left that nobody thought of."""
    wrong = []
    for path in addresses():
        rows = [row for row in ROWS if row.path == path]
        url = address(path, rows[0].about, company)
        for method in sorted(METHODS - {row.method for row in rows}):
            got = answer(company.browser("admin"), method, url)
            if got.status != 405 or got.written:
                wrong.append(f"{method} {url}: {got.status}")
    assert not wrong, "\n".join(wrong)


# --- Every right -------------------------------------------------------------------------------


def address(path, about, company, visibility="team", pk=None):
    """The URL of ``path`` for the record called ``about``, or for the id ``pk`` instead."""
    record = company.record(about, visibility) if about else None
    given = {
        "pk": pk or (record and record.pk) or 1,
        "number": pk or (record and record.pk) or 1,
        "person": company.record("person", visibility).pk,
        "file": company.record(file_at(path), visibility).pk,
        "line": company.record("line", visibility).pk,
        "kind": kind_of(about, path),
        "linked": company.record("twin_deal", visibility).pk,
        "of": "leads",
        "name": "name" if path.startswith("products/") else "title",
        "month": "2026-11",
        "column": 0,
        "row": 1,
        "digest": icons.digest(),
        "uidb64": "MQ",
        "token": "set-password",
    }
    return "/" + re.sub(r"<\w+:(\w+)>", lambda match: str(given[match[1]]), path)


def file_at(path):
    return "project_file" if path.startswith("projects/") else "file"


def kind_of(about, path):
    if path.startswith("projects/"):
        return "deal"  # to which it is linked
    return about if path.startswith("timeline/") else list_of(about)


def list_of(about):
    return next((name for word, name in LISTS.items() if about.endswith(word)), "")


def data_of(row, company, visibility, pk=None):
    """What the row sends: the form as its owner sees it, and what the row writes over it."""
    record = company.record(row.about, visibility) if row.about else None
    names = company.names(visibility) | {"pk": pk or (record and record.pk)}
    names["list"] = list_of(row.about)
    sent = {}
    if FORM in row.sent:
        own = {**names, "pk": record and record.pk}
        url = "/" + row.sent[FORM].format_map(own)
        sent |= shown_form(company, url, who_may(row)).fields
    return {**sent, **{name: filled(row.sent[name], names) for name in row.sent if name != FORM}}


def filled(value, names):
    if isinstance(value, tuple):
        return tuple(filled(each, names) for each in value)
    if isinstance(value, Upload):
        return value
    return value.format_map(names)


def shown_form(company, url, persona):
    if url not in company.forms:
        response = company.browser(persona).get(url)
        assert response.status_code == 200, f"{url}: {response.status_code}"
        company.forms[url] = main_form(response, url.partition("?")[0])
    return company.forms[url]


def goes_to_sign_in(response):
    where = response.headers.get("Location") or response.headers.get("HX-Redirect") or ""
    return where.startswith("/sign-in/?next=")


def expected(row, persona, visibility):
    if persona in ("anonymous", "deactivated"):
        if row.path == "admin/login/":
            return "sign in"
        return "ok" if row.right.is_open else "sign in"
    return row.right.of(persona, visibility)


def found_word(got, row):
    if goes_to_sign_in(got.response) and not row.right.is_open:
        return "sign in"
    # A right password is none of these rows; a wrong one, or an old link, is said in the form.
    if got.status < 400 or (row.right.is_open and got.status == 422):
        return "ok"
    return str(got.status)


def hidden_words(persona, visibility):
    """The canaries of what ``persona`` may not see."""
    sees = {
        "alice": CANARY,
        "admin": CANARY,
        "manager": CANARY,
        "bob": ["team"],
        "reader": ["team"],
    }.get(persona, [])
    return [word for name, word in CANARY.items() if name not in sees]


def visibilities(row):
    """Settings look the same whoever sees alice's records."""
    return CANARY if row.right.owner or row.right is OWN else ["team"]


def place_of(row):
    return row.path.partition("/")[0] or "home"


@pytest.mark.parametrize("place", sorted({place_of(row) for row in ROWS}))
def test_everybody_gets_what_their_right_says(company, place):
    """A refusal writes nothing; nobody is told a word of what they may not see."""
    wrong = []
    for row in ROWS:
        if place_of(row) == place:
            for visibility in visibilities(row):
                wrong += wrong_answers(company, row, visibility)
    assert not wrong, "\n".join(wrong)


def wrong_answers(company, row, visibility):
    url = address(row.path, row.about, company, visibility)
    sent = data_of(row, company, visibility)
    wrong = []
    for persona in PERSONAS:
        word = expected(row, persona, visibility)
        for htmx in (False, True):
            # A page is the same page for everybody who may see it: htmx asks for it once.
            if htmx and row.method == "GET" and word == "ok" and persona not in ("alice", "admin"):
                continue
            how = f"{persona} {row} {visibility}{' htmx' if htmx else ''}"
            # What is refused is not taken back: the hash at the end shows that there was nothing.
            ask = answer if word == "ok" else asked
            got = ask(company.browser(persona), row.method, url, sent, htmx=htmx)
            if found_word(got, row) != word:
                wrong.append(f"{how}: {got.status} instead of {word}")
            if any(each in told(got) for each in hidden_words(persona, visibility)):
                wrong.append(f"{how}: tells what is hidden")
            if word != "ok" and got.written:
                wrong.append(f"{how}: is refused, but writes {got.written[:1]}")
    if world.state() != company.before:
        wrong.append(f"{row} {visibility}: a refused request changed a table")
    return wrong


def test_what_is_hidden_answers_like_what_is_missing(company):
    wrong = []
    for row in ROWS:
        for visibility in visibilities(row):
            if row.about == "" or (not row.right.owner and row.right is not OWN):
                continue
            hidden_url = address(row.path, row.about, company, visibility)
            missing_url = address(row.path, row.about, company, pk=MISSING)
            requests = (
                (hidden_url, data_of(row, company, visibility)),
                (missing_url, data_of(row, company, visibility, pk=MISSING)),
            )
            # One who may write elsewhere, and one who may write nowhere.
            for persona in ("charlie", "reader"):
                if row.right.of(persona, visibility) != "404":
                    continue
                for htmx in (False, True):
                    hidden, missing = (
                        answer(company.browser(persona), row.method, url, sent, htmx=htmx)
                        for url, sent in requests
                    )
                    if (hidden.status, same(hidden)) != (missing.status, same(missing)):
                        how = f"{persona} {row} {visibility}{' htmx' if htmx else ''}"
                        wrong.append(f"{how}: {hidden.status}, but {missing.status} if missing")
    assert not wrong, "\n".join(wrong)


def test_what_no_id_could_be_is_no_failure(company):
    """A number beyond what the database counts to is nobody's id: missing, or led elsewhere."""
    wrong = []
    for row in ROWS:
        if "<int:" not in row.path:
            continue
        path = re.sub(r"<int:\w+>", str(2**63), row.path)
        url, sent = address(path, row.about, company), data_of(row, company, "team")
        for htmx in (False, True):
            got = answer(company.browser(who_may(row)), row.method, url, sent, htmx=htmx)
            if got.status not in (200, 302, 404):
                wrong.append(f"{row}{' htmx' if htmx else ''}: {got.status}")
    assert not wrong, "\n".join(wrong)


# Of records that are hidden from some: all see the catalogue.
BULK_ROWS = [row for row in ROWS if row.sent.get("ids") == "{pk}" and row.right.owner]


def test_there_are_bulk_rows():
    assert len(BULK_ROWS) > 15


def test_one_hidden_id_refuses_the_whole_selection(company):
    """Bob may do it to the first record, or at least see it, and must not see the second."""
    wrong = []
    for row in BULK_ROWS:
        seen, hidden = (company.record(row.about, visibility).pk for visibility in CANARY)
        url = address(row.path, row.about, company)
        for ids in ([seen, hidden], [hidden, seen], [seen, MISSING]):
            sent = {**data_of(row, company, "team"), "ids": ids}
            for htmx in (False, True):
                got = asked(company.browser("bob"), row.method, url, sent, htmx=htmx)
                how = f"{row} {ids}{' htmx' if htmx else ''}"
                if got.status != 404:
                    wrong.append(f"{how}: {got.status} instead of 404")
                if CANARY["owner"] in told(got):
                    wrong.append(f"{how}: tells what is hidden")
                if got.written:
                    wrong.append(f"{how}: writes {got.written[:1]}")
    assert not wrong, "\n".join(wrong)
    assert world.state() == company.before


def test_admin_pages_let_nobody_in_but_admins(company):
    """Django's own pages, which ask admin.site.has_permission."""
    paths = [path for path, _entry in patterns() if path.startswith("admin/")]
    urls = {"/" + re.sub(r"<[^>]+>", "1", path) for path in paths if "(?P" not in path}
    for url in sorted(urls - {"/admin/login/", "/admin/logout/", "/admin/jsi18n/"}):
        for persona in ("bob", "manager", "reader", "anonymous", "deactivated"):
            for method in ("GET", "POST"):
                got = answer(company.browser(persona), method, url)
                assert got.status in (302, 403), f"{persona} {method} {url}: {got.status}"
                assert "sign-in" in got.response.url or "login" in got.response.url
                assert got.written == []


# --- What an answer tells ----------------------------------------------------------------------


def told(got):
    """Body, headers and toasts of an answer, in lower case."""
    headers = " ".join(f"{name}: {value}" for name, value in got.response.headers.items())
    cookies = " ".join(morsel.value for morsel in got.response.cookies.values())
    return f"{got.text} {headers} {cookies}".lower()


def same(got):
    """The body without what differs between any two answers: tokens, and the id that was sent."""
    body = re.sub(r'name="(csrfmiddlewaretoken|token)" value="[^"]*"', "", got.text)
    body = re.sub(r"X-CSRFToken[^}]*}", "", body)
    return re.sub(r"\b\d+\b", "N", body)
