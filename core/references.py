"""Who points at a row: asked before it is removed, without knowing the apps above."""

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
    found = 0
    for relation in row._meta.related_objects:
        if only and relation.get_accessor_name() != only:
            continue
        model = relation.through if relation.many_to_many else relation.related_model
        column = relation.field.m2m_reverse_field_name() if relation.many_to_many else None
        rows = model._base_manager.filter(**{column or relation.field.name: row})
        found += rows.count()
    return found
