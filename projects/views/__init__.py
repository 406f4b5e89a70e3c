"""The pages of the projects, one file for each of them."""

from projects.views.board import board, column, redraw
from projects.views.bulk import (
    archive,
    assign,
    cancel_many,
    delete,
    finish_many,
    label,
    move_many,
    reopen_many,
    restore,
    set_field,
    share_out,
    unlabel,
)
from projects.views.choosing import deal_options, project_options
from projects.views.deleted import bring_back, deleted
from projects.views.detail import detail
from projects.views.editing import create, edit
from projects.views.ending import cancel, done, reopen
from projects.views.fields import edit_field
from projects.views.files import change_file, delete_file, file, file_preview, files
from projects.views.following import follow, followers, unfollow
from projects.views.linking import link, unlink
from projects.views.moving import archive_one, move
from projects.views.of_deal import link_to_deal, start
from projects.views.phases import (
    add_phase,
    change_phase,
    end_phase,
    move_phase,
    phases,
    restore_phase,
)
from projects.views.table import table

__all__ = [
    "add_phase",
    "archive",
    "archive_one",
    "assign",
    "board",
    "bring_back",
    "cancel",
    "cancel_many",
    "change_file",
    "change_phase",
    "column",
    "create",
    "deal_options",
    "delete",
    "delete_file",
    "deleted",
    "detail",
    "done",
    "edit",
    "edit_field",
    "end_phase",
    "file",
    "file_preview",
    "files",
    "finish_many",
    "follow",
    "followers",
    "label",
    "link",
    "link_to_deal",
    "move",
    "move_many",
    "move_phase",
    "phases",
    "project_options",
    "redraw",
    "reopen",
    "reopen_many",
    "restore",
    "restore_phase",
    "set_field",
    "share_out",
    "start",
    "table",
    "unfollow",
    "unlabel",
    "unlink",
]
