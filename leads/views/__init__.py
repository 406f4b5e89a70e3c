"""The pages of the leads, one file for each of them."""

from leads.views.adding import create
from leads.views.bulk import archive, assign, delete, label, mark_unseen, restore, unlabel
from leads.views.changing import edit
from leads.views.deleted import bring_back, deleted
from leads.views.detail import detail, mark_seen
from leads.views.duplicates import keep_separate
from leads.views.fields import edit_field
from leads.views.following import follow, followers, unfollow
from leads.views.inbox import archived, inbox
from leads.views.merging import merge
from leads.views.setting import set_field
from leads.views.sharing import share_out

__all__ = [
    "archive",
    "archived",
    "assign",
    "bring_back",
    "create",
    "delete",
    "deleted",
    "detail",
    "edit",
    "edit_field",
    "follow",
    "followers",
    "inbox",
    "keep_separate",
    "label",
    "mark_seen",
    "mark_unseen",
    "merge",
    "restore",
    "set_field",
    "share_out",
    "unfollow",
    "unlabel",
]
