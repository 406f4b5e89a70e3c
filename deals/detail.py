"""The way of a deal through its pipeline: each stage with the days spent there."""

from dataclasses import dataclass
from datetime import datetime

from deals.models import Deal, StageVisit
from pipelines.models import Stage


@dataclass(frozen=True)
class Step:
    """A stage of the path: before, at or behind where the deal stands; ``days`` is ``None`` where
    it never was.
    """

    stage: Stage
    state: str
    days: int | None


def path_of(deal: Deal, stages: list[Stage], visits: list[StageVisit], at: datetime) -> list[Step]:
    """The ``stages`` of the deal's pipeline in their order, with the whole days of all visits.

    Days end to count when the deal was closed.
    """
    end = deal.won_at or deal.lost_at or at
    spent = {}
    for visit in visits:
        lasted = min(visit.left_at or end, end) - visit.entered_at
        spent[visit.stage_id] = spent.get(visit.stage_id, 0) + max(0, lasted.total_seconds())
    steps, state = [], "past"
    if deal.stage_id not in {stage.pk for stage in stages}:
        state = "future"
    for stage in stages:
        is_here = stage.pk == deal.stage_id
        seconds = spent.get(stage.pk)
        days = None if seconds is None else int(seconds // 86_400)
        steps.append(Step(stage, "current" if is_here else state, days))
        if is_here:
            state = "future"
    return steps
