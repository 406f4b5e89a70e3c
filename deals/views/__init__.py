"""The pages of the deals, one file for each of them."""

from deals.views.board import board, column
from deals.views.bulk import archive, assign, delete, label, restore, unlabel
from deals.views.deleted import bring_back, deleted
from deals.views.detail import detail
from deals.views.editing import create, edit
from deals.views.exporting import export, export_file
from deals.views.fields import edit_field
from deals.views.moving import move
from deals.views.onwards import lose_many, move_many, reopen_many, win_many
from deals.views.outcome import lost, reopen, won
from deals.views.setting import set_field
from deals.views.sharing import share_out
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
    "edit_field",
    "export",
    "export_file",
    "label",
    "lose_many",
    "lost",
    "move",
    "move_many",
    "reopen",
    "reopen_many",
    "restore",
    "set_field",
    "share_out",
    "table",
    "unlabel",
    "win_many",
    "won",
]
