"""Settings: custom fields, and the options of those that are a choice."""

from custom_fields.views.calculated import add_calculated, change_calculated
from custom_fields.views.fields import (
    add_field,
    change_field,
    delete_field,
    fields,
    move_field,
    restore_field,
    set_sortable,
)
from custom_fields.views.options import (
    add_option,
    archive_option,
    move_option,
    remove_option,
    rename_option,
    restore_option,
)

__all__ = [
    "add_calculated",
    "add_field",
    "add_option",
    "archive_option",
    "change_calculated",
    "change_field",
    "delete_field",
    "fields",
    "move_field",
    "move_option",
    "remove_option",
    "rename_option",
    "restore_field",
    "restore_option",
    "set_sortable",
]
