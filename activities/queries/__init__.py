"""Questions about activities and notes: what is next, what may be seen, what happened."""

from activities.queries.steps import (
    next_activities,
    next_steps,
    visible_activities,
    visible_notes,
)
from activities.queries.timeline import SHOWN, Timeline, timeline

__all__ = [
    "SHOWN",
    "Timeline",
    "next_activities",
    "next_steps",
    "timeline",
    "visible_activities",
    "visible_notes",
]
