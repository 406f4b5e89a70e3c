"""Which rows a bulk act means: the ticked ones, or all that match but the un-ticked ones.

A selection travels in a form or an address as ``ids`` (repeated), or as ``all=1`` with ``except``
(repeated) beside the filters. ``count`` is how many the page said there were.
"""

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, QuerySet, Value
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Missing, Refused
from core.lookups import number_in


class NothingSelected(Refused):
    """A bulk act needs at least one row."""


def selected(query: QueryDict, matching: QuerySet, *, within: QuerySet | None = None) -> QuerySet:
    """The rows that ``query`` selects.

    ``matching`` is what the filters in ``query`` find now, for ``all=1``; ticked ids are looked for
    in ``within``, all that the user may see (``matching`` unless given): a ticked row may leave a
    filter while one looks at it. Raises ``Missing`` when an id is broken, gone or hidden, and
    ``NothingSelected`` without any id.
    """
    if is_all(query):
        return matching.exclude(pk__in=numbers(query.getlist("except")))
    ids = numbers(query.getlist("ids"))
    if not ids:
        raise NothingSelected(_("Nothing is selected. Tick at least one row."))
    found = (matching if within is None else within).filter(pk__among=sorted(ids))
    if found.count() != len(ids):
        raise Missing(
            ngettext(
                "This record is no longer there.",
                "Some of these records are no longer there.",
                len(ids),
            )
        )
    return found


def in_order(query: QueryDict, records: QuerySet) -> QuerySet:
    """``records`` in the order in which they were sent; newest first, where all that match are
    meant.
    """
    if is_all(query):
        return records.order_by("-pk")
    ids = Value([int(number) for number in query.getlist("ids")], ArrayField(BigIntegerField()))
    return records.order_by(Func(ids, F("pk"), function="array_position"))


def is_all(query: QueryDict) -> bool:
    """Whether ``query`` means all that match, and not single rows."""
    return query.get("all") == "1"


def has_grown(query: QueryDict, number: int) -> bool:
    """Whether "all that match" are now more than the page said when they were selected."""
    shown = query.get("count", "")
    known = int(shown) if shown.isdecimal() and len(shown) < 10 else 0
    return is_all(query) and number > known


def selection_fields(query: QueryDict, *filters: str) -> list[tuple[str, str]]:
    """The selection and the named ``filters`` as pairs, to be sent once more from another form."""
    return pairs_of(query, *(("all", "except", *filters) if is_all(query) else ("ids",)))


def matching_fields(query: QueryDict, view: str, *filters: str) -> list[tuple[str, str]]:
    """The ``view`` and the named ``filters`` as pairs: what "all that match" means on a page."""
    pairs = pairs_of(query, *filters)
    return [("view", view), *(pair for pair in pairs if pair[0] != "view")]


def pairs_of(query: QueryDict, *names: str) -> list[tuple[str, str]]:
    """The parameters of ``query`` that have one of ``names``, as pairs; ``custom_*`` stands for all
    that begin like this: fields that a company adds.
    """
    found = []
    for name in names:
        if name.endswith("*"):
            found += sorted(each for each in query if each.startswith(name[:-1]))
        else:
            found.append(name)
    return [(name, value) for name in found for value in query.getlist(name)]


def numbers(values) -> set[int]:
    """The ids in ``values``; a repeated one counts once, a broken one is ``Missing``."""
    found = set()
    for value in values:
        number = number_in(value)
        if number is None:
            raise Missing(_("This record is no longer there."))
        found.add(number)
    return found
