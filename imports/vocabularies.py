"""Vocabulary: the words of one of a company's own lists, and what each stands for."""

from dataclasses import dataclass, field

from activities.models import ActivityType
from core.words import plain
from deals.models import LostReason
from labels.models import Channel, Label
from pipelines.models import Pipeline
from products.models import Category

# Lists that grow by what is imported, if whoever imports may add to them; and those that do not.
GROWING = {
    "labels": Label,
    "channel": Channel,
    "lost_reason": LostReason,
    "category": Category,
    "activity_type": ActivityType,
}
MODELS = GROWING | {"pipeline": Pipeline}


@dataclass
class Vocabulary:
    """The words of the list ``model``; those that are out of use are known, but not chosen."""

    model: type
    by_name: dict[str, int] = field(default_factory=dict)
    archived: set[str] = field(default_factory=set)
    in_use: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self):
        for word in self.model.objects.order_by("name", "pk"):
            if getattr(word, "archived_at", None):
                self.archived.add(plain(word.name))
            else:
                self.by_name[plain(word.name)] = word.pk
                self.in_use.append((word.pk, word.name))
