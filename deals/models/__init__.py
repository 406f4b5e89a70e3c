"""A deal, a sale under way: what is sold, who takes part in it, its files, where it has been, why
it was lost, and which of them became one.
"""

from deals.models.deal import ON_BOARD, Deal, DealQuerySet
from deals.models.files import DealFile
from deals.models.lines import LineItem
from deals.models.merged import MergedDeal
from deals.models.people import Participant
from deals.models.reasons import LostReason
from deals.models.visits import StageVisit

__all__ = [
    "ON_BOARD",
    "Deal",
    "DealFile",
    "DealQuerySet",
    "LineItem",
    "LostReason",
    "MergedDeal",
    "Participant",
    "StageVisit",
]
