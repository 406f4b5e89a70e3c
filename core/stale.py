"""The second of two who write the same field is told, and nothing of the first one is lost."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from core.errors import Stale
from core.frozen import frozen


def refuse_stale(
    record: Model, name: str, now: Any, seen: Mapping[str, Any] | None, *, label: str = ""
) -> None:
    """Raise ``Stale``, with both values, when the field ``name`` of the locked ``record`` says
    ``now`` something else than the writer has ``seen`` there.

    What was not seen is not compared. ``label`` names a field that is not the record's own.
    """
    if seen is None or name not in seen or frozen(seen[name]) == frozen(now):
        return
    field = label or record._meta.get_field(name).verbose_name
    raise Stale(
        _("“%(field)s” was changed meanwhile.") % {"field": field},
        seen=seen[name],
        found=now,
        records=[record],
    )
