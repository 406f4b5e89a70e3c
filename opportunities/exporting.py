"""Leads, deals or projects as a file, in the columns of their list."""

from collections.abc import Callable

from exports.registry import Export
from opportunities.acts import Acts
from opportunities.columns import carrying, with_custom_names


def export_of(acts: Acts, *, asks: Callable[[int], str], done: Callable[[int], str]) -> Export:
    """How the list of ``acts`` becomes a file."""
    of = acts.of
    return Export(
        name=of.name,
        title=of.title,
        home=of.home,
        filters=of.filters,
        everything=acts.model.objects.visible_to,
        chosen=acts.chosen,
        every=lambda _page, _user: of.columns(),
        shown=of.columns_on,
        carrying=carrying,
        completed=with_custom_names,
        asks=asks,
        done=done,
    )
