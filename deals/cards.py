"""What a card on a board shows: the fields that its reader chose, line by line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from custom_fields.filtering import PARAMETERS
from custom_fields.kinds import CALCULATED
from custom_fields.models import PREFIX, Field
from custom_fields.queries import fields_by_of
from deals.columns import COLUMNS as OF_DEALS
from deals.table import BoardFilter
from lists.columns import Column, shown_columns
from lists.queries import chosen_columns
from lists.registry import ListPage
from opportunities.columns import by_name, calculated_columns, carrying, custom_columns

LIST = "board"
FIRST = "title"
MOST = 7  # fields beside the title: a card with more is no longer taken in at a glance
CONTACT = Column("contact", _("Contact"), "text", lambda deal: deal.organization or deal.person)
# Where a card stands says this already, and that its deal is open.
SAID_BY_PLACE = frozenset(("stage", "pipeline", "status", "won", "lost", "reason", "comment"))
COLUMNS = {
    name: column
    for name, column in ({CONTACT.name: CONTACT} | OF_DEALS).items()
    if name not in SAID_BY_PLACE
}
USUAL = ("labels", "contact", "value", "owner", "next")
# What everybody knows at sight; any other field stands behind its title.
SPEAK_FOR_THEMSELVES = frozenset(
    (
        FIRST,
        *USUAL,
        "person",
        "organization",
        "person-job-title",
        "person-email",
        "person-phone",
        "person-labels",
        "organization-website",
        "organization-labels",
    )
)


@dataclass(frozen=True)
class CardField:
    """A field on a card, and whether its title stands before it."""

    column: Column
    is_titled: bool


def columns(fields: Mapping[str, list[Field]] | None = None) -> Mapping[str, Column]:
    """Every field that one can choose for a card, by its name.

    ``fields`` are all custom fields by what has them, where they were read before.
    """
    fields = fields or fields_by_of()
    calculated = calculated_columns(fields[CALCULATED.name])
    return COLUMNS | by_name(*custom_columns(fields), *calculated)


def card_columns(
    query: QueryDict, user: User, fields: Mapping[str, list[Field]] | None = None, *, of: str = LIST
) -> list[Column]:
    """The title, and the fields that the address asks for, else those that ``user`` chose for the
    board, or for what else has cards.

    Custom fields are read only when one of them is asked for.
    """
    asked, kept = chosen_columns(of, query, user)
    is_custom = any(name.startswith(PREFIX) for name in (*asked, *kept))
    every = columns(fields) if is_custom else COLUMNS
    return shown_columns(every, asked, kept, USUAL, first=FIRST)[: 1 + MOST]


def lines_of(shown: Iterable[Column]) -> list[tuple[CardField, ...]]:
    """How fields stand on a card: each on a line of its own, in their order.

    Only labels that come first stand above the title, and who owns a deal at the end of the line
    before.
    """
    lines = []
    for column in shown:
        field = CardField(column, column.name not in SPEAK_FOR_THEMSELVES)
        if column.kind == "user" and lines[1:] and lines[-1][0].column.kind != "labels":
            lines[-1] = (*lines[-1], field)
        else:
            lines.append((field,))
    if lines[1:] and lines[1][0].column.kind == "labels":
        lines[:2] = lines[1::-1]
    return lines


def fetching(cards: QuerySet, shown: list[Column], user: User) -> QuerySet:
    """``cards`` with all that they show to ``user``, in a fixed number of statements."""
    cards = carrying(cards, shown, user)
    is_custom = any(column.custom and not column.private_to for column in shown)
    return cards if is_custom else cards.defer("custom")


BOARD = ListPage(
    name=LIST,
    title=pgettext_lazy("of deals", "Board"),
    what=_("Card fields"),
    home="deals:board",
    parameters=(*BoardFilter.base_filters, PARAMETERS, "order", "pipeline"),
    columns=columns,
    first=FIRST,
    usual=USUAL,
    most=MOST,
)
