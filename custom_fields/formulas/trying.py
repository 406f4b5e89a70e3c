"""A formula tried out: what it would give for the latest records, or what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.days import today_of
from accounts.models import User
from custom_fields.formulas.compiling import calculation
from custom_fields.formulas.errors import FormulaError
from custom_fields.formulas.functions import FUNCTIONS, Function
from custom_fields.formulas.measures import type_of
from custom_fields.formulas.names import words_for
from custom_fields.formulas.saving import kept
from custom_fields.formulas.variables import VARIABLES
from custom_fields.models import Field
from custom_fields.queries import models_with

TRIED_ON = 10


@dataclass(frozen=True)
class Trial:
    """``records`` each with what it would show as ``found``; or what is ``wrong``, and the spot in
    what was ``written``.
    """

    of: Field
    written: str = ""
    records: list[Any] = field(default_factory=list)
    wrong: FormulaError | None = None

    @property
    def spot(self) -> tuple[str, str, str]:
        return self.wrong.around(self.written)


def tried(unsaved: Field, every: Iterable[Field], *, by: User) -> Trial:
    """What the formula written for ``unsaved`` would give for the latest ten records that ``by``
    sees. ``every`` are all live fields of its sort; two statements at most.
    """
    if not unsaved.formula.strip():
        return Trial(unsaved)
    try:
        working = kept(unsaved, every)
    except FormulaError as wrong:
        return Trial(unsaved, unsaved.formula, wrong=wrong)
    found = calculation(working, today=today_of(by))
    records = []
    for model in models_with(unsaved.of):
        if model.has_calculated:
            latest = model.objects.visible_to(by).annotate(found=found).order_by("-pk")
            records += latest[:TRIED_ON]
    return Trial(unsaved, unsaved.formula, records)


@dataclass(frozen=True)
class Usable:
    """A word that a formula can use, and what it stands for."""

    word: str
    title: Any
    is_a: str


def usable_words(every: Iterable[Field], of: Field) -> list[Usable]:
    """What a formula of the field ``of`` can name: the record's own words, then custom fields."""
    every = [each for each in every if each.pk != of.pk and type_of(each)]
    words = words_for(every)
    own = [Usable(each.word, each.title, each.type.words) for each in VARIABLES.values()]
    return own + [Usable(words[each.key], each.name, type_of(each).words) for each in every]


def usable_functions() -> list[Function]:
    return list(FUNCTIONS.values())
