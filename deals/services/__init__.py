"""What happens to deals alone: open, change, move, win, lose, reopen. Each takes a set where users
act on sets.
"""

from deals.services.movement import DealArchived, DealClosed, empty_stage, move_deals
from deals.services.needs import FieldsMissing, missing_fields
from deals.services.opening import StageArchived, change_deal, open_deal
from deals.services.outcome import CommentNeeded, ReasonNeeded, lose_deals, reopen_deals, win_deals

__all__ = [
    "CommentNeeded",
    "DealArchived",
    "DealClosed",
    "FieldsMissing",
    "ReasonNeeded",
    "StageArchived",
    "change_deal",
    "empty_stage",
    "lose_deals",
    "missing_fields",
    "move_deals",
    "open_deal",
    "reopen_deals",
    "win_deals",
]
