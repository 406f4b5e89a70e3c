"""The text of a cell becomes a value of its field, as the options of its column say, or a reason
why not.

A value has the shape in which it is kept until the import runs: JSON, and valid for the record
that it goes to. An empty cell says nothing: ``None``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from imports.known import Known
from imports.targets.fields import TargetField
from imports.values.choosing import chosen_in, or_else
from imports.values.custom import CUSTOM
from imports.values.days import DAYS
from imports.values.errors import NotUnderstood, RowUnwanted
from imports.values.numbers import NUMBERS
from imports.values.text import TEXTS, fitting
from imports.values.words import WORDS

__all__ = ["NotUnderstood", "RowUnwanted", "read", "reader"]

Reader = Callable[[str], Any]
MAKERS = {**TEXTS, **NUMBERS, **DAYS, **WORDS, **CUSTOM}
REMEMBERED, SHORT = 10_000, 80  # so many texts of a column, of so many characters at most
# A number, a day, or a name is short: what is not is none, and nobody looks for one in it.
BRIEF = frozenset((*NUMBERS, *DAYS, "user", "custom:user", "custom:number", "custom:money"))
BRIEF |= {"custom:date", "custom:date_range", "custom:time"}
MOST_OF_BRIEF = 500  # characters


def read(field: TargetField, text: str, options: Mapping, known: Known) -> Any:
    """The value that ``text`` is; ``NotUnderstood`` with a reason in words when it is none, and
    ``RowUnwanted`` when whoever imports wants no row that says so.
    """
    return reader(field, options, known)(text)


def reader(field: TargetField, options: Mapping, known: Known) -> Reader:
    """How the cells of one column are read. What one text is, it stays: it is looked at once."""
    understand = MAKERS[field.kind](field, options, known)
    chosen = chosen_in(field, options, known, understand)
    understand = or_else(field, options, known, understand)
    remembered = {}

    def value_of(text):
        try:
            return remembered[text]
        except KeyError:
            pass
        stripped = text.strip()
        if not stripped:
            return None
        if stripped in chosen:
            value = chosen[stripped]()
        elif field.kind in BRIEF:
            value = understand(fitting(stripped, MOST_OF_BRIEF))
        else:
            value = understand(stripped)
        if len(text) <= SHORT and len(remembered) < REMEMBERED:
            remembered[text] = value
        return value

    return value_of
