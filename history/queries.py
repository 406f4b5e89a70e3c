"""What one act touched: the records of a list, and what the list calls the act."""

from collections.abc import Callable
from typing import NamedTuple

from babel.dates import format_datetime
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from core.lookups import numbers_in
from history.models import Event, Operation
from history.sentences import ACTS, AN_ACT


class Told(NamedTuple):
    """An act as a filter names it."""

    pk: str
    words: str

    def __str__(self):
        return str(self.words)


def touched_by(acts: list, records: QuerySet) -> QuerySet:
    """Those of ``records`` to which one of ``acts``, by their numbers, did something."""
    return among_subjects(Event.objects.filter(operation__in=acts), records)


def among_subjects(events: QuerySet, records: QuerySet) -> QuerySet:
    """Those of ``records`` that ``events`` tell of."""
    subjects = events.filter(subject_kind=records.model.kind)
    return records.filter(pk__in=subjects.values("subject_id"))


def acts_told(
    asked: list[str], records: QuerySet, user: User, *, among: Callable = among_subjects
) -> list[Told]:
    """The acts with the numbers ``asked`` that ``user`` may know of.

    One's own; and who sees a record sees what was done to it: those whose events tell of one of
    ``records``, all of their kind that ``user`` may see.
    """
    if not (numbers := numbers_in(asked)):
        return []
    events = Event.objects.filter(operation=OuterRef(OuterRef("pk")))
    seen = Q(by=user) | Exists(among(events, records))
    found = Operation.objects.filter(seen, pk__in=numbers).order_by("pk")
    return [Told(str(act.pk), act_in_words(act)) for act in found]


def act_in_words(act: Operation) -> str:
    """What and when: “Import of 26 Nov 2026, 11:40”."""
    at = format_datetime(timezone.localtime(act.at), "d MMM y, HH:mm", locale=get_language())
    return ACTS.get(act.verb, AN_ACT) % {"moment": at}
