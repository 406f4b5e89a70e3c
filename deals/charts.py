"""The months of a forecast as bars: what a template draws with attributes of SVG alone."""

from dataclasses import dataclass
from decimal import Decimal

from deals.forecast import Amounts, Bucket, Column

HIGHEST = 72  # pixels
FULLEST = Decimal("0.56")  # how much of a month's room its bar takes


@dataclass(frozen=True)
class Piece:
    """A part of a bar, in pixels from the top."""

    tone: str
    y: str
    height: str


@dataclass(frozen=True)
class Bar:
    """A month in one currency: won, upon it what the chances are worth, then the rest of what is
    open. ``x`` and ``width`` are percent of the room, and so is ``middle``.
    """

    bucket: Bucket
    amounts: Amounts
    x: str
    middle: str
    width: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Chart:
    currency: str
    bars: list[Bar]


def charts(columns: list[Column]) -> list[Chart]:
    """A chart of the months for each currency, each drawn to its own measure."""
    in_months = [column for column in columns if column.bucket.is_month]
    by_currency: dict[str, dict[str, Amounts]] = {}
    for column in in_months:
        for amounts in column.outlook.amounts:
            by_currency.setdefault(amounts.currency, {})[column.bucket.key] = amounts
    buckets = [column.bucket for column in in_months]
    return [
        Chart(currency, bars(buckets, found)) for currency, found in sorted(by_currency.items())
    ]


def bars(buckets, found):
    room = Decimal(100) / len(buckets)
    highest = max((each.won + each.open for each in found.values()), default=Decimal(0))
    drawn = []
    for number, bucket in enumerate(buckets):
        amounts = found.get(bucket.key) or Amounts("", *[Decimal(0)] * 3)
        drawn.append(
            Bar(
                bucket,
                amounts,
                x=percent(room * number + room * (1 - FULLEST) / 2),
                middle=percent(room * number + room / 2),
                width=percent(room * FULLEST),
                pieces=pieces(amounts, highest),
            )
        )
    return drawn


def pieces(amounts, highest):
    """From the ground up; a chance of more than all is drawn as all."""
    weighted = min(amounts.weighted, amounts.open)
    parts = (("won", amounts.won), ("weighted", weighted), ("open", amounts.open - weighted))
    found, ground = [], Decimal(HIGHEST)
    for tone, amount in parts:
        if not amount:
            continue
        height = HIGHEST * amount / highest
        ground -= height
        found.append(Piece(tone, f"{ground:.2f}", f"{height:.2f}"))
    return found


def percent(number):
    return f"{number:.2f}%"
