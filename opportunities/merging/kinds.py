"""What sort of records is merged, and what only such records have."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.dispatch import Signal

from opportunities.facts import with_contacts
from opportunities.models import Opportunity
from opportunities.services import Refuse, allow


@dataclass(frozen=True)
class Kind:
    """The records that are merged: their ``model``, the ``memory`` of which is part of which other
    one, and the ``signal`` that tells it.

    ``refuse`` says which states of records forbid it besides, and ``refuse_writing`` which columns
    of the one that stays cannot get another value. ``also`` are columns of the one that
    stays which say that something was done to it, at a moment. ``unite(was, into, at)`` gives it
    what only such records have, and answers with what changed; ``was`` are all of them as they
    were, that one first. The rest is what is said when they cannot be merged.
    """

    model: type[Opportunity]
    memory: type[models.Model]
    signal: Signal
    refuse: Callable[[list], None]
    also: Callable[[Opportunity, datetime], dict]
    unite: Callable[[list, Opportunity, datetime], dict]
    too_few: str
    too_many: str
    not_own: str
    not_one_contact: str
    no_longer: str
    refuse_writing: Refuse = allow

    @property
    def number(self) -> str:
        """The column of ``memory`` with the number of what was merged."""
        return f"{self.model.kind}_number"

    def read(self, numbers) -> list:
        """The records with these numbers, the oldest first, whatever became of them."""
        return with_contacts(self.model.everything.filter(pk__among=numbers).order_by("pk"))

    def lock(self, numbers) -> list:
        """The same, locked in this order."""
        asked = self.model.everything.filter(pk__among=numbers).order_by("pk")
        return with_contacts(asked.select_for_update(of=("self",), no_key=True))
