"""The pages of the deals, one file for each of them."""

from deals.views.board import board, column, redraw
from deals.views.bulk import archive, assign, delete, label, restore, unlabel
from deals.views.deleted import bring_back, deleted
from deals.views.detail import detail
from deals.views.editing import create, edit
from deals.views.moving import archive_one, move
from deals.views.outcome import lost, reopen, won
from deals.views.table import table

__all__ = [
    "archive",
    "archive_one",
    "assign",
    "board",
    "bring_back",
    "column",
    "create",
    "delete",
    "deleted",
    "detail",
    "edit",
    "label",
    "lost",
    "move",
    "redraw",
    "reopen",
    "restore",
    "table",
    "unlabel",
    "won",
]
