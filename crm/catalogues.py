"""Translations without GNU gettext: find what is to be translated, compile it, say what is missing.

Babel reads Python by itself. Templates are first turned into something like Python by Django's own
``templatize``. The catalogues keep no dates and no line numbers, so they change only when words do.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from crm.env import CHECKOUT

LANGUAGES = ("fr",)  # English is the source
DOMAIN = "django"
NOT_OURS = {"tests", "docs", "node_modules", "migrations", "locale", "static", "requirements"}
TEMPLATE_ENDINGS = {".html", ".txt", ".xml", ".svg"}
LAZY = {f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext")}
KEYWORDS = DEFAULT_KEYWORDS | LAZY | {"npgettext_lazy": DEFAULT_KEYWORDS["npgettext"]}
HEADER = """\
# Carnet in {name}.
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


@dataclass
class Findings:
    """What keeps a catalogue from being complete, each with where it is said."""

    missing: list[str] = field(default_factory=list)
    fuzzy: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        for kind, entries in vars(self).items():
            for entry in entries:
                yield f"{kind}: {entry}"


# --- What the sources say ----------------------------------------------------------------------


def sources(root: Path) -> Iterator[Path]:
    """Every Python file and template of ours, in a fixed order."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(
            name for name in folders if name not in NOT_OURS and not name.startswith((".", "__"))
        )
        here = Path(folder)
        for name in sorted(files):
            path = here / name
            is_template = path.suffix in TEMPLATE_ENDINGS and "templates" in path.parts
            if path.suffix == ".py" or is_template:
                yield path


def as_python(path: Path) -> str:
    """A file as Python that Babel can read."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    # What is left of a template are calls of gettext between rows of X. Babel's reader knows about
    # indentation, which means nothing here, so each line begins at its margin.
    lines = templatize(text, origin=str(path)).splitlines()
    return "\n".join(re.sub(r"[^\S ]", " ", line).strip() for line in lines)


def messages(root: Path) -> Catalog:
    """All that the sources want translated."""
    catalog = Catalog(fuzzy=False)
    for path in sources(root):
        where = path.relative_to(root).as_posix()
        found = extract(
            "python",
            io.BytesIO(as_python(path).encode()),
            keywords=KEYWORDS,
            comment_tags=["Translators:"],
            options={"encoding": "utf-8"},
            strip_comment_tags=True,
        )
        for line, msgid, comments, context in found:
            catalog.add(msgid, locations=[(where, line)], auto_comments=comments, context=context)
    return catalog


# --- Catalogues --------------------------------------------------------------------------------


def catalogue_path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def load(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with open(path, "rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def update(root: Path = CHECKOUT) -> None:
    """Bring the catalogues up to what the sources say. A changed text keeps its old translation,
    marked fuzzy; one that is no longer said goes."""
    wanted = messages(root)
    for language in LANGUAGES:
        path = catalogue_path(root, language)
        catalog = load(path, language)
        catalog.update(wanted, update_creation_date=False)
        written = io.BytesIO()
        write_po(
            written,
            catalog,
            width=100,
            omit_header=True,
            include_lineno=False,
            ignore_obsolete=True,
            sort_output=True,
        )
        name = catalog.locale.english_name
        header = HEADER.format(name=name, locale=language, plural=catalog.plural_forms)
        body = written.getvalue().decode("utf-8").lstrip("\n")
        replace(path, (header + body).encode())


def compile_all(root: Path = CHECKOUT) -> None:
    for language in LANGUAGES:
        path = catalogue_path(root, language)
        if path.exists():
            written = io.BytesIO()
            write_mo(written, load(path, language))
            replace(path.with_suffix(".mo"), written.getvalue())


def replace(path: Path, content: bytes) -> None:
    """Written beside and moved, so that nobody ever reads half a catalogue."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    os.replace(fresh, path)


# --- What is not right -------------------------------------------------------------------------


def check(root: Path = CHECKOUT) -> dict[str, Findings]:
    """Per language: missing, fuzzy, stale and broken entries."""
    wanted = messages(root)
    return {
        language: compare(wanted, load(catalogue_path(root, language), language))
        for language in LANGUAGES
    }


def compare(wanted: Catalog, catalog: Catalog) -> Findings:
    findings = Findings()
    for message in wanted:
        if not message.id:
            continue
        known = catalog.get(message.id, message.context)
        # A text that became countable, or no longer is, needs a new translation.
        if known is None or known.pluralizable != message.pluralizable or not is_complete(known):
            findings.missing.append(described(message))
        elif known.fuzzy:
            findings.fuzzy.append(described(message))
        elif fault := fault_of(known):
            findings.broken.append(f"{described(message)}: {fault}")
    for message in catalog:
        if message.id and wanted.get(message.id, message.context) is None:
            findings.stale.append(described(message))
    return findings


def is_complete(message: Message) -> bool:
    words = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return bool(words) and all(words)


PLACEHOLDERS = re.compile(r"%\((\w+)\)[a-z]|(?<!%)%([sd])|(?<!\{)\{(\w*)\}(?!\})")


def fault_of(message: Message) -> str:
    """Placeholders that a translation lost or invented: they would fail when the page is shown.

    A singular may leave out its number ("one lead"), so only names count that no form knows.
    """
    texts = message.id if message.pluralizable else [message.id]
    words = message.string if message.pluralizable else [message.string]
    wanted = {name for text in texts for name in PLACEHOLDERS.findall(text)}
    for word in words:
        got = set(PLACEHOLDERS.findall(word))
        if got - wanted or (not message.pluralizable and wanted - got):
            return f"placeholders differ in {word!r}"
    if message.pluralizable and wanted - set(PLACEHOLDERS.findall(words[-1])):
        return f"placeholders differ in {words[-1]!r}"
    return ""


def described(message: Message) -> str:
    text = message.id[0] if message.pluralizable else message.id
    context = f" [{message.context}]" if message.context else ""
    places = sorted({name for name, _ in message.locations})
    return f"{text!r}{context}" + (f" ({', '.join(places[:3])})" if places else "")


# --- The command line --------------------------------------------------------------------------

ACTS = ("update", "compile", "check")


def perform(act: str, root: Path = CHECKOUT) -> list[str]:
    """Do it; the lines are what is wrong."""
    if act == "update":
        update(root)
    elif act == "compile":
        compile_all(root)
    else:
        found = check(root)
        return [f"{language} {line}" for language in found for line in found[language].lines()]
    return []


def main() -> int:
    """Without Django's command line: translations are compiled before anything else can run."""
    parser = argparse.ArgumentParser(prog="python -m crm.catalogues", description=__doc__)
    parser.add_argument("act", choices=ACTS)
    lines = perform(parser.parse_args().act)
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
