"""How many projects stand in each phase, for those who keep the phases."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from projects.models import Phase, Project


@dataclass(frozen=True)
class Held:
    """How many projects stand in a phase, of each sort; those deleted may come back."""

    open: int = 0
    ended: int = 0
    archived: int = 0
    deleted: int = 0

    @property
    def all(self) -> int:
        return self.open + self.ended + self.archived + self.deleted


def held_by(phases: Iterable[Phase]) -> dict[int, Held]:
    """What each of ``phases`` that holds any project holds, by its id. One statement."""
    live, in_use = Q(deleted_at=None), Q(archived_at=None)
    is_open = Q(status=Project.Status.OPEN)
    counted = Project.everything.filter(phase__in=list(phases)).order_by().values("phase")
    sorts = counted.annotate(
        open=Count("pk", filter=live & in_use & is_open),
        ended=Count("pk", filter=live & in_use & ~is_open),
        archived=Count("pk", filter=live & ~in_use),
        deleted=Count("pk", filter=~live),
    )
    return {row.pop("phase"): Held(**row) for row in sorts}
