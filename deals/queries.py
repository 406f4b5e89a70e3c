"""What deals are asked for by those who set up their pipelines."""

from dataclasses import dataclass

from django.db.models import Count, Q

from deals.models import Deal


@dataclass(frozen=True)
class Held:
    """How many deals stand in a stage, of each sort; those set aside may come back."""

    open: int = 0
    closed: int = 0
    archived: int = 0
    set_aside: int = 0

    @property
    def all(self) -> int:
        return self.open + self.closed + self.archived + self.set_aside


def held_by(stages) -> dict[int, Held]:
    """What each of ``stages`` that holds any deal holds, by its id. One statement."""
    live, in_use = Q(deleted_at=None), Q(archived_at=None)
    is_open = Q(status=Deal.Status.OPEN)
    counted = Deal.everything.filter(stage__in=list(stages)).order_by().values("stage")
    sorts = counted.annotate(
        open=Count("pk", filter=live & in_use & is_open),
        closed=Count("pk", filter=live & in_use & ~is_open),
        archived=Count("pk", filter=live & ~in_use),
        set_aside=Count("pk", filter=~live),
    )
    return {row.pop("stage"): Held(**row) for row in sorts}
