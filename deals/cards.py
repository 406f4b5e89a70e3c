"""What the card of a deal can show, and what it shows to its reader."""

from collections.abc import Mapping

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
from lists.cards import MOST
from lists.columns import Column, shown_columns
from lists.queries import chosen_columns
from lists.registry import ListPage
from opportunities.columns import by_name, calculated_columns, carrying, custom_columns

LIST = "board"
FIRST = "title"
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
