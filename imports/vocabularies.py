"""Vocabulary: the words of one of a company's own lists, and what each stands for."""

from dataclasses import dataclass, field

from core.words import plain
from labels.models import Channel, Label

MODELS = {"labels": Label, "channel": Channel}


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
