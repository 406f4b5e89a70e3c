"""From tree to database expression: what a formula gives for a record, always as it stands now."""

import datetime
from collections.abc import Mapping

from django.db.models import (
    BooleanField,
    DateField,
    DecimalField,
    Expression,
    F,
    Value,
)
from django.db.models.functions import Cast

from custom_fields.formulas.checking import type_in
from custom_fields.formulas.errors import FormulaError
from custom_fields.formulas.functions import ALL, NUMERIC, Choice, Sql, numeric
from custom_fields.formulas.measures import NOTHING, Type, type_of
from custom_fields.formulas.parsing import parse
from custom_fields.formulas.tree import Call, Name, Node, Number
from custom_fields.formulas.variables import VARIABLES
from custom_fields.kinds.base import json_text
from custom_fields.models import Field

MOST_FIGURES = 18  # before the point; what is greater is not calculated


def calculation(field: Field, *, today: datetime.date) -> Expression:
    """What ``field``, a calculated one, gives for each row of a query: a decimal with the field's
    digits, NULL where it is not calculated.

    ``today`` is the viewer's. Ask with fields from ``calculated_fields`` or ``fields_by_of``:
    these bring along what their formulas name. A formula that cannot work any more gives NULL.
    """
    try:
        return calculated(field, field.inputs, today, ())
    except FormulaError:
        return Value(None, output_field=shown_as(field))


def calculated(field, inputs, today, within):
    """The expression of ``field``; ``within`` are the fields whose formulas led here."""
    if field.pk in within:
        raise FormulaError("%(field)s leads to itself", field=field)
    tree = parse(field.formula)
    if not type_in(tree, known_to(inputs)) & type_of(field):
        raise FormulaError("%(field)s gives something else", field=field)
    return Compiling(inputs, today, (*within, field.pk)).result(tree, field)


def known_to(inputs: Mapping[str, Field]) -> dict[str, Type]:
    """What the words of a formula are, custom fields by their keys."""
    known = {word: variable.type for word, variable in VARIABLES.items()}
    types = {key: type_of(field) for key, field in inputs.items()}
    return known | {key: found for key, found in types.items() if found != NOTHING}


def shown_as(field):
    return DecimalField(max_digits=MOST_FIGURES + field.digits, decimal_places=field.digits)


def where_there_is_a_currency(amount):
    """Nothing for a record without a value: it has no currency, and an amount is in some."""
    has_none = Sql(F("currency"), before="(", after=" = '')", gives=BooleanField())
    no = Value(False, output_field=BooleanField())
    return Choice(has_none, no, amount, gives=amount.output_field)


class Compiling:
    """One formula: its ``inputs`` by their keys, the day it is, and the formulas it is part of."""

    def __init__(self, inputs, today, within):
        self.inputs, self.today, self.within = inputs, today, within

    def result(self, tree: Node, field: Field) -> Expression:
        """Rounded half away from zero; beyond the limit, either way, there is none. An empty one
        would be skipped by LEAST: it comes out as the limit, which is no result.
        """
        limit = 10**MOST_FIGURES
        found = Sql(
            self.expression(tree),
            before="NULLIF(NULLIF(GREATEST(LEAST(ROUND(",
            after=f", {field.digits}), {limit}), -{limit}), {limit}), -{limit})",
            gives=shown_as(field),
        )
        return where_there_is_a_currency(found) if field.is_money else found

    def expression(self, node: Node) -> Expression:
        match node:
            case Number():
                return numeric(Value(node.value, output_field=NUMERIC))
            case Call():
                arguments = [self.expression(each) for each in node.arguments]
                return ALL[node.function].sql(*arguments)
            case Name(word=word) if word in VARIABLES:
                return VARIABLES[word].sql(self.today)
            case Name(word=word):
                return self.of_field(self.inputs[word])
        raise AssertionError(node)

    def of_field(self, field: Field) -> Expression:
        match field.kind:
            case "number":
                return numeric(json_text(field))
            case "money":  # only in the record's own currency: amounts are never mixed
                amount = numeric(json_text(field, "amount"))
                return Choice(json_text(field, "currency"), F("currency"), amount, gives=NUMERIC)
            case "date":
                return Cast(json_text(field), output_field=DateField())
            case "yes_no":
                return Cast(json_text(field), output_field=BooleanField())
        return numeric(calculated(field, self.inputs, self.today, self.within))
