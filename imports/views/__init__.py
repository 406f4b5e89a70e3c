"""The pages of imports: the list, and a page for each step of one."""

from imports.views.check import check
from imports.views.columns import columns
from imports.views.lists import imports
from imports.views.report import detail
from imports.views.run import run

__all__ = ["check", "columns", "detail", "imports", "run"]
