"""Words that a company's lists do not know yet: the run adds them, and rows that say a word mean
the one that is there then.
"""

from django.db import models

from core.words import plain
from imports.vocabularies import GROWING
from imports.writing.chunk import Chunk
from imports.writing.statements import run, sql

# Where rows say words: the key of a record, and the list.
PLACES = {
    "labels": "labels",
    "channel": "channel",
    "lost_reason": "lost_reason",
    "category": "category",
    "type": "activity_type",
}


def add_words(chunk: Chunk) -> None:
    """Add the words that the rows of ``chunk`` say and that are not there; ``chunk`` knows the
    number of each from then on.
    """
    for key, words in said(chunk).items():
        model = GROWING[PLACES[key]]
        there = numbers_of(model)
        if new := {plain(word): word for word in sorted(words) if plain(word) not in there}:
            model.objects.bulk_create(list(made(model, new.values())), ignore_conflicts=True)
            there = numbers_of(model)
        chunk.words[key] = {word: there[plain(word)] for word in words if plain(word) in there}


def said(chunk: Chunk) -> dict[str, set[str]]:
    """The words, instead of numbers, that stand where the file has any; one statement."""
    places = [place for place in PLACES if place in chunk.keys or not chunk.keys]
    if not places:
        return {}
    chosen = [
        sql.SQL(
            "SELECT DISTINCT {place}, word #>> '{{}}' FROM coming,"
            " jsonb_path_query(said, {path}) AS word"
        ).format(
            place=sql.Literal(place),
            path=sql.Literal(
                f"$.*.{place}{'[*]' if place == 'labels' else ''}"
                ' ? (@.type() == "string" && @ != "")'
            ),
        )
        for place in places
    ]
    found = {}
    for place, word in run("{words}", words=sql.SQL(" UNION ALL ").join(chosen)):
        found.setdefault(place, set()).add(word)
    return found


def numbers_of(model: type[models.Model]) -> dict[str, int]:
    """The words of a list by their plain form; the first of several that are alike."""
    words = model.objects.order_by("-pk").values_list("name", "pk")
    return {plain(name): pk for name, pk in words}


def made(model: type[models.Model], words):
    """New words, behind those there are where they have an order."""
    is_ordered = "position" in {field.name for field in model._meta.fields}
    last = model.objects.aggregate(last=models.Max("position"))["last"] if is_ordered else None
    for place, word in enumerate(words, start=(last or 0) + 1):
        yield model(name=word, **({"position": place} if is_ordered else {}))
