"""What calculated fields say of records: brought along with their rows, never kept."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import QuerySet

from custom_fields.formulas import calculation
from custom_fields.kinds import CALCULATED, Money
from custom_fields.models import CustomValues, Field
from custom_fields.queries import fields_by_of, grouped


def fields_shown_by(
    model: type[CustomValues], every: Mapping[str, list[Field]] | None = None
) -> list[Field]:
    """The fields of the records of ``model``, and the calculated ones where it has any.

    ``every`` are all fields by what has them, where they were read before; else one statement.
    """
    every = every or fields_by_of()
    calculated = every[CALCULATED.name] if model.has_calculated else []
    return grouped([*every[model.custom_of], *calculated])


def name_of(field: Field) -> str:
    """Under which name a row says what ``field`` gives."""
    return f"{field.key}_calculated"


def with_calculated(
    records: QuerySet, fields: Iterable[Field], *, today: datetime.date
) -> QuerySet:
    """Let each of ``records`` bring along what the calculated ``fields`` give on the day ``today``:
    no further statement.
    """
    given = {name_of(field): calculation(field, today=today) for field in fields}
    return records.annotate(**given)


def calculated_in(record, fields: Iterable[Field]) -> dict[Field, Decimal | Money | None]:
    """What ``record``, asked for ``with_calculated``, says in ``fields``: amounts are in its own
    currency.
    """
    return {field: value_in(record, field) for field in fields}


def value_in(record, field: Field) -> Decimal | Money | None:
    amount = getattr(record, name_of(field))
    if amount is None or not field.is_money:
        return amount
    return Money(amount, record.currency)
