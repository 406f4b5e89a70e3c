"""Hostile text in every field that people type into: refused at the field, or shown as text.

The fields are read out of the forms themselves, so that a new one is tried without a word here.
"""

import re

import pytest

from core.constraints import Unchanging
from tests.house.access import FORM, ROWS, who_may
from tests.house.reading import Page, main_form
from tests.house.test_access import address, data_of
from tests.house.world import answer

REFUSED = {
    "NUL": "Anvil\x00",
    "turned around": "Anvil \u202egnp.exe",
    "isolated": "Anvil \u2066x",
    "escape": "Anvil \x1b[31m",
}
# What a line may hold at the most is far less, what a text may hold a little less.
LARGE = "a" * 1_000_000
LONGEST_NAME = 200  # of a record, where a combobox makes or finds one

PAYLOADS = (
    "<script>top.xss=1</script>",
    '"><img src=x onerror="top.xss=1">',
    "'><svg/onload=top.xss=1>",
    '<a href="javascript:top.xss=1" hx-get="/xss/" hx-trigger="load">x</a>',
    "[x](javascript:top.xss=1) ![x](javascript:top.xss=1) <javascript:top.xss=1>",
    "{{7*7}}{% debug %}${7*7}",
    "</textarea></title></script></template><script>top.xss=1</script>",
)
HOSTILE = " ".join(PAYLOADS)
# Elements and attributes that none of our pages has but with one of these values.
OURS = re.compile(r"xss", re.IGNORECASE)

# Every form that keeps text: who fills it in, and the rows that say how it is sent. To merge, one
# only chooses, as of a file how it is read; the terms of lines are chosen too, and a value is a
# number.
FORMS = [
    row
    for row in ROWS
    if row.method == "POST"
    and (FORM in row.sent or row.path.endswith(("plan/", "write/", "lost/", "new/")))
    and not row.path.startswith(
        ("gallery/", "language/", "leads/merge/", "deals/merge/", "imports/new/")
    )
    and not row.path.endswith(("/lines/terms/", "/value/", "/file/"))
]
# Plain passwords and the like are not shown, and what may be chosen is not typed.
NOT_TYPED = re.compile(r"token|seen|csrf|^initial-|password|due_|expected_close|TOTAL|value$")


def filled(company, row):
    """The form of ``row`` as it is shown, with every field that takes text."""
    who = who_may(row)
    url = address(row.path, row.about, company)
    sent = data_of(row, company, "team")
    shown_at = url
    if row.path in ("activities/plan/", "notes/write/"):
        record = company.record(row.about)
        shown_at = record.get_absolute_url()
    form = main_form(company.browser(who).get(shown_at), url)
    sent = {**form.fields, **sent}
    return who, url, sent, form.texts


def names_of(texts):
    return [name for name in texts if not NOT_TYPED.search(name)]


def test_there_are_forms():
    assert len(FORMS) > 20


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_text_nobody_can_see_is_refused_at_its_field(company, row):
    """422, a message beside the field, the typed text still there, and nothing written."""
    who, url, sent, texts = filled(company, row)
    names = names_of(texts)
    assert names, "no field takes text"
    wrong = []
    for name in names:
        for what, text in {**REFUSED, "1 MB": LARGE}.items():
            got = answer(company.browser(who), "POST", url, typed(sent, {name: text}))
            how = f"{row} {name}: {what}"
            if got.status != 422 or got.written:
                wrong.append(f"{how}: {got.status}, {len(got.written)} statements")
                continue
            page = Page(got.text)
            if not is_marked(page, name):
                wrong.append(f"{how}: no message at the field")
            if not any(has(form, name, text) for form in page.forms):
                wrong.append(f"{how}: what was typed is gone")
    assert not wrong, "\n".join(wrong)


def typed(sent, texts):
    """The form after typing ``texts``; in a combobox typing forgets what was picked."""
    picked = {name.removesuffix("_text"): "" for name in texts if name.endswith("_text")}
    return {**sent, **picked, **texts}


def is_marked(page, name):
    """Whether the field says that it is wrong, for the eye and the ear alike."""
    return any(
        given.get("name") == name and given.get("aria-invalid") == "true"
        for _tag, given in page.elements
    )


def has(form, name, text):
    """HTML cannot hold NUL: a browser shows a sign in its place, our pages the rest."""
    shown = form.fields.get(name, [""])[0]
    return shown.replace("\ufffd", "").replace("\x00", "") == text.replace("\x00", "")


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_a_text_too_long_is_refused_at_its_field(company, row):
    who, url, sent, texts = filled(company, row)
    wrong = []
    for name in names_of(texts):
        most = texts[name].get("maxlength") or LONGEST_NAME
        text = "é" * (int(most) + 1)
        got = answer(company.browser(who), "POST", url, typed(sent, {name: text}))
        if got.status != 422 or got.written or not is_marked(Page(got.text), name):
            wrong.append(f"{row} {name}: {got.status} for {int(most) + 1} characters")
    assert not wrong, "\n".join(wrong)


# --- Text that looks like markup ---------------------------------------------------------------

SHOWN_AT = [row for row in ROWS if row.method == "GET"]


