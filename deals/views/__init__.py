"""The pages of the deals, one file for each of them."""

from deals.views.board import board, column
from deals.views.bulk import archive, assign, delete, label, restore, unlabel
from deals.views.deleted import bring_back, deleted
from deals.views.detail import detail
from deals.views.editing import create, edit
from deals.views.expecting import expect
from deals.views.forecast import forecast, forecast_column
from deals.views.moving import move
from deals.views.outcome import lost, reopen, won
from deals.views.table import table

__all__ = [
    "archive",
    "assign",
    "board",
    "bring_back",
    "column",
    "create",
    "delete",
    "deleted",
    "detail",
    "edit",
    "expect",
    "forecast",
    "forecast_column",
    "label",
    "lost",
    "move",
    "reopen",
    "restore",
    "table",
    "unlabel",
    "won",
]
