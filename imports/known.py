"""Known: what the words in a file stand for, loaded once, so that no cell costs a statement."""

import re
import zoneinfo
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User, Visibility
from accounts.policies import may_configure
from activities.models import ActivityType
from core.words import plain
from custom_fields.kinds import KINDS
from deals.models import Deal, LineItem
from imports.targets.fields import TargetField
from imports.vocabularies import MODELS, Vocabulary
from pipelines.models import Stage
from products.billing import Frequency
from products.models import Product

# The words that are always the same.
FIXED = {
    "visibility": Visibility,
    "status": Deal.Status,
    "frequency": Frequency,
    "discount_kind": LineItem.Discount,
}
ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
SKIP = "skip"  # instead of a value: rows that say this are left out


def in_every_language(choices) -> dict[str, Any]:
    """The plain words of ``choices`` in each of our languages, and the value each stands for."""
    found = {plain(str(value)): value for value, _label in choices}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {plain(str(label)): value for value, label in choices}
    return found


class Known:
    """What ``user`` may name in an import, by its words."""

    def __init__(self, user: User):
        self.user = user
        self.zone = zoneinfo.ZoneInfo(user.time_zone)
        self.may_create_words = may_configure(user)
        self.vocabularies: dict[str, Vocabulary] = {}
        self.met: dict[str, dict[str, list[int]]] = {}

    @property
    def order_of_dates(self) -> str:
        """What stands first in a date of numbers, where whoever imports lives."""
        is_american = self.user.time_zone.startswith(("America/", "US/", "Pacific/Honolulu"))
        return "mdy" if is_american and self.user.language == "en" else "dmy"

    def vocabulary(self, kind: str) -> Vocabulary:
        """The words of one of the company's lists; a statement, once."""
        if kind not in self.vocabularies:
            self.vocabularies[kind] = Vocabulary(MODELS[kind])
        return self.vocabularies[kind]

    @cached_property
    def users(self) -> list[User]:
        """Everybody who works here or once did."""
        return list(User.objects.order_by("name", "pk"))

    @cached_property
    def colleagues(self) -> dict[str, list[User]]:
        """The same by their e-mail addresses and plain names."""
        found = {}
        for user in self.users:
            for word in {user.email, plain(user.name)}:
                found.setdefault(word, []).append(user)
        return found

    def named(self, text: str) -> list[User]:
        """Those whom ``text`` names, by their address or their name."""
        address = ADDRESS.search(text)
        return self.colleagues.get(address[0].lower() if address else plain(text), [])

    @cached_property
    def stages(self) -> list[Stage]:
        """The stages that deals may enter, those of the default pipeline first."""
        stages = Stage.objects.active().select_related("pipeline").in_order()
        return sorted(stages, key=lambda stage: not stage.pipeline.is_default)

    @cached_property
    def activity_types(self) -> list[int]:
        """The types of activities that are in use, in their order."""
        types = ActivityType.objects.filter(archived_at=None).order_by("position", "pk")
        return list(types.values_list("pk", flat=True))

    @cached_property
    def products(self) -> list[Product]:
        """What is sold at present."""
        found = Product.objects.visible_to(self.user).active().by_name()
        return list(found.only("name", "code", "plain"))

    def choices(self, field: TargetField) -> list[tuple[Any, str]]:
        """The values that a text of ``field`` may be matched with, and their words; none where a
        text speaks for itself.
        """
        match field.kind:
            case "user":
                return [(each.pk, each.name) for each in self.users if may_own(each)]
            case "custom:yes_no" | "yes_no":
                return [(True, _("Yes")), (False, _("No"))]
            case "wanted":
                return [(True, _("Import the row"))]
            case "custom:option" | "custom:options":
                return [(each.pk, each.name) for each in field.custom.choices_in_use]
            case "custom:user":
                return [(each.pk, each.name) for each in self.users if each.is_active]
            case "stage":
                return [(each.pk, f"{each.name} ({each.pipeline})") for each in self.stages]
            case "product":
                return [(each.pk, each.name) for each in self.products]
        if field.kind in FIXED:
            return list(FIXED[field.kind].choices)
        if field.kind in MODELS:
            return self.vocabulary(field.kind).in_use
        return []

    def meet(self, cells: Iterable[tuple[TargetField, Iterable[str]]]) -> None:
        """Look up the people and organizations that these texts of custom fields name: asked before
        they are read, one statement for each kind of record. Those of an earlier chunk are let go
        of: a file may name more of them than there is room for.
        """
        wanted = {}
        for field, texts in cells:
            if field.kind in ("custom:person", "custom:organization"):
                names = {plain(text.strip()) for text in texts if text.strip()}
                wanted.setdefault(field.custom.kind, set()).update(names)
        self.met = {kind: {name: [] for name in names} for kind, names in wanted.items()}
        for kind, names in wanted.items():
            if names:
                found = KINDS[kind].choosable_by(self.user).filter(plain__in=names)
                for name, number in found.order_by("pk").values_list("plain", "pk"):
                    self.met[kind][name].append(number)


def may_own(user: User) -> bool:
    return user.is_active and user.role not in ("", User.Role.READER)
