"""What a formula can do: for each function and sign what it takes, what it gives, and its SQL.

Nothing here can fail in the database, and no argument is written twice: formulas within formulas
would double at every level. Numbers are exact, but for quotients, which have thirty decimals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    DateField,
    DecimalField,
    Expression,
    Func,
    IntegerField,
    Value,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from custom_fields.formulas.measures import COUNTED, NOTHING, ORDERED, Type

QUOTIENT_PLACES = 30
NUMERIC = DecimalField(max_digits=1_000, decimal_places=QUOTIENT_PLACES)
TRUTH, DAY = BooleanField(), DateField()
ZEROS = "0" * QUOTIENT_PLACES


class Sql(Func):
    """Expressions, and the words of SQL around and between them."""

    def __init__(self, *arguments, before="(", between=", ", after=")", gives=NUMERIC):
        template = f"{before}%(expressions)s{after}"
        super().__init__(*arguments, template=template, arg_joiner=between, output_field=gives)


class Choice(Func):
    """``CASE tested WHEN answer THEN result … END``: nothing when no answer is met."""

    def __init__(self, tested, *pairs, gives):
        super().__init__(tested, *pairs, output_field=gives)

    def as_sql(self, compiler, connection, **_context):
        parts = [compiler.compile(each) for each in self.source_expressions]
        tested, *pairs = (text for text, _parameters in parts)
        cases = " ".join(
            f"WHEN {answer} THEN {result}"
            for answer, result in zip(pairs[::2], pairs[1::2], strict=True)
        )
        parameters = [each for _text, parameters in parts for each in parameters]
        return f"(CASE {tested} {cases} END)", parameters


def numeric(expression) -> Expression:
    """As a number without limits: small whole numbers would overflow."""
    return Sql(expression, after=")::numeric")


def joined(sign, *, gives=NUMERIC):
    return lambda left, right: Sql(left, right, between=f" {sign} ", gives=gives)


def difference(left, right):
    if isinstance(left.output_field, DateField):
        return days(right, left)
    return joined("-")(left, right)


def quotient(dividend, divisor):
    """Zeros are added so that the database keeps as many decimals."""
    return Sql(
        dividend,
        divisor,
        before="ROUND((",
        between=f" + 0.{ZEROS}) / NULLIF(",
        after=f", 0), {QUOTIENT_PLACES})",
    )


def days(first, last):
    return Sql(last, first, between=" - ", after=")::numeric")


def extreme(function, beyond):
    """The least or the greatest of all; an empty one stands for what lies ``beyond`` any value,
    and if it comes out there is no result: the database itself would skip what is empty.
    """

    def sql(*arguments):
        gives = arguments[0].output_field
        limit = f"'{beyond}'::{'date' if isinstance(gives, DateField) else 'numeric'}"
        filled = [
            Sql(each, before="COALESCE(", after=f", {limit})", gives=gives) for each in arguments
        ]
        return Sql(*filled, before=f"NULLIF({function}(", after=f"), {limit})", gives=gives)

    return sql


def rounded(number, places=None):
    places = Cast(Value(0) if places is None else places, output_field=IntegerField())
    return Sql(number, places, before="ROUND(")


def chosen(condition, yes, no):
    true, false = (Value(answer, output_field=TRUTH) for answer in (True, False))
    return Choice(condition, true, yes, false, no, gives=yes.output_field)


def first_there(*arguments):
    return Sql(*arguments, before="COALESCE(", gives=arguments[0].output_field)


# --- What they take and give: nothing when the arguments do not fit -----------------------------


def alike(among):
    """All of one sort ``among`` these, which is the result too."""

    def given(*types):
        found = among
        for each in types:
            found &= each
        return found

    return given


def of_difference(left, right):
    if left & right & Type.DAY:
        return Type.NUMBER
    return left & right & COUNTED


def of_product(left, right):
    found = left & right & Type.NUMBER
    if (left & Type.MONEY and right & Type.NUMBER) or (left & Type.NUMBER and right & Type.MONEY):
        found |= Type.MONEY
    return found


def of_quotient(left, right):
    found = Type.NUMBER if left & right & COUNTED else NOTHING
    if left & Type.MONEY and right & Type.NUMBER:
        found |= Type.MONEY
    return found


def of_comparison(left, right):
    return Type.TRUTH if left & right & ORDERED else NOTHING


def of_choice(condition, yes, no):
    return yes & no & ORDERED if condition & Type.TRUTH else NOTHING


def of_days(first, last):
    return Type.NUMBER if first & last & Type.DAY else NOTHING


def of_rounding(number, places=Type.NUMBER):
    return number & COUNTED if places & Type.NUMBER else NOTHING


# --- All there are ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Function:
    """One function or sign: the numbers of arguments, their types, its SQL; ``usage`` and
    ``meaning`` are for people.
    """

    gives: Callable[..., Type]
    sql: Callable[..., Expression]
    least: int = 2
    most: int = 2
    usage: str = ""
    meaning: Any = ""


MANY = 50
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
SIGNS = {
    "+": Function(alike(COUNTED), joined("+")),
    "-": Function(of_difference, difference),
    "*": Function(of_product, joined("*")),
    "/": Function(of_quotient, quotient),
    "+x": Function(alike(COUNTED), lambda number: number, 1, 1),
    "-x": Function(alike(COUNTED), lambda number: Sql(number, before="(- "), 1, 1),
} | {sign: Function(of_comparison, joined(sign, gives=TRUTH)) for sign in COMPARISONS}
FUNCTIONS = {
    "if": Function(
        of_choice,
        chosen,
        3,
        3,
        "if(value > 10000, value * 0.1, 0)",
        _("The second when the condition holds, else the third."),
    ),
    "coalesce": Function(
        alike(ORDERED),
        first_there,
        2,
        MANY,
        "coalesce(value, 0)",
        _("The first that is not empty."),
    ),
    "min": Function(
        alike(ORDERED),
        extreme("LEAST", "-infinity"),
        2,
        MANY,
        "min(value, 5000)",
        _("The smallest, or the earliest day."),
    ),
    "max": Function(
        alike(ORDERED),
        extreme("GREATEST", "infinity"),
        2,
        MANY,
        "max(value - 1000, 0)",
        _("The greatest, or the latest day."),
    ),
    "round": Function(
        of_rounding,
        rounded,
        1,
        2,
        "round(value * 0.08, 2)",
        _("Rounded to as many decimals, half away from zero; to whole ones without."),
    ),
    "abs": Function(
        alike(COUNTED),
        lambda number: Sql(number, before="ABS("),
        1,
        1,
        "abs(value - 1000)",
        _("Without its sign."),
    ),
    "days": Function(
        of_days,
        days,
        2,
        2,
        "days(created, today)",
        _("The days from the first to the second."),
    ),
}
ALL = SIGNS | FUNCTIONS
