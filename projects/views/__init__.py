"""The pages of the projects, one file for each of them."""

from projects.views.choosing import deal_options, project_options
from projects.views.detail import detail
from projects.views.editing import create, edit
from projects.views.ending import cancel, done, reopen
from projects.views.following import follow, followers, unfollow
from projects.views.linking import link, unlink
from projects.views.of_deal import link_to_deal, start

__all__ = [
    "cancel",
    "create",
    "deal_options",
    "detail",
    "done",
    "edit",
    "follow",
    "followers",
    "link",
    "link_to_deal",
    "project_options",
    "reopen",
    "start",
    "unfollow",
    "unlink",
]
