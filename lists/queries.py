"""What a user keeps of a list, read for one of its pages: the columns, and the views as tabs."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from lists.columns import names_in
from lists.models import ChosenColumns, SavedView
from lists.registry import LISTS
from lists.selection import pairs_of


@dataclass(frozen=True)
class Tab:
    """A saved view: its address, and whether it is the one that the page shows."""

    view: SavedView
    url: str
    is_current: bool


@dataclass(frozen=True)
class Saved:
    """The saved views of a list: the tabs, the one that is shown, whether the page has other
    filters, order or columns by now, and whether the user may change it.
    """

    tabs: list[Tab]
    current: SavedView | None = None
    is_changed: bool = False
    is_own: bool = False
    # What the page shows, as a view would keep it, and the address of the view as it is kept.
    query: str = ""
    columns: str = ""
    address: str = ""

    @property
    def kept(self):
        """What the page shows, as a part of the address at which a view is made."""
        return urlencode({"query": self.query, "columns": self.columns})


def chosen_columns(list_name: str, query: QueryDict, user: User) -> tuple[list[str], list[str]]:
    """The columns that the address asks for, and those that ``user`` chose to look at."""
    asked = names_in(query.get("cols", ""))
    if asked:
        return asked, []
    kept = ChosenColumns.objects.filter(user=user, of=list_name)
    return [], kept.values_list("columns", flat=True).first() or []


def saved_views(list_name: str, query: QueryDict, user: User) -> Saved:
    """The views of a list that ``user`` may see, in one statement, their own ones first."""
    visible = SavedView.objects.visible_to(user).filter(of=list_name)
    views = sorted(visible, key=lambda view: (view.owner_id != user.pk, view.name.lower()))
    asked = query.get("saved", "")
    current = next((view for view in views if str(view.pk) == asked), None)
    page = LISTS[list_name]
    shown, columns = kept_query(query, page.parameters), ",".join(names_in(query.get("cols", "")))
    return Saved(
        tabs=[Tab(view, address_of(view), view is current) for view in views],
        current=current,
        is_changed=current is not None
        and (same(shown), columns) != (same(current.query), ",".join(current.columns)),
        is_own=current is not None and (current.owner_id == user.pk or user.is_admin),
        query=shown,
        columns=columns,
        address=address_of(current) if current else "",
    )


def address_of(view: SavedView) -> str:
    """The address that shows a list as ``view`` keeps it; whoever gets it sees the same."""
    pairs = parse_qsl(view.query)
    if view.columns:
        pairs.append(("cols", ",".join(view.columns)))
    pairs.append(("saved", str(view.pk)))
    return f"{reverse(LISTS[view.of].home)}?{urlencode(pairs, safe=',')}"


def kept_query(query: QueryDict, parameters: tuple[str, ...]) -> str:
    """What of an address a view keeps: its filters and its order, neither page nor panel."""
    return urlencode([pair for pair in pairs_of(query, *parameters) if pair[1]])


def same(query: str) -> list[tuple[str, str]]:
    """``query`` in a form in which the order of its parts does not matter."""
    return sorted(parse_qsl(query))
