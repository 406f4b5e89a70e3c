"""Leads become deals, and back: convert, undo, return. Each act is all or nothing."""

from conversion.services.converting import (
    AlreadyConverted,
    ConversionUndone,
    LeadArchived,
    NoUsableStage,
    convert_leads,
)
from conversion.services.returning import (
    AlreadyReturned,
    HasProject,
    SeveralWaiting,
    return_to_leads,
)
from conversion.services.undoing import DealsWentOn, undo_conversion

__all__ = [
    "AlreadyConverted",
    "AlreadyReturned",
    "ConversionUndone",
    "DealsWentOn",
    "HasProject",
    "LeadArchived",
    "NoUsableStage",
    "SeveralWaiting",
    "convert_leads",
    "return_to_leads",
    "undo_conversion",
]
