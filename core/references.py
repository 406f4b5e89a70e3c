"""Who points at a row: asked before it is removed, without knowing the apps above."""


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
