"""Pipedrive's own exports, by their headers: what a file holds, and all its columns.

A list is exported with the record before each header, “Deal - Title”, a whole account without it.
Headers are in the language of whoever exported.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from accounts.models import User
from imports.guessing.fields import Likely, likely
from imports.guessing.headers import RECORD_OF, RECORD_WORDS, customs, spelled, words_in
from imports.targets import TargetField, target

SYSTEM = "pipedrive"
PREFIX = re.compile(r"\s*([^\W\d_]+)\s[-–—]\s\S")
# What tells which record a file is about, in the order in which files tell of others, too.
PREFIXED = {
    "activity": {"activity subject", "activite sujet", "activite objet", "activity type"},
    "note": {"note content", "note contenu", "note note"},
    "deal": {"deal title", "affaire titre", "deal titre de l affaire"},
    "lead": {"lead title", "prospect titre", "lead titre", "piste titre"},
    "person": {"person name", "personne nom", "person first name", "personne prenom"},
    "organization": {"organization name", "organisation nom"},
    "product": {"product name", "produit nom"},
}
PLAIN = {
    "activity": (
        {"subject", "assigned to user"},
        {"subject", "marked as done time"},
        {"sujet", "attribue a l utilisateur"},
        {"objet", "attribue a l utilisateur"},
    ),
    "deal": (
        {"title", "currency of value"},
        {"title", "deal created"},
        {"titre", "devise de valeur"},
        {"titre", "affaire creee"},
    ),
    "lead": ({"title", "lead created"}, {"titre", "prospect cree"}),
    "organization": ({"name", "organization created"}, {"nom", "organisation creee"}),
    "person": ({"name", "person created"}, {"nom", "personne creee"}),
    "note": ({"content", "add time"}, {"contenu", "heure d ajout"}, {"contenu", "date d ajout"}),
    "product": ({"name", "product code", "unit prices"},),
}
FORMATTED = ("note.text", "activity.text")  # Pipedrive keeps them as HTML


class Recognised(NamedTuple):
    """A file of a system that we know: what its rows are, and where its columns go."""

    kind: str
    columns: list[dict]
    system: str


def recognise(headers: Sequence[str], *, user: User) -> Recognised | None:
    """What a file with these ``headers`` is, if Pipedrive writes such files; one statement then.

    Its custom fields go into those of ours that ``user`` may fill and that have their names.
    """
    words = [spelled(header) for header in headers]
    kind = kind_of(headers, words)
    if kind is None:
        return None
    matched, columns = set(), []
    fields = {field.name: field for field in target(kind).fields(user)}
    custom = customs_of(fields.values())
    for word in words:
        column = {"field": None, "options": {}}
        own = [Likely(custom[word])] if word in custom else []
        for name, reach in (*likely(word, target(kind), numbers=True), *own):
            if name in fields and (fields[name].several or name not in matched):
                matched.add(name)
                column = {"field": name, "options": options_of(name, reach)}
                break
        columns.append(column)
    without_parts(columns, matched)
    return Recognised(kind, columns, SYSTEM)


def customs_of(fields: Iterable[TargetField]) -> dict[str, str]:
    """Custom fields by what their columns are called: with the record before it or without."""
    found = customs(fields)
    return found | {
        f"{word} {spelling}": name
        for spelling, name in found.items()
        for word in words_in(RECORD_WORDS[name.partition(".")[0]])
    }


def kind_of(headers, words):
    there = set(words)
    prefixed = [header for header in headers if has_prefix(header)]
    if 2 * len(prefixed) >= len([header for header in headers if header.strip()]) > 0:
        return next((kind for kind, telling in PREFIXED.items() if telling & there), None)
    return next(
        (kind for kind, sets in PLAIN.items() if any(telling <= there for telling in sets)), None
    )


def has_prefix(header):
    found = PREFIX.match(header)
    return bool(found) and spelled(found[1]) in RECORD_OF


def options_of(name, reach):
    if name in FORMATTED:
        return {"html": True}
    return {"reach": reach} if reach else {}


def without_parts(columns, matched):
    """Of what is told whole and in parts, the whole is enough."""
    wholes = {
        "person.name": ("first_name", "last_name"),
        "organization.address": ("street", "postal_code", "city", "region", "country"),
    }
    for whole, parts in wholes.items():
        record = whole.partition(".")[0]
        told = {f"{record}.{part}" for part in parts} if whole in matched else ()
        for column in columns:
            if column["field"] in told:
                column["field"], column["options"] = None, {}
