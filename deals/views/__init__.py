"""The pages of the deals, one file for each of them."""

from deals.views.board import board, column, redraw
from deals.views.bulk import archive, assign, delete, label, restore, unlabel
from deals.views.copying import copy
from deals.views.deleted import bring_back, deleted
from deals.views.detail import detail
from deals.views.editing import create, edit
from deals.views.ending import lose_many, move_many, reopen_many, win_many
from deals.views.expecting import expect
from deals.views.fields import edit_field
from deals.views.files import change_file, delete_file, file, file_preview, files
from deals.views.following import follow, followers, unfollow
from deals.views.forecast import forecast, forecast_column
from deals.views.lines import (
    add_line,
    line,
    line_options,
    lines,
    move_line,
    reckon_line,
    remove_line,
)
from deals.views.merging import merge, merge_with
from deals.views.moving import archive_one, move
from deals.views.outcome import lost, reopen, won
from deals.views.people import add_participant, make_primary, participant, remove_participant
from deals.views.setting import set_field
from deals.views.sharing import share_out
from deals.views.table import table
from deals.views.valuing import follow_lines, terms, type_value

__all__ = [
    "add_line",
    "add_participant",
    "archive",
    "archive_one",
    "assign",
    "board",
    "bring_back",
    "change_file",
    "column",
    "copy",
    "create",
    "delete",
    "delete_file",
    "deleted",
    "detail",
    "edit",
    "edit_field",
    "expect",
    "file",
    "file_preview",
    "files",
    "follow",
    "follow_lines",
    "followers",
    "forecast",
    "forecast_column",
    "label",
    "line",
    "line_options",
    "lines",
    "lose_many",
    "lost",
    "make_primary",
    "merge",
    "merge_with",
    "move",
    "move_line",
    "move_many",
    "participant",
    "reckon_line",
    "redraw",
    "remove_line",
    "remove_participant",
    "reopen",
    "reopen_many",
    "restore",
    "set_field",
    "share_out",
    "table",
    "terms",
    "type_value",
    "unfollow",
    "unlabel",
    "win_many",
    "won",
]
