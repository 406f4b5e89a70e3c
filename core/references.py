"""Who points at a row: asked before it is removed, without knowing the apps above."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core.errors import Missing


def lock_row(row):
    """Lock ``row`` against all that would point at it, and return it as it is now.

    Not by the weaker lock: whatever takes this row meanwhile must wait, and then fail. Raises
    ``Missing`` when somebody removed it a moment ago.
    """
    locked = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if locked is None:
        raise Missing(_("This is no longer there."))
    return locked


def references(row, *, only: str | None = None) -> int:
    """How many rows point at ``row``, those set aside included.

    ``only`` names the one relation that counts, as ``row`` calls it: ``references(stage,
    only="deals")``.
    """
    pointing = pointing_at(type(row), row)
    return sum(rows.count() for name, rows in pointing if only in (None, name))


def referenced(rows: QuerySet, *, but: str) -> QuerySet:
    """Those of ``rows`` at which anything points, what does so by the relation ``but`` left out."""
    pointing = pointing_at(rows.model, OuterRef("pk"))
    return rows.filter(reduce(or_, (Exists(found) for name, found in pointing if name != but)))


def pointing_at(model: type[Model], target) -> Iterator[tuple[str, QuerySet]]:
    """Every relation by which others point at a row of ``model``, as it calls them, and the rows
    that point at ``target`` by it.
    """
    for relation in model._meta.related_objects:
        source = relation.through if relation.many_to_many else relation.related_model
        column = relation.field.m2m_reverse_field_name() if relation.many_to_many else None
        rows = source._base_manager.filter(**{column or relation.field.name: target})
        yield relation.get_accessor_name(), rows
