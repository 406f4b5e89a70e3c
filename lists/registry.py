"""The lists there are, as the apps that have them say: a registry that they fill in ``ready()``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from lists.columns import Column


@dataclass(frozen=True)
class ListPage:
    """A list: its title, the name of its address, what that address may ask for, every column that
    one can choose, the column that is always first, and those that are shown usually.
    """

    name: str
    title: str | Promise
    home: str
    parameters: tuple[str, ...]
    columns: Callable[[], Mapping[str, Column]]
    first: str
    usual: tuple[str, ...]


LISTS: dict[str, ListPage] = {}


def register(page: ListPage) -> None:
    LISTS[page.name] = page
