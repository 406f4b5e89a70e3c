"""What the card of a project can show, and what it shows to its reader."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from custom_fields.filtering import PARAMETERS
from custom_fields.models import PREFIX, Field
from custom_fields.queries import fields_by_of
from lists.cards import MOST
from lists.columns import Column, shown_columns
from lists.queries import chosen_columns
from lists.registry import ListPage
from opportunities.columns import carrying
from projects.columns import COLUMNS as OF_PROJECTS
from projects.columns import columns as all_columns
from projects.table import BoardFilter

LIST = "projects-board"
FIRST = "title"
# Where a card stands says this already, and that its project is open.
SAID_BY_PLACE = frozenset(("phase", "status", "ended"))
COLUMNS = {name: each for name, each in OF_PROJECTS.items() if name not in SAID_BY_PLACE}
USUAL = ("labels", "organizations", "end", "next", "owner")
# What everybody knows at sight; any other field stands behind its title.
SPEAK_FOR_THEMSELVES = frozenset((FIRST, "labels", "organizations", "people", "next", "owner"))


def columns(fields: Mapping[str, list[Field]] | None = None) -> Mapping[str, Column]:
    """Every field that one can choose for a card, by its name.

    ``fields`` are all custom fields by what has them, where they were read before.
    """
    every = all_columns(fields or fields_by_of())
    return {name: each for name, each in every.items() if name not in SAID_BY_PLACE}


def card_columns(
    query: QueryDict, user: User, fields: Mapping[str, list[Field]] | None = None
) -> list[Column]:
    """The title, and the fields that the address asks for, else those that ``user`` chose.

    Custom fields are read only when one of them is asked for.
    """
    asked, kept = chosen_columns(LIST, query, user)
    is_custom = any(name.startswith(PREFIX) for name in (*asked, *kept))
    every = columns(fields) if is_custom else COLUMNS
    return shown_columns(every, asked, kept, USUAL, first=FIRST)[: 1 + MOST]


def fetching(cards: QuerySet, shown: list[Column], user: User) -> QuerySet:
    """``cards`` with all that they show to ``user``, in a fixed number of statements."""
    cards = carrying(cards, shown, user).defer("description")
    return cards if any(column.custom for column in shown) else cards.defer("custom")


BOARD = ListPage(
    name=LIST,
    title=pgettext_lazy("of projects", "Board"),
    what=_("Card fields"),
    home="projects:board",
    parameters=(*BoardFilter.base_filters, PARAMETERS, "order"),
    columns=columns,
    first=FIRST,
    usual=USUAL,
    most=MOST,
)
