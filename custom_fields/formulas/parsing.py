"""From text to tree, by a small grammar: what it does not know cannot be said in a formula.

The parser works with a table and a stack of its own, so that no nesting exhausts Python; limits
hold while the tree grows.
"""

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _
from lark import Lark, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from custom_fields.formulas.errors import FormulaError
from custom_fields.formulas.tree import Call, Name, Node, Number

MOST_LETTERS = 500
MOST_TYPED = 4_000  # names may be longer than the keys that are kept and counted
MOST_DEPTH = 20
MOST_PARTS = 200
MOST_FIGURES = 20  # of one number

# Letters and figures by their ranges: \d and \w would let in those of other scripts.
GRAMMAR = r"""
    ?start: comparison
    ?comparison: sum | sum COMPARED sum -> joined
    ?sum: product | sum SIGN product -> joined
    ?product: signed | product TIMES signed -> joined
    ?signed: atom | SIGN signed -> signed
    ?atom: NUMBER -> number
        | NAME -> name
        | NAME "(" [comparison (_SEPARATOR comparison)*] ")" -> call
        | "(" comparison ")" -> brackets

    COMPARED: "<=" | ">=" | "<>" | "!=" | "==" | "=" | "<" | ">"
    SIGN: "+" | "-"
    TIMES: "*" | "/"
    NUMBER: /[0-9]+(\.[0-9]+)?|\.[0-9]+/
    NAME: /[A-Za-z][A-Za-z0-9_]*/
    _SEPARATOR: "," | ";"
    %ignore /[ \t\r\n]+/
"""
SAME = {"==": "=", "!=": "<>"}


@v_args(inline=True)
class Growing(Transformer):
    """Builds the tree while the text is read."""

    def number(self, token):
        if len(token.replace(".", "")) > MOST_FIGURES:
            message = _("A number has at most %(most)s figures.")
            raise FormulaError(message, **spot(token), most=MOST_FIGURES)
        return Number(token.start_pos, token.end_pos, Decimal(token))

    def name(self, token):
        return Name(token.start_pos, token.end_pos, token.lower())

    def joined(self, left, sign, right):
        return called(SAME.get(sign, str(sign)), [left, right], left.start, right.end)

    def signed(self, sign, node):
        return called(f"{sign}x", [node], sign.start_pos, node.end, deepens=True)

    def brackets(self, node):
        return deepened(node)

    def call(self, token, *arguments):
        arguments = [each for each in arguments if each is not None]
        end = arguments[-1].end if arguments else token.end_pos
        return called(token.lower(), arguments, token.start_pos, end, deepens=True)


def called(function, arguments, start, end, *, deepens=False):
    depth = max((each.depth for each in arguments), default=0) + deepens
    size = 1 + sum(each.size for each in arguments)
    node = Call(start, end, function, tuple(arguments), max(1, depth), size)
    if size > MOST_PARTS:
        raise FormulaError(
            _("A formula has at most %(most)s parts."), start=start, end=end, most=MOST_PARTS
        )
    return not_too_deep(node)


def deepened(node):
    return not_too_deep(replace(node, depth=node.depth + 1)) if isinstance(node, Call) else node


def not_too_deep(node):
    if node.depth > MOST_DEPTH:
        message = _("Brackets stand at most %(most)s within each other.")
        raise FormulaError(message, start=node.start, end=node.end, most=MOST_DEPTH)
    return node


PARSER = Lark(GRAMMAR, parser="lalr", transformer=Growing(), maybe_placeholders=False)


def parse(text: str) -> Node:
    """The tree of ``text``; ``FormulaError`` when it is no formula."""
    if len(text) > MOST_TYPED:
        message = _("A formula has at most %(most)s characters.")
        raise FormulaError(message, start=MOST_LETTERS, end=len(text), most=MOST_LETTERS)
    if not text.strip():
        raise FormulaError(_("Write a formula."))
    return grown(text)


@lru_cache(maxsize=1_000)
def grown(text):
    try:
        return PARSER.parse(text)
    except VisitError as failed:
        raise failed.orig_exc from None
    except UnexpectedCharacters as unexpected:
        at = unexpected.pos_in_stream
        message = _("“%(letter)s” has no place in a formula.")
        raise FormulaError(message, start=at, end=at + 1, letter=text[at]) from None
    except UnexpectedToken as unexpected:
        raise misplaced(unexpected.token, text) from None


def misplaced(token, text):
    """What to say of a part that may not follow what stands before it."""
    if token.type == "$END":
        end = len(text.rstrip())
        return FormulaError(_("The formula breaks off: something is missing."), start=end, end=end)
    if str(token) == "," and text[: token.start_pos][-1:].isdigit():
        return FormulaError(_("Write decimals with a point, like 0.08."), **spot(token))
    return FormulaError(_("“%(part)s” cannot stand here."), **spot(token), part=str(token))


def spot(token):
    return {"start": token.start_pos, "end": token.end_pos}
