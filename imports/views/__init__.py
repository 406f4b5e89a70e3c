"""The pages of imports: the list, and those of each step of one."""

from imports.views.check import check
from imports.views.columns import add_field, columns
from imports.views.coming import pipedrive
from imports.views.correcting import correct_alike, row, skip_alike, skip_row
from imports.views.files import create, file
from imports.views.lists import delete, imports
from imports.views.matchings import remove_matching, save_matching, use_matching
from imports.views.report import detail, left_out
from imports.views.reverting import revert
from imports.views.run import cancel_run, resume_run, run

__all__ = [
    "add_field",
    "cancel_run",
    "check",
    "columns",
    "correct_alike",
    "create",
    "delete",
    "detail",
    "file",
    "imports",
    "left_out",
    "pipedrive",
    "remove_matching",
    "resume_run",
    "revert",
    "row",
    "run",
    "save_matching",
    "skip_alike",
    "skip_row",
    "use_matching",
]
