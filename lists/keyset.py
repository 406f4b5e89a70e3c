"""Page through rows along an index, forwards and backwards: never an offset, never a CASE.

An order is a tuple of *walks*: first all rows of one, then all of the next. Each walk is a range of
an index, and so is what is left of it behind any row: a deep page costs what the first one costs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from django.core import signing
from django.db.models import F, OrderBy, Q, QuerySet, Value

SIGNER = signing.Signer(salt="lists.keyset")


@dataclass(frozen=True)
class Walk:
    """The rows that fulfil ``where``, in ``order``: columns of the model itself or annotations of
    the queryset, without nulls (these are a walk of their own), the last of them unique, ``-``
    before those that descend.

    Where no index is walked, the first column may have nulls: ``nulls`` says whether they come
    ``last`` or ``first``. What it sorts by is then calculated once a row, and not to sort out the
    nulls as well.

    ``led_by`` are columns that an index has before these and that are empty in all rows of the
    walk. PostgreSQL does not take ``IS NULL`` for one and the same value as it does ``=``: only
    when they are named in its order too does it walk that index, instead of sorting or looking
    elsewhere.
    """

    where: Q
    order: tuple[str, ...]
    led_by: tuple[str, ...] = ()
    nulls: str = ""

    def turned(self) -> "Walk":
        """The same rows, last one first."""
        return replace(
            self,
            order=tuple(turned(column) for column in self.order),
            led_by=tuple(turned(column) for column in self.led_by),
            nulls=self.nulls and ("first" if self.nulls == "last" else "last"),
        )

    def of(self, queryset: QuerySet) -> QuerySet:
        """Those rows of ``queryset``, in order."""
        rows = queryset.filter(self.where)
        if not self.nulls:
            return rows.order_by(*self.led_by, *self.order)
        first, *rest = self.order
        by = OrderBy(
            F(first.lstrip("-")),
            descending=first.startswith("-"),
            **{f"nulls_{self.nulls}": True},
        )
        return rows.order_by(by, *rest)

    def parts(self) -> tuple["Walk", "Walk"]:
        """Of a walk with nulls the rows that have a value, and those that have none."""
        empty = Q(**{f"{self.order[0].lstrip('-')}__isnull": True})
        filled = replace(self, where=self.where & ~empty, nulls="")
        return filled, replace(self, where=self.where & empty, order=self.order[1:], nulls="")

    def beyond(self, values: Sequence) -> list["Walk"]:
        """What comes behind the row with ``values`` in the columns of ``order``.

        For (day, -id): the rest of that day, then the days after. Two ranges of the index, where
        one condition with OR would be none.
        """
        if self.nulls:
            filled, empty = self.parts()
            if values[0] is None:
                return empty.beyond(values[1:]) + ([filled] if self.nulls == "first" else [])
            # What lies beyond a value has one itself. Without an index one look is enough.
            same, *further = replace(self, nulls="").beyond(values)
            where = reduce(or_, (walk.where for walk in (*reversed(further), same)))
            beyond = replace(same, where=where)
            return [beyond, empty] if self.nulls == "last" else [beyond]
        rest = []
        for position in reversed(range(len(self.order))):
            column = self.order[position]
            same = {self.order[i].lstrip("-"): values[i] for i in range(position)}
            further = "lt" if column.startswith("-") else "gt"
            where = Q(**same, **{f"{column.lstrip('-')}__{further}": values[position]})
            rest.append(replace(self, where=self.where & where))
        return rest


@dataclass(frozen=True)
class KeysetPage:
    """The rows of one page, and the cursors that lead on and back (``None`` at the ends)."""

    rows: list
    next: str | None
    previous: str | None


def paginate(
    queryset: QuerySet,
    walks: Sequence[Walk],
    *,
    after: str | None = None,
    before: str | None = None,
    per_page: int = 50,
    load: Callable[[QuerySet], QuerySet] = lambda rows: rows,
) -> KeysetPage:
    """The page of ``queryset`` behind the cursor ``after``, or before ``before``, else the first.

    Two statements: the ids, by one UNION ALL of the walks; then the rows, as ``load`` fetches them
    (``Lead.objects.all().for_table`` and the like). A cursor that is broken, forged or made for
    another order shows the first page, and so does one with nothing behind it.
    """
    is_backwards = bool(before) and not after
    place = opened(after or before, queryset, walks)
    if place is None:
        return first_page(queryset, walks, per_page, load)
    found = ids_along(queryset, behind(place, walks, is_backwards), per_page + 1)
    has_more = len(found) > per_page
    found = found[:per_page]
    if is_backwards:
        found.reverse()
    rows = rows_of(queryset, found, load)
    if not rows or (is_backwards and not has_more and len(found) < per_page):
        return first_page(queryset, walks, per_page, load)
    return KeysetPage(
        [row for _walk, row in rows],
        next=sealed(*rows[-1], queryset, walks) if is_backwards or has_more else None,
        previous=sealed(*rows[0], queryset, walks) if not is_backwards or has_more else None,
    )


def first_page(queryset, walks, per_page, load):
    found = ids_along(queryset, list(enumerate(walks)), per_page + 1)
    rows = rows_of(queryset, found[:per_page], load)
    has_more = bool(rows) and len(found) > per_page
    return KeysetPage(
        [row for _walk, row in rows],
        next=sealed(*rows[-1], queryset, walks) if has_more else None,
        previous=None,
    )


def behind(place, walks, is_backwards):
    """What is left of ``walks`` behind ``place``, each piece with the number of its walk."""
    number, values = place
    numbered = list(enumerate(walks))
    if is_backwards:
        numbered = [(n, walk.turned()) for n, walk in reversed(numbered[: number + 1])]
    else:
        numbered = numbered[number:]
    (_number, current), *later = numbered
    return [(number, piece) for piece in current.beyond(values)] + later


def ids_along(queryset, numbered, limit):
    """Up to ``limit`` pairs of (number of the walk, id), in one statement.

    PostgreSQL runs the parts of a UNION ALL one after the other and stops at the limit; parts with
    a limit of their own are never run in parallel.
    """
    parts = [
        walk.of(queryset).annotate(walk=Value(number)).values_list("walk", "pk")[:limit]
        for number, walk in numbered
    ]
    first, *rest = parts
    return list(first.union(*rest, all=True)[:limit] if rest else first)


def rows_of(queryset, found, load):
    """The rows themselves in the order of ``found``, each with the number of its walk.

    They come out of ``queryset`` once more: what left it a moment ago is left out.
    """
    if not found:
        return []
    rows = load(queryset.order_by().filter(pk__among=[pk for _walk, pk in found]))
    by_id = {row.pk: row for row in rows}
    return [(walk, by_id[pk]) for walk, pk in found if pk in by_id]


def sealed(number: int, row, queryset: QuerySet, walks: Sequence[Walk]) -> str:
    """A cursor that stands at ``row``. Signed, so that nobody but us decides what is in it."""
    values = [as_text(getattr(row, name)) for name, _field in columns_of(queryset, walks[number])]
    return SIGNER.sign_object([name_of(walks), number, values])


def opened(cursor: str | None, queryset: QuerySet, walks: Sequence[Walk]):
    """The number of the walk and the values in ``cursor``; ``None`` if it is not one of ours."""
    if not cursor:
        return None
    try:
        order, number, values = SIGNER.unsign_object(cursor)
    except (signing.BadSignature, ValueError):
        return None
    if order != name_of(walks):
        return None
    fields = [field for _name, field in columns_of(queryset, walks[number])]
    return number, [f.to_python(value) for f, value in zip(fields, values, strict=True)]


def columns_of(queryset, walk):
    """The names a walk goes along, each with the field that reads its values back."""
    for column in walk.order:
        name = column.lstrip("-")
        if name in queryset.query.annotations:
            yield name, queryset.query.annotations[name].output_field
        else:
            name = queryset.model._meta.pk.name if name == "pk" else name
            yield name, queryset.model._meta.get_field(name)


def as_text(value):
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def name_of(walks):
    """What tells one order from another."""
    return "|".join(",".join(walk.order) for walk in walks)


def turned(column):
    return column[1:] if column.startswith("-") else f"-{column}"
