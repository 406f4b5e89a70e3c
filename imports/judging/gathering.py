"""What the cells of a row say becomes what it says of each record."""

from collections.abc import Iterable
from typing import Any

from imports.targets import TargetField


def gathered(said: Iterable[tuple[TargetField, Any]]) -> dict[str, dict[str, Any]]:
    """By record, what ``said``, fields with their values, comes to: lists are put together, parts
    of a text joined in their order, an amount parted from its currency, or put beside it. ``None``
    says that the record has nothing there.
    """
    says: dict[str, dict[str, Any]] = {}
    joined: dict[tuple[str, str], list] = {}
    currencies: list[tuple[dict, str, str]] = []
    for field, value in said:
        record = says.setdefault(field.record, {})
        if field.custom is not None:
            record.setdefault("custom", {})[str(field.custom.pk)] = value
        elif field.currency_of is not None:
            currencies.append((record, str(field.currency_of.pk), value))
        elif field.joined is not None:
            joined.setdefault((field.record, field.place), []).append((field, value))
        elif field.gathers:
            there = record.get(field.place, [])
            record[field.place] = there + [each for each in value or () if each not in there]
        elif field.kind == "money":
            record[field.place] = value and value["amount"]
            if value and value["currency"]:
                record.setdefault("currency", value["currency"])
        else:
            record[field.place] = value
    for record, number, currency in currencies:
        if currency and (amount := record.get("custom", {}).get(number)):
            # A new one: what a text was read as is remembered for the other rows that say it.
            record["custom"][number] = amount | {"currency": currency}
    for (record, place), parts in joined.items():
        says[record][place] = in_order(parts)
    return says


def in_order(parts) -> str:
    """The ``parts`` of a text, by their ranks, with what stands between each and the next."""
    text = ""
    for field, value in sorted(parts, key=lambda part: part[0].rank):
        if value:
            text += (field.joined if text else "") + value
    return text
