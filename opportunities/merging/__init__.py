"""Several leads, or several deals, of one contact become one: what both kinds have in common."""

from opportunities.merging.act import merge
from opportunities.merging.kinds import Kind
from opportunities.merging.refusing import (
    MOST,
    AlreadyMerged,
    NoLonger,
    NotOneContact,
    TooFew,
    TooMany,
    refuse_merged,
    require_mergeable,
    require_number,
)

__all__ = [
    "MOST",
    "AlreadyMerged",
    "Kind",
    "NoLonger",
    "NotOneContact",
    "TooFew",
    "TooMany",
    "merge",
    "refuse_merged",
    "require_mergeable",
    "require_number",
]
