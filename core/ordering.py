"""Put rows in order: few of them by numbers, many by text ranks that always leave room between
neighbours.

A rank is a fraction in base 36 without its leading ``0.``, compared byte by byte (COLLATE "C"). No
rank ends in ``0``, so there is a rank between any two. At the ends of a column ranks are made from
the clock: they stay short however often rows are put there, where halving the remaining room would
lengthen them each time.
"""

from datetime import UTC, datetime

from django.db import models

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
MIDDLE = DIGITS[BASE // 2]
CLOCK_DIGITS = 11  # microseconds until the year 6000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RankField(models.CharField):
    """A rank, stored so that the database compares it byte by byte."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("db_collation", "C")
        super().__init__(*args, **kwargs)


def move_in_line(row, line: list, *, step: int = 0, before: int | None = None) -> bool:
    """Let ``row`` stand one ``step`` further on in ``line``, or without a step right before the one
    with the id ``before``, without one last. ``line`` are locked rows in their order; those that
    then stand elsewhere get their new ``position``. Whether anything changed.

    At an end it stays, and so it does when itself or the other one is not in the line any more.
    """
    places = {each.pk: place for place, each in enumerate(line)}
    if row.pk not in places or (before is not None and before not in places):
        return False
    order = [each for each in line if each.pk != row.pk]
    if step:
        place = max(0, places[row.pk] + step)
    else:
        place = next((at for at, each in enumerate(order) if each.pk == before), len(order))
    order.insert(place, line[places[row.pk]])
    moved = []
    for position, each in enumerate(order):
        if each.position != position:
            each.position = position
            moved.append(each)
    type(row)._base_manager.bulk_update(moved, ["position"])
    return [each.pk for each in order] != [each.pk for each in line]


def rank_first(at: datetime) -> str:
    """A rank before every rank made earlier than ``at``. Text appended to it sorts by that text."""
    return "4" + written(BASE**CLOCK_DIGITS - 1 - microseconds(at)) + MIDDLE


def rank_last(at: datetime) -> str:
    """A rank after every rank made earlier than ``at``. Text appended to it sorts by that text."""
    return "5" + written(microseconds(at)) + MIDDLE


def rank_between(before: str, after: str) -> str:
    """A rank greater than ``before`` and smaller than ``after``; an empty one means the open end.

    Raises ``ValueError`` when the two are not in order.
    """
    if after and before >= after:
        raise ValueError(f"{before!r} does not come before {after!r}")
    return middle(before, after)


def middle(before, after):
    if after:
        shared = 0
        while shared < len(after) and before[shared : shared + 1].ljust(1, "0") == after[shared]:
            shared += 1
        if shared:
            return after[:shared] + middle(before[shared:], after[shared:])
    low = DIGITS.index(before[0]) if before else 0
    high = DIGITS.index(after[0]) if after else BASE
    if high - low > 1:
        return DIGITS[(low + high) // 2]
    if len(after) > 1:
        return after[0]
    return DIGITS[low] + middle(before[1:], "")


def microseconds(at):
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def written(number):
    digits = ""
    for _place in range(CLOCK_DIGITS):
        number, digit = divmod(number, BASE)
        digits = DIGITS[digit] + digits
    return digits
