"""The places of the rail and the list of settings pages, as every template finds them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.policies import may_administer, may_configure, may_write


@dataclass(frozen=True)
class Place:
    """A link of the rail or of the settings, whether the page shown lies behind it, and the key
    that leads there after ``g``.
    """

    title: str
    icon: str
    url: str
    is_current: bool
    key: str = ""


RAIL = [
    (_("Leads"), "inbox", "leads:inbox"),
    (_("Deals"), "square-kanban", "deals:board"),
    (_("Projects"), "folder-kanban", "projects:board"),
    (_("Activities"), "circle-check", "activities:list"),
    (_("People"), "users", "contacts:people"),
    (_("Organizations"), "building-2", "contacts:organizations"),
    (_("Products"), "package", "products:list"),
    (_("Insights"), "chart-column", "reports:sources"),
]
# After "g": the same keys in every language, as people learn them once.
KEYS = {
    "leads:inbox": "l",
    "deals:board": "d",
    "projects:board": "j",
    "activities:list": "a",
    "contacts:people": "p",
    "contacts:organizations": "o",
    "products:list": "r",
    "reports:sources": "i",
}

SETTINGS = [
    (may_administer, _("Users"), "user-cog", "accounts:users"),
    (may_administer, _("Teams"), "users-round", "accounts:teams"),
    (may_configure, _("Pipelines"), "square-kanban", "pipelines:list"),
    (may_configure, _("Project phases"), "folder-kanban", "projects:phases"),
    (may_configure, _("Custom fields"), "text-cursor-input", "custom_fields:list"),
    (may_configure, _("Labels"), "tag", "labels:words", "labels"),
    (may_configure, _("Channels"), "megaphone", "labels:words", "channels"),
    (may_configure, _("Product categories"), "package", "labels:words", "product-categories"),
    (may_configure, _("Lost reasons"), "circle-x", "labels:words", "lost-reasons"),
    (may_configure, _("Activity types"), "shapes", "labels:words", "activity-types"),
    (may_write, _("Imports"), "file-spreadsheet", "imports:list"),
    (may_administer, _("Export of everything"), "file-archive", "takeout:show"),
]


def navigation(request):
    """Context of every page: ``navigation`` and ``settings_pages``, made only when shown.

    Error pages ask too, some before anybody knows who is asking: they get empty lists.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "settings_pages": []}
    return {
        "navigation": SimpleLazyObject(lambda: places(RAIL, request.path)),
        "settings_pages": SimpleLazyObject(
            lambda: places([entry for allowed, *entry in SETTINGS if allowed(user)], request.path)
        ),
    }


def places(entries, path):
    found = []
    for title, icon, name, *arguments in entries:
        url = reverse(name, args=arguments)
        found.append(Place(title, icon, url, path.startswith(url), KEYS.get(name, "")))
    return found