def came_from_text(page):
    """The elements of ``page`` that hostile text brought to life."""
    wrong = []
    for tag, given in page.elements:
        is_ours = given.get("src", "").startswith(("/static/", "/admin/jsi18n/"))
        if tag == "script" and not is_ours and given.get("type") != "application/json":
            wrong.append(f"<{tag}>")
        for name, value in given.items():
            is_live = name.startswith(("on", "hx-", "data-hx-"))
            is_link = name in ("href", "src", "action", "formaction", "srcdoc", "xlink:href")
            if is_live and OURS.search(value) and not is_our_own(name, value):
                wrong.append(f"<{tag} {name}={value!r}>")
            if name.startswith("on"):
                wrong.append(f"<{tag} {name}>")
            if is_link and value.strip().lower().startswith(("javascript:", "data:text", "/xss")):
                wrong.append(f"<{tag} {name}={value!r}>")
    return wrong


def is_our_own(name, value):
    """Questions of ours may quote a title, as text; addresses of ours may hold one, encoded."""
    is_address = value.startswith(("/", "?")) and not value.startswith("//")
    return name == "hx-confirm" or (
        name in ("hx-get", "hx-post") and is_address and not set("<>\"' ") & set(value)
    )


def test_a_page_that_text_brought_to_life_is_noticed():
    for payload in (PAYLOADS[0], PAYLOADS[1], PAYLOADS[3]):
        assert came_from_text(Page(payload))
    assert came_from_text(Page("<p hx-get='//top.xss=1'>"))
    assert came_from_text(Page("<p hx-get='/a b?top.xss=1'>"))
    assert not came_from_text(Page("<p hx-get='/leads/?q=%3Cb%3Etop.xss=1'>"))
    assert not came_from_text(Page("&lt;script&gt;top.xss=1&lt;/script&gt; <p hx-get='/leads/'>"))


def planted(company):
    """Hostile text in every column of text that people write, short enough for each."""
    for model_records in (company.records["team"], company.settings, company.users):
        for record in model_records.values():
            plant(record)


TYPED = ("title", "name", "campaign", "job_title", "website", "address", "subject", "text")


def plant(record):
    found = {
        field.attname: f"{record.pk} {HOSTILE}"[: field.max_length or 5000]
        for field in record._meta.concrete_fields
        if field.attname in (*TYPED, "error") and field.name not in kept(record)
    }
    if hasattr(record, "samples"):  # the cells of a file are nobody's, and shown all the same
        cells = [HOSTILE for _header in record.headers]
        found |= {"headers": cells, "samples": [cells], "notices": [HOSTILE]}
    if found:
        manager = getattr(type(record), "everything", type(record)._base_manager)
        manager.filter(pk=record.pk).update(**found)


def kept(record):
    """The fields that the database keeps as they came."""
    constraints = (each for each in record._meta.constraints if isinstance(each, Unchanging))
    return {name for each in constraints for name in each.fields}


@pytest.mark.parametrize("persona", ["alice", "admin"])
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_no_page_brings_text_to_life(company, persona, htmx):
    """Every address that anybody can look at: lists, pages, panels, dialogs, settings."""
    planted(company)
    urls = {}
    for row in SHOWN_AT:
        url = address(row.path, row.about, company)
        urls[url, tuple(data_of(row, company, "team").items())] = row
    lead, deal = company.record("lead"), company.record("deal")
    urls["/leads/", (("peek", lead.pk),)] = urls["/leads/", (("q", HOSTILE),)] = None
    urls["/deals/list/", (("q", HOSTILE), ("sort", HOSTILE), ("view", HOSTILE))] = None
    urls["/deals/forecast/", (("q", HOSTILE), ("from", HOSTILE))] = None
    urls["/people/", (("q", HOSTILE),)] = urls["/organizations/", (("q", HOSTILE),)] = None
    urls["/leads/new/", (("next", "javascript:top.xss=1"),)] = None
    urls[f"/deals/{deal.pk}/lost/", (("next", "javascript:top.xss=1"),)] = None
    if persona == "admin":
        urls |= dict.fromkeys((url, ()) for url in admin_lists())
    wrong, shown = [], 0
    for url, sent in urls:
        got = answer(company.browser(persona), "GET", url, sent, htmx=htmx)
        if "html" not in got.response.headers.get("Content-Type", ""):
            continue
        page = Page(got.text)
        shown += "top.xss=1" in page.text
        wrong += [f"{url}: {each}" for each in came_from_text(page)]
        if got.status >= 500 or "49$" in got.text:
            wrong.append(f"{url}: {got.status}")
    assert not wrong, "\n".join(wrong)
    assert shown > 10


def admin_lists():
    """Django admin's lists and its pages of single records' models."""
    for app in ("accounts/user", "leads/lead", "deals/deal", "contacts/person", "labels/label"):
        yield f"/admin/{app}/"


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_no_answer_to_a_form_brings_text_to_life(company, row):
    """What comes back after saving, toasts included, and the form again when it was wrong; with
    htmx and without in turn.
    """
    who, url, sent, texts = filled(company, row)
    names = names_of(texts)
    for number, payload in enumerate(PAYLOADS):
        hostile = {
            name: payload[: int(texts[name].get("maxlength") or 200)]
            for name in names
            if texts[name].get("type") != "email"
        }
        browser = company.browser(who)
        got = answer(browser, "POST", url, typed(sent, hostile), htmx=number % 2 == 1)
        assert got.status in (200, 204, 302, 422), got.status
        assert came_from_text(Page(got.text)) == []
        toasts = browser.get("/profile/")
        assert came_from_text(Page(toasts.text)) == []
