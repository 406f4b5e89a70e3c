"""Words that rows name and that are not in a company's lists yet: each is added once, and rows name
it by its number then. Imports do so in turn, so that none waits for a word of the other.
"""

from collections.abc import Iterable

from accounts.models import User
from accounts.policies import may_configure, require
from core.statements import run, table
from imports.vocabularies import GROWING
from imports.writing.chunk import Chunk
from labels.services import save_words

# Where rows name words of each list: the record, and the place in what they say of it.
PLACES = {
    "labels": [(record, "labels") for record in ("lead", "deal", "person", "organization")],
    "channel": [("lead", "channel"), ("deal", "channel")],
    "lost_reason": [("deal", "lost_reason")],
    "category": [("product", "category")],
    "activity_type": [("activity", "type")],
}
NEW = """'$[*] ? (@.type() == "string" && @ != "")'"""


def add_words(chunk: Chunk) -> None:
    """Add what the rows of ``chunk`` name and no list has; one statement where that is nothing.

    Refused to those who may not add to the lists any more.
    """
    new = named()
    if not new:
        return
    require(may_configure(chunk.by))
    for kind, names in new.items():
        numbers = added(GROWING[kind], names, chunk.by)
        for place in PLACES[kind]:
            fill_in(place, numbers)


def named() -> dict[str, list[str]]:
    """The new words that rows name, by list, in the order and the spelling of the file."""
    places = ", ".join(
        f"('{kind}', said->'{record}'->'{key}')"
        for kind, named in PLACES.items()
        for record, key in named
    )
    found = run(
        f"""
        SELECT place.kind, word #>> '{{{{}}}}'
        FROM coming
        CROSS JOIN LATERAL (VALUES {places}) AS place (kind, said)
        CROSS JOIN LATERAL jsonb_path_query(place.said, {NEW}) AS word
        GROUP BY 1, 2 ORDER BY min(number)
        """  # noqa: S608 - of our own words alone
    )
    words: dict[str, list[str]] = {}
    for kind, name in found:
        words.setdefault(kind, []).append(name)
    return words


def added(model, names: Iterable[str], by: User) -> dict[str, int]:
    """The numbers of the words ``names`` of a list: those that it does not have are put behind."""
    known = numbers_of(model, names)
    new: dict[str, str] = {}
    for name in names:
        if name not in known:
            new.setdefault(name.lower(), name)
    save_words([model(name=name) for name in new.values()], by=by)
    return numbers_of(model, names)


def numbers_of(model, names):
    found = run(
        """
        SELECT wanted.name, word.id FROM unnest(%(names)s::text[]) AS wanted (name)
        JOIN {words} AS word ON lower(word.name) = lower(wanted.name)
        """,
        {"names": list(names)},
        words=table(model),
    )
    return dict(found)


def fill_in(place: tuple[str, str], numbers: dict[str, int]) -> None:
    """Let rows name words by their ``numbers`` at this place."""
    run(
        f"""
        UPDATE coming SET said = jsonb_set(said, %(path)s, CASE jsonb_typeof(said #> %(path)s)
            WHEN 'array' THEN (
                SELECT jsonb_agg(COALESCE(to_jsonb(word.id), each.said))
                FROM jsonb_array_elements(said #> %(path)s) AS each (said)
                LEFT JOIN unnest(%(names)s::text[], %(ids)s::bigint[]) AS word (name, id)
                    ON each.said = to_jsonb(word.name)
            )
            ELSE (
                SELECT to_jsonb(word.id)
                FROM unnest(%(names)s::text[], %(ids)s::bigint[]) AS word (name, id)
                WHERE said #> %(path)s = to_jsonb(word.name)
            )
        END)
        WHERE jsonb_path_exists(said #> %(path)s, {NEW})
        """,  # noqa: S608 - of our own words alone
        {"path": list(place), "names": list(numbers), "ids": list(numbers.values())},
    )
