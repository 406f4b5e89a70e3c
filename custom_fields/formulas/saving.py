"""What is asked of a formula before it is kept: that it, and all that build on it, can work."""

import difflib
from collections.abc import Iterable, Mapping
from copy import copy

from django.utils.translation import gettext as _

from custom_fields.formulas.checking import at, type_in
from custom_fields.formulas.compiling import known_to
from custom_fields.formulas.errors import FormulaError
from custom_fields.formulas.functions import FUNCTIONS
from custom_fields.formulas.measures import Type, type_of
from custom_fields.formulas.names import with_keys, words_for
from custom_fields.formulas.parsing import MOST_LETTERS, MOST_PARTS, parse
from custom_fields.formulas.tree import Node, names_in
from custom_fields.formulas.variables import VARIABLES
from custom_fields.models import Field
from custom_fields.values import name_of

MOST_WITHIN = 5  # calculated fields that use each other
Inputs = Mapping[str, Field]


def kept(field: Field, every: Iterable[Field]) -> Field:
    """``field`` with the formula that was written for it as it is kept, by the keys of what it
    names, and with its inputs: it can be calculated. ``every`` are all live fields of its sort.

    ``FormulaError`` when it cannot work, or when fields that use it could not any more.
    """
    every = list(every)
    inputs = {each.key: each for each in every if each.pk != field.pk}
    keys = {word: key for key, word in words_for(every).items()} | {key: key for key in inputs}
    tree = parse(field.formula)
    own = field.key if field.pk else None
    for name in names_in(tree):
        refuse_unknown(name, inputs, keys, own)
    known = known_to(inputs)
    known |= {word: known[key] for word, key in keys.items() if key in known}
    refuse_wrong_result(tree, type_in(tree, known), field)
    found = copy(field)
    found.formula, found.inputs = with_keys(field.formula.strip(), keys), inputs
    if len(found.formula) > MOST_LETTERS:
        message = _("A formula has at most %(most)s characters.")
        raise at(tree, message, most=MOST_LETTERS)
    refuse_circles(found, tree, keys)
    refuse_breaking(found)
    return found


def refuse_broken(field: Field, every: Iterable[Field]) -> None:
    """``FormulaError`` unless ``field`` can be calculated from the live fields, ``every`` one."""
    inputs = {each.key: each for each in every}
    for name in names_in(parse(field.formula)):
        if name.word not in VARIABLES and name.word not in inputs:
            raise at(name, _("“%(field)s” was deleted."), field=name_of(name.word))
    can_work(field, inputs)


def using(field: Field, every: Iterable[Field]) -> list[Field]:
    """Those of ``every`` live field whose formulas name ``field``."""
    return [each for each in every if each.is_calculated and field.key in words_in(each)]


def words_in(field):
    return {name.word for name in names_in(parse(field.formula))}


def refuse_unknown(name, inputs, keys, own):
    """Say what a name may be instead, and why a field that is there cannot be used."""
    key = keys.get(name.word)
    if key == own and own:
        raise at(name, _("A formula cannot use its own field."))
    if name.word in VARIABLES or (key in inputs and type_of(inputs[key])):
        return
    if key in inputs:
        message = _(
            "“%(field)s” cannot be calculated with: it is neither a number, an amount or a day,"
            " nor yes or no."
        )
        raise at(name, message, field=inputs[key])
    if name.word in FUNCTIONS:
        message = _("“%(word)s” needs brackets, like %(usage)s")
        raise at(name, message, word=name.word, usage=FUNCTIONS[name.word].usage)
    near = difflib.get_close_matches(name.word, [*VARIABLES, *keys], n=1)
    if not near:
        raise at(name, _("There is nothing called “%(word)s”."), word=name.word)
    message = _("There is nothing called “%(word)s”. Is it “%(near)s”?")
    raise at(name, message, word=name.word, near=near[0])


def refuse_wrong_result(tree, found, field):
    if found & type_of(field):
        return
    messages = {
        Type.NUMBER: _(
            "This gives a number, and not an amount of money. Choose “A number” as the result."
        ),
        Type.MONEY: _(
            "This gives an amount of money, and not a number. Choose “An amount” as the result."
        ),
        Type.DAY: _("This gives a day. How many days there are between two, days(…) says."),
        Type.TRUTH: _("This gives yes or no. What then holds, if(…) says."),
    }
    raise at(tree, messages[found])


def refuse_circles(field: Field, tree: Node, keys: Mapping[str, str]) -> None:
    """Look along every calculated field that the formula, ``tree`` as it was written, names."""
    inputs = {**field.inputs, field.key: field}
    size = tree.size
    for name in names_in(tree):
        used = inputs.get(keys.get(name.word))
        if used is None or not used.is_calculated:
            continue
        try:
            more = size_in_all(used, inputs, [field])
        except FormulaError as wrong:
            raise at(name, wrong.words.replace("%", "%%")) from None
        size += more
        if size > MOST_PARTS:
            raise too_large(name)


def size_in_all(field: Field, inputs: Inputs, within: list[Field]) -> int:
    """How many parts ``field`` has when those it uses stand in their places; ``within`` are the
    fields that led here.
    """
    way = [*within, field]
    if field.pk in {each.pk for each in within}:
        names = " → ".join(str(each) for each in way)
        raise FormulaError(_("This leads in a circle: %(way)s."), way=names)
    if len(way) > MOST_WITHIN:
        message = _("At most %(most)s calculated fields may use one another.")
        raise FormulaError(message, most=MOST_WITHIN)
    tree = parse(field.formula)
    size = tree.size
    for name in names_in(tree):
        used = inputs.get(name.word)
        if used is not None and used.is_calculated:
            size += size_in_all(used, inputs, way)
        if size > MOST_PARTS:
            raise too_large(tree)
    return size


def too_large(node):
    message = _("With the calculated fields it uses, a formula has at most %(most)s parts.")
    return at(node, message, most=MOST_PARTS)


def refuse_breaking(field: Field) -> None:
    """Nothing that uses ``field`` may fail by what it is now."""
    if not field.pk:
        return
    inputs = {**field.inputs, field.key: field}
    for other in field.inputs.values():
        if other.is_calculated and leads_to(other, field, inputs):
            try:
                can_work(other, inputs)
            except FormulaError as wrong:
                message = _("“%(other)s” uses this field and could not be calculated: %(why)s")
                raise FormulaError(
                    message, end=len(field.formula), other=other, why=wrong.words
                ) from None


def leads_to(other: Field, field: Field, inputs: Inputs) -> bool:
    """Whether ``other`` uses ``field``, or a field that does; there are no circles by now."""
    words = words_in(other)
    return field.key in words or any(
        leads_to(inputs[word], field, inputs)
        for word in words
        if word in inputs and inputs[word].is_calculated
    )


def can_work(field: Field, inputs: Inputs) -> None:
    tree = parse(field.formula)
    refuse_wrong_result(tree, type_in(tree, known_to(inputs)), field)
    size_in_all(field, inputs, [])
