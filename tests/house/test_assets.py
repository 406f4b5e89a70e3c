"""Stylesheets are imported, tokens exist, elements have their tag, and no third party is asked."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

STATIC = settings.BASE_DIR / "static"
CSS = sorted((STATIC / "css").rglob("*.css"))
JS = sorted((STATIC / "js").glob("*.js"))
TEMPLATES = "\n".join(
    path.read_text(encoding="utf-8") for path in (settings.BASE_DIR / "templates").rglob("*.html")
)


def test_every_stylesheet_is_imported_once():
    table = (STATIC / "css" / "app.css").read_text(encoding="utf-8")
    imported = re.findall(r'@import url\("([^"]+)"\)', table)

    there = [str(path.relative_to(STATIC / "css")) for path in CSS if path.name != "app.css"]
    assert sorted(imported) == sorted(there)


@pytest.mark.parametrize("path", CSS + JS, ids=lambda path: path.name)
def test_it_opens_with_its_caption(path):
    assert re.match(r"/\*\*? \S", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_colours_live_in_the_tokens(path):
    if path.name in (
        "tokens.css",
        "print.css",
        "tag.css",
    ):  # paper is white; hues are made in tag.css
        return
    assert not re.search(r"#[0-9a-f]{3,8}\b(?!\")|rgba?\(|hsl\(", path.read_text(encoding="utf-8"))
    assert "!important" not in path.read_text(encoding="utf-8")


def test_every_token_that_is_used_is_defined():
    written = "\n".join(path.read_text(encoding="utf-8") for path in CSS)
    defined = set(re.findall(r"(--[\w-]+)\s*:", written))

    assert set(re.findall(r"var\((--[\w-]+)", written)) - defined == set()


@pytest.mark.parametrize("path", JS, ids=lambda path: path.name)
def test_scripts_stand_alone_and_are_loaded(path):
    script = path.read_text(encoding="utf-8")

    assert not re.search(r"^\s*import\b|\bimport\(|\beval\(|innerHTML\s*=", script, re.MULTILINE)
    assert f"js/{path.name}" in TEMPLATES
    for element in re.findall(r'customElements\.define\("([\w-]+)"', script):
        assert f"<{element}" in TEMPLATES


@pytest.mark.parametrize("path", JS, ids=lambda path: path.name)
def test_only_one_file_knows_the_events_of_htmx(path):
    if path.name != "htmx-events.js":
        assert "htmx:" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", ["django_htmx/htmx-2.min.js", "fonts/manrope/Manrope-VariableFont_wght.ttf"]
)
def test_what_others_made_is_found_in_their_packages(path):
    assert finders.find(path)
    assert not (STATIC / path).exists()


def test_nothing_is_asked_of_a_third_party():
    for path in CSS + JS:
        assert not re.search(r"https?://(?!www\.w3\.org)", path.read_text(encoding="utf-8"))
    assert not re.search(r'(src|href)="(https?:)?//', TEMPLATES)
