"""Whether the parts of a formula fit together."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custom_fields.formulas.errors import FormulaError
from custom_fields.formulas.functions import ALL, FUNCTIONS
from custom_fields.formulas.measures import COUNTED, NOTHING, Type
from custom_fields.formulas.tree import Call, Name, Node, Number

MOST_PLACES = 6


def type_in(node: Node, known: Mapping[str, Type]) -> Type:
    """What ``node`` can be, ``known`` being what its names are; ``FormulaError`` when its parts do
    not fit, at the smallest part that does not.
    """
    match node:
        case Number():
            return COUNTED
        case Name():
            if node.word not in known:
                raise at(node, _("There is nothing called “%(word)s”."), word=node.word)
            return known[node.word]
        case Call():
            return type_of_call(node, known)
    raise AssertionError(node)


def type_of_call(node, known):
    if node.function not in ALL:
        raise at(node, _("There is no function “%(word)s”."), word=node.function)
    function, count = ALL[node.function], len(node.arguments)
    if not function.least <= count <= function.most:
        raise at(node, arguments_wanted(function), function=node.function, count=function.least)
    types = [type_in(each, known) for each in node.arguments]
    found = function.gives(*types)
    if found == NOTHING:
        raise unfitting(node, types)
    if node.function == "round" and count > 1 and not is_places(node.arguments[1]):
        message = _("Say with a whole number from 0 to %(most)s to how many decimals.")
        raise at(node.arguments[1], message, most=MOST_PLACES)
    return found


def arguments_wanted(function):
    if function.most > function.least + 1:
        return _("“%(function)s” takes %(count)s parts or more, with commas between.")
    return ngettext(
        "“%(function)s” takes %(count)s part.",
        "“%(function)s” takes %(count)s parts, with commas between.",
        function.least,
    )


def is_places(node):
    return isinstance(node, Number) and node.value in range(MOST_PLACES + 1)


def unfitting(node, types):
    """What to say when arguments do not fit what stands between or before them."""
    if node.function in FUNCTIONS:
        message = _("“%(function)s” cannot work with this. An example: %(usage)s")
        return at(node, message, function=node.function, usage=FUNCTIONS[node.function].usage)
    if len(types) == 1:
        message = _("“%(sign)s” cannot stand before %(right)s.")
        return at(node, message, sign=node.function[0], right=types[0].words)
    message = _("“%(sign)s” cannot join %(left)s and %(right)s.")
    if node.function != "*" and NOTHING not in types and set(types) == {Type.NUMBER, Type.MONEY}:
        message = _(
            "“%(sign)s” cannot join %(left)s and %(right)s. Multiply the number by 1 to count it"
            " as an amount."
        )
    left, right = (each.words for each in types)
    return at(node, message, sign=node.function, left=left, right=right)


def at(node, message, **params):
    return FormulaError(message, start=node.start, end=node.end, **params)
