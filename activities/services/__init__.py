"""Acts on activities and notes. Each keeps the next step of its record true, and writes history."""

from activities.services.looking import look_at_news
from activities.services.notes import (
    NotYourNote,
    change_note,
    pin,
    remove_note,
    write_note,
)
from activities.services.planning import (
    AssigneeCannotSee,
    change,
    complete,
    plan,
    remove,
    reopen,
)
from activities.services.planning_many import plan_many, remove_planned

__all__ = [
    "AssigneeCannotSee",
    "NotYourNote",
    "change",
    "change_note",
    "complete",
    "look_at_news",
    "pin",
    "plan",
    "plan_many",
    "remove",
    "remove_note",
    "remove_planned",
    "reopen",
    "write_note",
]
