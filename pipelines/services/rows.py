"""What pipelines and stages have in common: told in the history, changed, restored, refused."""

from typing import NamedTuple

from django.utils.translation import ngettext

from accounts.models import User
from core.errors import Refused
from core.stale import refuse_stale
from history.models import Operation
from history.services import begin, changed, record
from pipelines.models import Pipeline, Stage


class HoldsDeals(Refused):
    """Deals move elsewhere before their stage or pipeline goes."""


class TooMany(Refused):
    """There is a limit to pipelines and stages, far above what people can oversee."""


class WasVisited(Refused):
    """What deals remember of their way stays: such a stage is archived, and so is its pipeline."""


class Told(NamedTuple):
    """A pipeline or a stage as the history names it."""

    kind: str
    pk: int
    name: str

    def __str__(self):
        return self.name


def tell(verb: str, row: Pipeline | Stage, *, by: User, changes=None) -> Operation:
    operation, _new = begin(f"{row._meta.model_name}.{verb}", by=by)
    record(operation, [Told(row._meta.model_name, row.pk, row.name)], changes=changes)
    return operation


def restore(row, *, by):
    if row.archived_at is None:
        return
    row.archived_at = None
    row.save(update_fields=["archived_at"])
    tell("restored", row, by=by)


def set_values(row, values, *, seen, by):
    """Set ``values`` of a locked ``row``, where they differ."""
    changes = {}
    for name, value in values.items():
        now = getattr(row, name)
        if now == value:
            continue
        refuse_stale(row, name, now, seen)
        changes[name] = changed(now, value)
        setattr(row, name, value)
    if not changes:
        return None
    row.full_clean()
    row.save(update_fields=list(changes))
    return tell("changed", row, by=by, changes=changes)


def refuse_deals(place, count):
    if count:
        raise HoldsDeals(
            ngettext(
                "%(count)d deal is in “%(place)s”, perhaps closed or deleted recently. "
                "Move it elsewhere first.",
                "%(count)d deals are in “%(place)s”, closed and recently deleted ones included. "
                "Move them elsewhere first.",
                count,
            )
            % {"count": count, "place": place}
        )
