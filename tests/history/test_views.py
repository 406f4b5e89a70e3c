"""Undo by its address, and events in the reader's words."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from history.models import Event, Operation
from history.sentences import SENTENCES
from history.services import begin, changed, record
from history.templatetags.history import Change, event_icon, sentence, what_changed
from opportunities import services as opportunities
from tests.factories import LabelFactory, LeadFactory
from tests.web import htmx

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice, visibility="team", title="Fleet")


def undo(operation):
    return reverse("history:undo", args=[operation.pk])


# --- Undo --------------------------------------------------------------------------------------


def test_one_takes_back_ones_own_act(alice, lead, signed_in):
    operation = opportunities.archive([lead], by=alice)
    browser = signed_in(alice)

    response = browser.post(undo(operation), {"next": lead.get_absolute_url()})

    assert response.url == lead.get_absolute_url()
    lead.refresh_from_db()
    assert not lead.is_archived


def test_htmx_loads_the_page_again(alice, lead, signed_in):
    operation = opportunities.archive([lead], by=alice)
    response = signed_in(alice).post(undo(operation), headers=htmx())
    assert response.headers["HX-Refresh"] == "true"


def test_nobody_but_the_author_and_admins_finds_the_act(
    alice, bob, charlie, manager, reader, admin, lead, signed_in
):
    operation = opportunities.archive([lead], by=alice)
    for who in (bob, charlie, manager, reader):
        assert signed_in(who).post(undo(operation)).status_code == 404
    assert Client().post(undo(operation)).url.startswith("/sign-in/")
    lead.refresh_from_db()
    assert lead.is_archived

    assert signed_in(admin).post(undo(operation)).status_code == 302
    lead.refresh_from_db()
    assert not lead.is_archived


def test_who_only_reads_by_now_takes_nothing_back(alice, lead, signed_in):
    operation = opportunities.archive([lead], by=alice)
    alice.role = "reader"
    alice.save()
    assert signed_in(alice).post(undo(operation)).status_code == 403
    assert Operation.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, htmx()], ids=["page", "htmx"])
def test_what_cannot_be_undone_says_why(headers, alice, lead, signed_in):
    operation = opportunities.archive([lead], by=alice)
    browser = signed_in(alice)
    browser.post(undo(operation))

    response = browser.post(undo(operation), headers=headers)

    assert response.status_code == 409
    assert "already undone" in response.text


@pytest.mark.parametrize(
    ("referrer", "to"),
    [
        ("http://testserver/leads/?view=mine&peek=3", "/leads/?view=mine&peek=3"),
        ("http://testserver//evil.example/", "/evil.example/"),
        ("http://evil.example/leads/", "/"),
        ("", "/"),
    ],
)
def test_one_returns_to_where_one_was_on_this_host(referrer, to, alice, lead, signed_in):
    operation = opportunities.archive([lead], by=alice)
    response = signed_in(alice).post(undo(operation), headers={"Referer": referrer})
    assert response.url == to


def test_get_does_not_undo(alice, lead, signed_in):
    operation = opportunities.archive([lead], by=alice)
    assert signed_in(alice).get(undo(operation)).status_code == 405


# --- Words -------------------------------------------------------------------------------------


def event(lead, verb, by, **changes):
    operation, _new = begin(verb, by=by)
    record(operation, [lead], changes=changes)
    return Event.objects.last()


def test_changes_are_told_in_the_readers_words(alice, bob, lead):
    told = event(
        lead,
        "lead.changed",
        alice,
        value=[None, "28000"],
        expected_close_on=["2020-11-23", None],
        owner=changed(alice, bob),
        visibility=["team", "everyone"],
        title=["<b>Old</b>", "New"],
    )
    assert what_changed(told) == [
        Change("Owner", "Alice Martin", "Bob Petit"),
        Change("Visible to", "Owner's team", "Everyone"),
        Change("Title", "<b>Old</b>", "New"),
        Change("Value", "—", "28,000"),
        Change("Expected close", "23\u00a0Nov\u00a02020", "—"),
    ]


def test_later_renames_do_not_change_the_past(alice, lead):
    label = LabelFactory(name="Hot")
    opportunities.add_label([lead], label, by=alice)
    label.name = "Cold"
    label.save()
    assert sentence(Event.objects.get()) == "Label added: Hot"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"value": ["x", None]},
        {"expected_close_on": ["2026-99-99", "?"]},
        {"created_at": [None, 5]},
        {"no_such_field": [[1, {"name": "One"}], "x"]},
        {"archived_at": ["yesterday", True]},
    ],
)
@pytest.mark.parametrize("verb", ["lead.changed", "lead.created", "unknown.verb", "odd"])
def test_nothing_in_an_event_breaks_a_page(verb, changes, alice, lead):
    told = event(lead, verb, alice, **changes)
    assert sentence(told)
    assert event_icon(told)
    what_changed(told)


def test_every_verb_that_services_record_has_a_sentence():
    written = set()
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        if not {"tests", "migrations", ".venv"} & set(path.parts):
            found = re.findall(r'(?:begin\(|verb=)\s*"([a-z]+\.[a-z_]+)"', path.read_text())
            # Of these acts each record's own event is told.
            silent = ("user", "conversion", "activities", "stage.emptied")
            written |= {verb for verb in found if not verb.startswith(silent)}
    assert written - set(SENTENCES) == set()


def test_sentences_are_translatable_as_a_whole():
    with translation.override("fr"):
        assert all(str(words) for _icon, words in SENTENCES.values())
