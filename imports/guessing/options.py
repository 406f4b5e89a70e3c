"""How the cells of a column are read, by what stands in them."""

import re
from collections.abc import Iterable
from typing import Any

from imports.targets import TargetField
from imports.values.days import BY_NUMBERS, day_and_time

DATED = frozenset(("day", "moment", "archived", "custom:date", "custom:date_range"))
COUNTED = frozenset(
    ("money", "number", "amount", "quantity", "percent", "whole", "custom:number", "custom:money")
)
PARTED = frozenset(("labels", "custom:options"))
COMMA = re.compile(r"\d,(\d{1,2}|\d{4,})(\D*)$|\d\.\d{3},\d")
POINT = re.compile(r"\d\.(\d{1,2}|\d{4,})(\D*)$|\d,\d{3}\.\d")


def options_for(field: TargetField, texts: Iterable[str]) -> dict[str, Any]:
    """What the ``texts`` of a column tell of how it is written; nothing where they do not."""
    texts = [text.strip() for text in texts if text.strip()]
    options = {}
    if field.kind in DATED and (order := order_in(texts)):
        options["dates"] = order
    if field.kind in COUNTED and (mark := mark_in(texts)):
        options["decimal"] = mark
    if field.kind in PARTED and (separator := separator_in(texts)):
        options["separator"] = separator
    return options


def order_in(texts):
    """Which of the numbers in dates is the day: one above 12 tells."""
    found = [BY_NUMBERS.fullmatch(day_and_time(text)[0]) for text in texts]
    numbers = [tuple(map(int, each.groups())) for each in found if each]
    if not numbers:
        return None
    firsts, seconds, thirds = zip(*numbers, strict=True)
    if max(firsts) > 31 or (max(firsts) > 12 and max(thirds) <= 31 < max(firsts)):
        return "ymd"
    if max(firsts) > 12:
        return "dmy"
    return "mdy" if max(seconds) > 12 else None


def mark_in(texts):
    """What stands before the decimals, where any text tells."""
    commas = sum(1 for text in texts if COMMA.search(text))
    points = sum(1 for text in texts if POINT.search(text))
    if bool(commas) == bool(points):
        return None
    return "," if commas else "."


def separator_in(texts):
    for separator in (";", "|", "\n"):
        if any(separator in text for text in texts) and not any("," in text for text in texts):
            return separator
    return None
