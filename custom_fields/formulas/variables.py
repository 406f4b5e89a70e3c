"""What formulas may name beside custom fields: the apps above register what their records tell."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import DateField, Expression, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from custom_fields.formulas.measures import Type

VARIABLES: dict[str, "Variable"] = {}


@dataclass(frozen=True)
class Variable:
    """A ``word`` of formulas. ``sql`` says what stands there for a record, given the day it is;
    numbers and amounts are ``numeric``. Empty is NULL.
    """

    word: str
    title: Any
    type: Type
    sql: Callable[[datetime.date], Expression]


def register(*variables: Variable) -> None:
    VARIABLES.update({each.word: each for each in variables})


def today_is(today: datetime.date) -> Expression:
    return Cast(Value(today), output_field=DateField())


register(Variable("today", _("The day it is"), Type.DAY, today_is))
