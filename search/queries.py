"""Find records of every kind by their names, and those that somebody touched last.

Each kind is one statement of its own: a capped set of ids out of the index over its words, then the
rows in order. One statement for all kinds would be no faster and could not say so plainly; an OR
over joined tables would read them whole.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count, F, QuerySet, Window

from accounts.models import User
from contacts.models import Organization, Person
from contacts.queries import with_text
from core.words import with_words, words_in
from deals.models import Deal
from history.models import Event, Operation
from leads.models import Lead
from lists.counting import Count as Found
from products.models import Product
from projects.models import Project

KINDS = {model.kind: model for model in (Person, Organization, Lead, Deal, Project, Product)}
# More than these are never put in order: nobody looks through a thousand, they type another word.
CAP = 1_000
# Shorter words are looked for as they are. One or two letters begin a large part of all words, and
# to read that part of the index at every key would cost much and find nothing that is meant.
FEWEST_LETTERS = 3
RECENT = 8
RECENT_ACTS = 100  # in one act one may have touched thousands of records
RECENT_EVENTS = 300


class Group(NamedTuple):
    """What was found of one kind: the first rows, and how many there are."""

    kind: str
    rows: list
    count: Found


def search(text: str, user: User, *, limit: int) -> list[Group]:
    """What ``user`` may see that fits ``text``, by kind, the first ``limit`` of each.

    Every word must be in the title or the name, whole or begun; a person is also found by an e-mail
    address or by the end of a phone number, a product by its code. What is archived or no longer
    offered is found as well, after the rest.
    """
    groups = (group(kind, text, user, limit) for kind in KINDS)
    return [found for found in groups if found.rows]


def is_short(text: str) -> bool:
    """Whether no word of ``text`` is long enough to be looked for as a beginning."""
    return all(len(word) < FEWEST_LETTERS for word in words_in(text))


def group(kind, text, user, limit):
    model = KINDS[kind]
    found = fitting(model.objects.visible_to(user), text)
    # Without an order, so that the database stops at the cap instead of sorting all there is.
    ids = found.order_by().values("pk")[: CAP + 1]
    rows = shown(model.objects.filter(pk__in=ids)).annotate(found=Window(Count("pk")))
    rows = list(rows.order_by(*order_of(model))[:limit])
    number = rows[0].found if rows else 0
    return Group(kind, rows, Found(min(number, CAP), number > CAP))


def fitting(records, text):
    begun = not is_short(text)
    if records.model is Product:
        return with_words(records, text, column="found_by", begun=begun)
    return with_text(records, text, begun=begun)


def shown(records: QuerySet) -> QuerySet:
    """With what tells two records of one name apart."""
    if records.model in (Lead, Deal):
        return records.select_related("person", "organization")
    if records.model is Project:
        return records.select_related("phase")
    return records.select_related("organization") if records.model is Person else records


def order_of(model):
    """By name; after the rest what is archived, the latest first, or no longer offered."""
    names = ("plain", "pk")
    if model is Product:
        return ("-is_active", *names)
    if not issubclass(model, Lead | Deal | Project):
        return names
    return (F("archived_at").desc(nulls_first=True), *names)


def recent(user: User, *, limit: int = RECENT) -> list:
    """The records that ``user`` touched last and still may see, the latest first."""
    touched = last_touched(user)
    rows = {}
    for kind, model in KINDS.items():
        ids = [number for of_kind, number in touched if of_kind == kind]
        if ids:
            for row in shown(model.objects.visible_to(user).filter(pk__among=ids)):
                rows[kind, row.pk] = row
    return [rows[subject] for subject in touched if subject in rows][:limit]


def last_touched(user: User) -> Sequence[tuple[str, int]]:
    """(kind, id) of the records in the latest acts of ``user``, each once."""
    acts = Operation.objects.filter(by=user).order_by("-pk").values("pk")[:RECENT_ACTS]
    events = Event.objects.filter(operation__in=acts, subject_kind__in=KINDS)
    latest = events.order_by("-pk").values_list("subject_kind", "subject_id")[:RECENT_EVENTS]
    return list(dict.fromkeys(latest))
