"""Words for keys: people write ``setup_fee``, what is kept is ``custom_12``.

So a field may be called otherwise, and its formulas show the new name.
"""

import re
from collections.abc import Iterable, Mapping

from core.words import plain
from custom_fields.formulas.errors import FormulaError
from custom_fields.formulas.functions import FUNCTIONS
from custom_fields.formulas.parsing import parse
from custom_fields.formulas.tree import names_in
from custom_fields.formulas.variables import VARIABLES
from custom_fields.models import PREFIX, Field

LETTERS = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


def words_for(fields: Iterable[Field]) -> dict[str, str]:
    """The word for each of ``fields``, by its key; the key itself is understood too.

    The name in letters that everybody can type. Where the language, or an older field, has that
    word already, the number of the field follows; a name without such letters is known by its key.
    """
    words, taken = {}, {*VARIABLES, *FUNCTIONS}
    for field in sorted(fields, key=lambda field: field.pk or 0):
        word = word_for(field.name)
        if word in taken:
            word = f"{word}_{field.pk}"
        if not word or word in taken or word.startswith(PREFIX):
            word = field.key
        words[field.key] = word
        taken.add(word)
    return words


def word_for(name: str) -> str:
    letters = plain(name).translate(LETTERS)
    return re.sub(r"^[0-9_]+|_+$", "", re.sub(r"[^a-z0-9]+", "_", letters))


def with_keys(text: str, keys: Mapping[str, str]) -> str:
    """``text`` with each word that is in ``keys`` replaced."""
    for name in reversed(list(names_in(parse(text)))):
        if name.word in keys:
            text = text[: name.start] + keys[name.word] + text[name.end :]
    return text


def as_written(field: Field) -> str:
    """The formula of ``field`` with the names that its fields have now."""
    try:
        return with_keys(field.formula, words_for(field.inputs.values()))
    except FormulaError:
        return field.formula
