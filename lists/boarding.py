"""A web kit: what pages with cards in columns share, from their address to the places beside them;
it knows no CRM word.
"""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise

from core.lookups import number_in
from lists.boards import CARDS, FURTHEST


@dataclass(frozen=True)
class Zone:
    """A place beside the columns, where a card goes from the board: at once, by a POST to the
    address ``send``, or by the dialog at ``ask``. Both are those of the record with the number 0.
    """

    key: str
    title: str | Promise
    icon: str
    send: str = ""
    ask: str = ""


def shown_on(request) -> dict[str, int]:
    """How many cards each column shows on the page that asks, by the column's key, where that is
    more than the first ones: it says ``12:60 13:20``, or nothing of it.
    """
    said = request.POST.get("shown") or request.GET.get("shown") or ""
    pairs = (pair.partition(":") for pair in said.split())
    counts = {key: number_in(number) or 0 for key, _colon, number in pairs}
    return {key: min(count, FURTHEST) for key, count in counts.items() if count > CARDS}


def without(query: QueryDict, *names: str) -> QueryDict:
    """``query`` without the parameters ``names``."""
    left = query.copy()
    for name in names:
        left.pop(name, None)
    return left


def kept(query: QueryDict, *names: str) -> list[tuple[str, str]]:
    """Those of the parameters ``names`` that ``query`` says anything in, as pairs."""
    return [(name, query[name]) for name in names if query.get(name)]
