"""Atoms of the interface, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone, translation

from core.icons import ICONS, sprite
from core.templatetags import ui

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "value", "currency", "shown"),
    [
        ("en", Decimal("42000"), "EUR", "€42,000"),
        ("en", Decimal("42000.5"), "EUR", "€42,000.50"),
        ("en", Decimal("42000"), "JPY", "¥42,000"),
        ("fr", Decimal("42000.5"), "EUR", "42\u202f000,50\u00a0€"),
        ("fr", Decimal("42000"), "EUR", "42\u202f000\u00a0€"),
        ("en", Decimal("42000"), "CHF", "CHF\u00a042,000"),
        ("en", Decimal("-42000"), "CAD", "-CA$42,000"),
        ("en", Decimal("42000"), "", "42,000"),
        ("en", 0, "EUR", "€0"),
        ("en", None, "EUR", ""),
    ],
)
def test_money_is_written_as_the_reader_writes_it(language, value, currency, shown):
    with translation.override(language):
        assert ui.money(value, currency) == shown


@pytest.mark.parametrize(("language", "shown"), [("en", "20%"), ("fr", "20\u00a0%")])
def test_a_per_cent_sign_stands_as_the_reader_writes_it(language, shown):
    with translation.override(language):
        assert ui.percent(20) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 12, 3), "today"),
        (date(2026, 12, 2), "yesterday"),
        (date(2026, 12, 4), "tomorrow"),
        (date(2026, 12, 24), "24\u00a0Dec"),
        (date(2025, 12, 24), "24\u00a0Dec\u00a02025"),
        (None, ""),
    ],
)
def test_days(value, shown):
    with time_machine.travel(NOON), translation.override("en"):
        assert ui.day(value) == shown


def test_a_day_is_written_as_french_readers_write_it():
    with time_machine.travel(NOON), translation.override("fr"):
        assert ui.day(date(2026, 12, 24)) == "24\u00a0déc."


def test_today_is_the_readers_own_day():
    late = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
    with time_machine.travel(NOON), translation.override("en"):
        with timezone.override("UTC"):
            assert ui.day(late) == "today"
        with timezone.override("Asia/Tokyo"):
            assert ui.day(late) == "tomorrow"
            assert ui.moment(late) == "tomorrow, 08:30"


def test_ago_counts_days_for_a_week():
    with time_machine.travel(NOON), translation.override("en"):
        assert ui.ago(date(2026, 11, 30)) == "3\u00a0d\u00a0ago"
        assert ui.ago(date(2026, 11, 20)) == "20\u00a0Nov"
        assert ui.ago(date(2026, 12, 5)) == "5\u00a0Dec"
        assert '<time datetime="2026-12-03"' in ui.time_tag(date(2026, 12, 3))


@pytest.mark.parametrize(
    ("due", "state", "words"),
    [
        (date(2026, 12, 1), "late", "Call · 2\u00a0d\u00a0late"),
        (date(2026, 12, 3), "today", "Call · today"),
        (date(2026, 12, 24), "planned", "Call · 24\u00a0Dec"),
        (None, "none", "No next step"),
    ],
)
def test_the_next_step_is_told_by_icon_and_words(due, state, words):
    with time_machine.travel(NOON), translation.override("en"):
        html = ui.next_step(due, text="Call")

    assert f'data-state="{state}"' in html
    assert "<svg" in html
    assert words in html


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Alice Martin", "AM"),
        ("Cher", "C"),
        ("Jean-Paul de Gaulle", "JG"),
        ("", ""),
        ("(x) y", "Y"),
    ],
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


def test_text_from_people_is_escaped():
    evil = '<script>alert("x")</script>'

    for html in (ui.label_tag(evil, "red"), ui.avatar(evil), ui.next_step(date.today(), evil)):
        assert "<script" not in html
    assert 'data-hue="grey"' in ui.label_tag("x", '"><script>')


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        "![x](https://elsewhere.example/pixel.png)",
    ],
)
def test_a_note_cannot_act(text):
    html = ui.markdown(text)

    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_a_note_may_be_formatted():
    assert "<strong>now</strong>" in ui.markdown("**now**\n\n- one")
    assert 'rel="noopener noreferrer nofollow"' in ui.markdown("[site](https://example.org)")
    assert ui.markdown("") == ""


def test_the_bar_shares_its_width():
    html = ui.bar([("late", 1), ("none", 0), ("today", 3)], label="4")

    assert html.count("<rect") == 2
    assert 'width="75.000"' in html
    assert ui.bar([]).count("<rect") == 0


def test_every_icon_is_in_the_sprite_and_an_unknown_one_is_a_circle():
    assert all(f'<symbol id="{name}"' in sprite() for name in ICONS)
    assert "#circle" in ui.icon("no-such-icon")
    assert 'role="img" aria-label="Close"' in ui.icon("x", label="Close")
