"""What one can do from anywhere: go to a place, add a record."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import may_configure, may_write
from core.words import words_in


@dataclass(frozen=True)
class Action:
    """A link with the words it is found by; ``is_dialog`` when its page opens over the others."""

    title: str
    icon: str
    name: str
    is_for: Callable[[User], bool] = lambda user: True
    is_dialog: bool = False

    @property
    def url(self):
        return reverse(self.name)


ACTIONS = (
    Action(_("Go to Leads"), "inbox", "leads:inbox"),
    Action(_("Go to Deals"), "square-kanban", "deals:board"),
    Action(_("Go to Projects"), "folder-kanban", "projects:board"),
    Action(_("Go to Activities"), "circle-check", "activities:list"),
    Action(_("Go to People"), "users", "contacts:people"),
    Action(_("Go to Organizations"), "building-2", "contacts:organizations"),
    Action(_("Go to Products"), "package", "products:list"),
    Action(_("Go to Insights"), "chart-column", "reports:sources"),
    Action(_("Add lead"), "plus", "leads:create", may_write),
    Action(_("Add deal"), "plus", "deals:create", may_write),
    Action(_("Start project"), "plus", "projects:create", may_write),
    Action(_("Add person"), "plus", "contacts:create_person", may_write),
    Action(_("Add organization"), "plus", "contacts:create_organization", may_write),
    Action(_("Add product"), "plus", "products:create", may_configure),
    Action(_("Keyboard shortcuts"), "keyboard", "shortcuts", is_dialog=True),
)


def actions(text: str, user: User) -> list[Action]:
    """The actions for ``user`` whose titles have every word of ``text``, each perhaps only begun;
    all of them without a text.
    """
    wanted = words_in(text)
    if text and not wanted:
        return []
    return [
        action
        for action in ACTIONS
        if action.is_for(user) and all(begins(word, str(action.title)) for word in wanted)
    ]


def begins(word, title):
    return any(each.startswith(word) for each in words_in(title))
