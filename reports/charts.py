"""Bars: what a template draws with attributes of SVG alone."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.queries import Source

LONGEST = 84  # percent of the room: beside the longest bar stands its figure


@dataclass(frozen=True)
class Bar:
    """A source and how far its bars reach, one over the other, in percent of the room."""

    source: Source
    url: str
    leads: str
    converted: str
    won: str

    @property
    def rate(self) -> int:
        """How many of a hundred leads were converted."""
        return round(100 * self.source.converted / self.source.leads)


def bars(sources: list[Source], url_of: Callable[[Source], str]) -> list[Bar]:
    """A bar for each source."""
    longest = max((source.leads for source in sources), default=1)

    def reach(number):
        return f"{LONGEST * number / longest:.2f}%"

    return [
        Bar(each, url_of(each), reach(each.leads), reach(each.converted), reach(each.won))
        for each in sources
    ]
