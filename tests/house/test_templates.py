"""Templates are used, captioned, free of inline script and style, and their parts bear one name."""

import re

import pytest
from django.conf import settings

from core.icons import ICONS

FOLDER = settings.BASE_DIR / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
NAMES = [str(path.relative_to(FOLDER)) for path in TEMPLATES]
SOURCES = [
    path
    for package in sorted(settings.BASE_DIR.glob("*/__init__.py"))
    if package.parent.name != "tests"
    for path in sorted(package.parent.rglob("*.py"))
]
# Django finds these by their names: form and field templates, and the admin's own pages.
FOUND_BY_NAME = ("django/", "admin/", "registration/")


@pytest.fixture(params=TEMPLATES, ids=NAMES)
def template(request):
    return request.param.read_text(encoding="utf-8")


def test_it_opens_with_its_caption(template):
    assert re.match(r"\{# \S.*[.:] ?.*#\}\n", template)


def test_it_holds_no_inline_script_or_style(template):
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", template)
    assert "<style" not in template
    assert not re.search(r"\s(style|on[a-z]+|hx-on[:\w-]*)\s*=\s*[\"']", template)
    assert "javascript:" not in template


def test_a_part_has_the_id_of_its_name(template):
    for name, body in re.findall(
        r"\{% partialdef (\S+)(?: inline)? %\}(.*?)\{% endpartialdef", template, re.DOTALL
    ):
        root = re.search(r"<[a-z][^>]*>", body, re.DOTALL)
        if root is None or "hx-swap-oob" in body or "{% partial" in body[: root.start()]:
            continue  # a part that only gathers other parts, or goes out of band
        opening = re.search(r'\bid="([^"]*)"', root.group())
        assert opening, f"{name}: its root has no id"
        assert opening.group(1) == name or "{{" in opening.group(1)


def test_its_icons_are_drawn(template):
    assert set(re.findall(r'\{% icon "([^"]+)"', template)) <= ICONS


def test_it_is_not_empty_of_translation(template):
    if re.search(r"\{% (blocktranslate|translate|plural)", template):
        assert "{% load" in template
        assert "i18n" in template


def test_every_template_is_used():
    written = "\n".join(path.read_text(encoding="utf-8") for path in [*SOURCES, *TEMPLATES])
    unused = [
        name
        for name in NAMES
        if f'"{name}"' not in written
        and f'"{name}#' not in written
        and not name.startswith(FOUND_BY_NAME)
        and not re.fullmatch(r"\d{3}\.html", name)
    ]
    assert unused == []


def test_only_one_place_marks_text_as_safe():
    marked = [path for path in SOURCES if "mark_safe(" in path.read_text(encoding="utf-8")]

    assert marked == [settings.BASE_DIR / "core" / "templatetags" / "ui.py"]
