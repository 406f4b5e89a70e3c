"""The guess at a whole file, and what it takes into account."""

import re
from collections.abc import Mapping, Sequence

from accounts.models import User
from core.words import plain
from deals.models import Deal
from imports.guessing.contents import by_content
from imports.guessing.fields import Likely, likely
from imports.guessing.headers import KEYS_OF, customs, spelled
from imports.guessing.options import options_for
from imports.known import in_every_language
from imports.models import Import
from imports.targets import Target, TargetField
from imports.values.numbers import BY_SIGN
from imports.values.words import statuses
from opportunities.models import Opportunity

REMEMBERED = 20  # imports of the same sort that tell what headers mean to somebody
RUN = (Import.Stage.RUNNING, Import.Stage.DONE, Import.Stage.CANCELLED)
CHANNELS = {"lead.channel", "deal.channel"}
NAMES = {"nom", "name", "noms"}


def guess(
    target: Target, headers: Sequence[str], samples: Sequence[Sequence[str]], *, user: User
) -> list[dict]:
    """The columns of a file, as an import keeps them; two statements.

    ``samples`` are the first rows of the file.
    """
    fields = {field.name: field for field in target.fields(user)}
    texts = [[row[n] for row in samples if n < len(row)] for n in range(len(headers))]
    words = [spelled(header) for header in headers]
    past = past_columns(target.kind, user)
    columns: list[dict | None] = [
        past[word] if word in past and (past[word]["field"] or "") in {"", *fields} else None
        for word in words
    ]
    matched = matched_by_header(words, columns, target, fields)
    left = [number for number, column in enumerate(columns) if column is None]
    free = {name for name, field in fields.items() if field.several or name not in matched}
    found = by_content(
        [headers[number] for number in left], [texts[number] for number in left], free
    )
    for place, name in found.items():
        if fields[name].several or name not in matched:
            matched.add(name)
            columns[left[place]] = {"field": name, "options": {}}
    prefer_whole_names(words, columns)
    prefer_how_deals_ended(columns, texts)
    leave_how_records_came_in(words, columns, texts)
    return [
        completed(column, fields, header, cells)
        for column, header, cells in zip(columns, headers, texts, strict=True)
    ]


def past_columns(kind: str, user: User) -> dict[str, dict]:
    """What headers meant in the last imports that ``user`` ran, by how they are spelled."""
    done = Import.objects.filter(by=user, kind=kind, stage__in=RUN, system="").order_by("-pk")
    found: dict[str, dict] = {}
    for headers, columns in done.values_list("headers", "columns")[:REMEMBERED]:
        for header, column in zip(headers, columns, strict=False):
            if word := spelled(header):
                found.setdefault(word, column)
    return found


def matched_by_header(words, columns, target, fields) -> set[str]:
    """Fill in what headers tell; answer with the fields that are matched."""
    matched = {column["field"] for column in columns if column and column["field"]}
    labels, own_names = labels_of(target, fields), customs(fields.values())
    for number, word in enumerate(words):  # what we call a field ourselves is meant for it
        if columns[number] is None and (name := labels.get(word)) and name not in matched:
            matched.add(name)
            columns[number] = {"field": name, "options": {}}
    for number, word in enumerate(words):
        if columns[number] is not None or not word:
            continue
        candidates = [*likely(word, target)]
        if word in own_names:
            candidates.append(Likely(own_names[word]))
        for name, reach in candidates:
            if name in fields and (fields[name].several or name not in matched):
                matched.add(name)
                columns[number] = {"field": name, "options": {"reach": reach} if reach else {}}
                break
    return matched


def labels_of(target, fields) -> dict[str, str]:
    """The fields of what a row makes by their labels, as spelled, but for labels that mean another
    one in most files.
    """
    own = KEYS_OF[target.kind]
    return {
        word: field.name
        for field in fields.values()
        if field.record == target.kind and not (field.custom or field.currency_of)
        if own.get(word := spelled(str(field.label)), field.key) == field.key
    }


def prefer_whole_names(words, columns) -> None:
    """Beside a first name, “Nom” is the last one; a whole name leaves nothing to its parts."""
    places = {column["field"]: n for n, column in enumerate(columns) if column and column["field"]}
    if "person.first_name" not in places or "person.name" not in places:
        return
    whole = places["person.name"]
    if "person.last_name" not in places and words[whole] in NAMES:
        columns[whole] = {"field": "person.last_name", "options": {}}
        return
    for part in ("person.first_name", "person.last_name"):
        if part in places:
            columns[places[part]] = {"field": None, "options": {}}


def prefer_how_deals_ended(columns, texts) -> None:
    """Stages of which some say “won” or “lost” tell how deals ended, unless another column does."""
    places = {column["field"]: n for n, column in enumerate(columns) if column and column["field"]}
    if "deal.stage" not in places or "deal.status" in places:
        return
    ends = {word for word, status in statuses().items() if status != Deal.Status.OPEN}
    if any(plain(text.strip()) in ends for text in texts[places["deal.stage"]]):
        columns[places["deal.stage"]] = {"field": "deal.status", "options": {}}


def leave_how_records_came_in(words, columns, texts) -> None:
    """“Source” in an export of ours says “Import” or “Added by hand”, which is nobody's channel."""
    ways = in_every_language(Opportunity.Origin.choices)
    for number, column in enumerate(columns):
        if words[number] != "source" or not column or column["field"] not in CHANNELS:
            continue
        said = {plain(text.strip()) for text in texts[number]} - {""}
        if said and said <= ways.keys():
            columns[number] = None


def completed(column: dict | None, fields: Mapping[str, TargetField], header, texts) -> dict:
    """A column with what its cells tell of how they are written, and its header of a currency."""
    if column is None or column["field"] is None:
        return {"field": None, "options": {}}
    field = fields[column["field"]]
    told = options_for(field, texts)
    if field.kind in ("money", "custom:money") and (currency := currency_in(header)):
        told["currency"] = currency
    return {"field": column["field"], "options": told | (column.get("options") or {})}


def currency_in(header: str) -> str:
    """The currency that stands behind a header: “Montant (€)”, “Value in USD”."""
    last = re.split(r"[\s()\[\],/]+", header.strip(" ()[]"))[-1]
    return BY_SIGN.get(last.casefold(), "")
