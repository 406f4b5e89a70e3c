"""Translations are found wherever they are said, and an incomplete catalogue is named."""

import gettext
import textwrap

import pytest
from babel.messages.pofile import PoFileError, write_po

from crm import catalogues

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy

A = _("Archive %(name)s")
B = ngettext("%d lead", "%d leads", 3)
C = pgettext_lazy("verb", "Open")
"""
TEMPLATE = """
{% load i18n %}
   {% partialdef rows %}
     <li title="{% translate "It's “here”" %}">é {{ x|default:_("None yet") }} 10\u00a0000</li>
  {% if a == _("b") %}
 {% blocktranslate trimmed count n=n with name=x.name %}
   {{ n }} deal of {{ name }}
 {% plural %}
   {{ n }} deals of {{ name }}
 {% endblocktranslate %}
      {% endif %}
   {% endpartialdef %}
{% translate "Hello" context "greeting" %}
"""
FRENCH = {
    "Archive %(name)s": "Archiver %(name)s",
    "%d lead": ("%d prospect", "%d prospects"),
    "Open": "Ouvrir",
    "It's “here”": "C’est « ici »",
    "None yet": "Aucun",
    "b": "b",
    "%(n)s deal of %(name)s": ("Une affaire de %(name)s", "%(n)s affaires de %(name)s"),
    "Hello": "Bonjour",
}


@pytest.fixture
def root(tmp_path):
    """A small project whose catalogue is complete."""
    for path, text in {
        "app/models.py": PYTHON,
        "templates/app/page.html": TEMPLATE,
        "tests/test_app.py": '_("Not for people")',
        ".venv/other.py": '_("Not ours")',
        "app/migrations/0001.py": '_("Not said any more")',
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    catalogues.update(tmp_path)
    translate(tmp_path, FRENCH)
    return tmp_path


def translate(root, words):
    path = catalogues.catalogue_path(root, "fr")
    catalog = catalogues.load(path, "fr")
    for message in catalog:
        if message.id:
            message.string = words[message.id[0] if message.pluralizable else message.id]
            message.flags.discard("fuzzy")
    write(path, catalog)


def write(path, catalog):
    with open(path, "wb") as file:
        write_po(file, catalog)


def edit(root, old, new):
    path = catalogues.catalogue_path(root, "fr")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_texts_are_found_in_python_and_in_templates(root):
    found = {
        message.id[0] if message.pluralizable else message.id
        for message in catalogues.messages(root)
        if message.id
    }
    assert found == set(FRENCH)


def test_a_complete_catalogue_has_nothing_to_say(root):
    assert catalogues.perform("check", root) == []


def test_a_new_text_is_missing_until_it_is_translated(root):
    (root / "app" / "models.py").write_text(PYTHON + '\nD = _("Convert")\n')
    assert catalogues.perform("check", root) == ["fr missing: 'Convert' (app/models.py)"]
    catalogues.update(root)
    assert catalogues.perform("check", root) == ["fr missing: 'Convert' (app/models.py)"]


def test_a_plural_needs_all_its_forms(root):
    edit(root, 'msgstr[1] "%d prospects"', 'msgstr[1] ""')
    assert catalogues.perform("check", root) == ["fr missing: '%d lead' (app/models.py)"]


def test_a_text_that_became_countable_is_missing(root):
    countable = PYTHON + '\nD = ngettext("None yet", "%d yet", 2)\n'
    (root / "app" / "models.py").write_text(countable)
    assert any("missing: 'None yet'" in line for line in catalogues.perform("check", root))


def test_a_text_that_is_no_longer_said_is_stale(root):
    (root / "app" / "models.py").write_text(PYTHON.replace("C = ", "# "))
    assert catalogues.perform("check", root) == ["fr stale: 'Open' [verb] (app/models.py)"]
    catalogues.update(root)
    assert catalogues.perform("check", root) == []
    assert "Ouvrir" not in catalogues.catalogue_path(root, "fr").read_text()


def test_a_changed_text_keeps_its_translation_as_a_guess(root):
    (root / "app" / "models.py").write_text(PYTHON.replace("Archive %", "Archives %"))
    catalogues.update(root)
    assert catalogues.perform("check", root) == ["fr fuzzy: 'Archives %(name)s' (app/models.py)"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Archiver %(name)s", "Archiver %(nom)s"),
        ("Archiver %(name)s", "Archiver"),
        ("%(n)s affaires de %(name)s", "des affaires de %(name)s"),
    ],
)
def test_a_lost_placeholder_is_named(root, right, wrong):
    edit(root, right, wrong)
    (line,) = catalogues.perform("check", root)
    assert line.startswith("fr broken: ")
    assert repr(wrong) in line


def test_what_is_compiled_speaks_french(root):
    catalogues.compile_all(root)
    with open(root / "locale/fr/LC_MESSAGES/django.mo", "rb") as file:
        french = gettext.GNUTranslations(file)
    assert french.gettext("None yet") == "Aucun"
    assert french.pgettext("verb", "Open") == "Ouvrir"
    # Unlike in English, none is singular.
    counted = [french.ngettext("%d lead", "%d leads", n) % n for n in (0, 1, 2)]
    assert counted == ["0 prospect", "1 prospect", "2 prospects"]


def test_guesses_are_not_compiled(root):
    edit(root, 'msgid "None yet"', '#, fuzzy\nmsgid "None yet"')
    catalogues.compile_all(root)
    with open(root / "locale/fr/LC_MESSAGES/django.mo", "rb") as file:
        assert gettext.GNUTranslations(file).gettext("None yet") == "None yet"


def test_a_catalogue_changes_only_with_its_words(root):
    path = catalogues.catalogue_path(root, "fr")
    catalogues.update(root)
    before = path.read_text()
    (root / "app" / "models.py").write_text("\n\n\n" + textwrap.dedent(PYTHON))
    catalogues.update(root)
    assert path.read_text() == before
    assert "Date" not in before
    assert "@" not in before
    assert "://" not in before


def test_a_faulty_catalogue_is_refused_whole(root):
    edit(root, 'msgid "Hello"', 'message "Hello"')
    with pytest.raises(PoFileError):
        catalogues.perform("check", root)
