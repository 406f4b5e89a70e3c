"""What happens to deals alone, from opening one to reopening it, and who takes part in them.

Each takes a set where users act on sets.
"""

from deals.services.copying import copy_deal
from deals.services.emptying import end_pipeline, end_stage
from deals.services.expecting import expect_deal
from deals.services.items import (
    TooManyLines,
    add_line,
    change_line,
    move_line,
    remove_line,
)
from deals.services.merging import merge_deals
from deals.services.movement import move_deals
from deals.services.needs import FieldsMissing, missing_fields
from deals.services.opening import StageArchived, change_deal, change_deals, open_deal
from deals.services.outcome import (
    CommentNeeded,
    ReasonNeeded,
    lose_deals,
    need_reason,
    reopen_deals,
    win_deals,
)
from deals.services.people import (
    AlreadyTakesPart,
    add_participant,
    make_primary,
    remove_participant,
    set_role,
)
from deals.services.state import DealArchived, DealClosed
from deals.services.valuing import (
    NoLines,
    TooMuch,
    ValueFollows,
    follow_lines,
    set_terms,
    type_value,
)

__all__ = [
    "AlreadyTakesPart",
    "CommentNeeded",
    "DealArchived",
    "DealClosed",
    "FieldsMissing",
    "NoLines",
    "ReasonNeeded",
    "StageArchived",
    "TooManyLines",
    "TooMuch",
    "ValueFollows",
    "add_line",
    "add_participant",
    "change_deal",
    "change_deals",
    "change_line",
    "copy_deal",
    "end_pipeline",
    "end_stage",
    "expect_deal",
    "follow_lines",
    "lose_deals",
    "make_primary",
    "merge_deals",
    "missing_fields",
    "move_deals",
    "move_line",
    "need_reason",
    "open_deal",
    "remove_line",
    "remove_participant",
    "reopen_deals",
    "set_role",
    "set_terms",
    "type_value",
    "win_deals",
]
