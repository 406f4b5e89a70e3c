"""The bar of next steps over a column of a board: each piece leads to those that it counts."""

from collections.abc import Callable, Iterator, Mapping

from django.http import QueryDict
from django.utils.translation import ngettext, npgettext

# What a piece counts, as the filter by the next step has it.
FILTERS = {"late": "overdue", "today": "today", "planned": "later", "none": "none"}


def pieces_of(
    steps: Mapping[str, int], query: QueryDict, address: Callable[[QueryDict], str]
) -> Iterator[tuple[str, int, str, str]]:
    """Piece by piece: what it counts, how many, in words, and the address of the same board with
    these alone, as ``address`` makes it of a query.
    """
    for step, number in steps.items():
        if number:
            left = query.copy()
            left["step"] = FILTERS[step]
            yield step, number, words_for(step, number), address(left)


def words_for(step: str, number: int) -> str:
    said = {
        "late": npgettext("next steps", "%(count)s late", "%(count)s late", number),
        "today": npgettext("next steps", "%(count)s today", "%(count)s today", number),
        "planned": npgettext("next steps", "%(count)s planned", "%(count)s planned", number),
        "none": ngettext("%(count)s without next step", "%(count)s without next step", number),
    }
    return said[step] % {"count": number}
