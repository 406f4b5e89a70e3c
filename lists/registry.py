"""The lists there are, as the apps that have them say: a registry that they fill in ``ready()``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lists.columns import MOST_SHOWN, Column

COLUMNS = _("Columns")


@dataclass(frozen=True)
class ListPage:
    """A list: its title, the name of its address, what that address may ask for, every column that
    one can choose, the column that is always first, and those that are shown usually.

    ``what`` is what its columns are called, and ``most`` how many may stand beside the first.
    """

    name: str
    title: str | Promise
    home: str
    parameters: tuple[str, ...]
    columns: Callable[[], Mapping[str, Column]]
    first: str
    usual: tuple[str, ...]
    what: str | Promise = field(default=COLUMNS, kw_only=True)
    most: int = field(default=MOST_SHOWN - 1, kw_only=True)


LISTS: dict[str, ListPage] = {}


def register(page: ListPage) -> None:
    LISTS[page.name] = page
