"""The orders in which a board shows its cards: by hand, or along what else has an index."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from lists.keyset import Walk

MANUAL = "manual"


@dataclass(frozen=True)
class CardOrder:
    """An order of the cards in a column: its title, and its walks on a day."""

    title: str | Promise
    walks: Callable[[date], tuple[Walk, ...]]


def by_hand(_today: date) -> tuple[Walk, ...]:
    return (Walk(Q(), ("position", "id")),)


AS_ARRANGED = CardOrder(pgettext_lazy("order of cards", "As arranged"), by_hand)


def order_in(query: QueryDict, orders: Mapping[str, CardOrder]) -> str:
    """The one of ``orders`` that ``query`` names; the manual one if it names none of them."""
    order = query.get("order")
    return order if order in orders else MANUAL
