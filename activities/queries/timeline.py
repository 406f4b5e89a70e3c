"""What happened to a record: notes, done activities and events, merged into one order.

Each source is asked for one page behind the same place, so the work does not grow with a record's
past, and "Show older" neither repeats nor leaves out anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from activities.models import Activity, Note
from activities.queries.steps import also_about
from custom_fields.queries import told_fields
from deals.models import Deal
from history.models import Event
from leads.models import Lead
from projects.models import Project

SHOWN = ("notes", "activities", "changes")
# Told by an entry of its own: the note, or the activity where it stands now.
TOLD = ("note.written", "activity.planned", "activity.done")


class Place(NamedTuple):
    """Where an entry stands; as text, the cursor that "Show older" sends."""

    at: datetime
    source: int
    number: int

    def __str__(self):
        return f"{self.at.isoformat()}~{self.source}~{self.number}"

    @classmethod
    def read(cls, cursor: str | None) -> "Place | None":
        """The place that ``cursor`` names, ``None`` when it names none."""
        try:
            at, source, number = (cursor or "").split("~")
            place = cls(parse_datetime(at), int(source), int(number))
        except ValueError:
            return None
        if place.at is None or not timezone.is_aware(place.at) or not 0 <= place.number < 2**63:
            return None
        if not 1 < place.at.year < 9999:  # the ends of the calendar lie beyond it somewhere else
            return None
        return place


@dataclass(frozen=True)
class Entry:
    """One thing that happened: ``thing`` is a note, a done activity or an event."""

    place: Place
    thing: Note | Activity | Event

    @property
    def at(self):
        return self.place.at

    @property
    def day(self):
        """The day where the reader is."""
        return timezone.localdate(self.at)

    @property
    def kind(self):
        return type(self.thing).__name__.lower()


@dataclass(frozen=True)
class Timeline:
    """Entries, newest first, pinned notes apart; ``older`` is the cursor to what came before, if
    anything did.
    """

    entries: list[Entry]
    pinned: list[Entry]
    older: str | None


def timeline(
    subjects: Iterable[tuple[str, int]],
    user: User,
    *,
    limit: int = 20,
    before: str | None = None,
    only: str | None = None,
) -> Timeline:
    """What happened to ``subjects``, the lives of a record that ``user`` sees: three queries.

    ``before`` is a cursor (a broken one shows the newest entries), ``only`` one of ``SHOWN``.
    Pinned notes stand on the first page alone.
    """
    subjects, behind = list(subjects), Place.read(before)
    sources = {
        "changes": (0, "operation__at", events_of(subjects, user)),
        "activities": (1, "done_at", done_about(subjects, user)),
        "notes": (2, "created_at", notes_about(subjects)),
    }
    found = []
    for shown, (source, moment, rows) in sources.items():
        if only in SHOWN and only != shown:
            continue
        page = newest_behind(rows, behind, source, moment)[: limit + 1]
        if source == 2 and behind is None:
            page = with_pinned(page, subjects)
        found += [Entry(Place(row.at, source, row.pk), row) for row in page]
    found.sort(key=lambda entry: entry.place, reverse=True)
    pinned = [each for each in found if is_pinned(each.thing)]
    flow = [each for each in found if not is_pinned(each.thing)]
    older = str(flow[limit - 1].place) if len(flow) > limit else None
    return Timeline(flow[:limit], pinned, older)


def newest_behind(rows: QuerySet, behind: Place | None, source: int, moment: str) -> QuerySet:
    """``rows`` behind a place, newest first, each with its moment as ``at``.

    At one moment, sources follow each other, then numbers.
    """
    rows = rows.annotate(at=F(moment)).order_by(f"-{moment}", "-pk")
    if behind is None:
        return rows
    if source > behind.source:
        return rows.filter(**{f"{moment}__lt": behind.at})
    if source < behind.source:
        return rows.filter(**{f"{moment}__lte": behind.at})
    same = Q(**{moment: behind.at, "pk__lt": behind.number})
    return rows.filter(Q(**{f"{moment}__lt": behind.at}) | same)


def notes_about(subjects):
    return Note.objects.about(subjects).filter(is_pinned=False).select_related("author")


def with_pinned(page, subjects):
    """The notes of ``page`` and all that are pinned, in one query."""
    both = Q(is_pinned=True) | Q(pk__in=page.values("pk"))
    notes = Note.objects.about(subjects).filter(both)
    return notes.annotate(at=F("created_at")).select_related("author")


def done_about(subjects, user):
    done = Activity.objects.done().filter(also_about(subjects, user))
    return done.select_related("type", "done_by", "assignee", "lead", "deal", "project")


def events_of(subjects, user):
    """The events of ``subjects`` that ``user`` may read, each with ``is_bulk``: whether its act was
    about more records, and with ``told_fields``: the custom fields that it changed.

    When a lead became a deal, both have an event; in one timeline the lead's stands for both, and
    on the way back the deal's. When leads or deals were merged, the event of the one that stays
    does.
    """
    kinds = {kind for kind, _number in subjects}
    events = readable(Event.objects.about(subjects).exclude(verb__in=TOLD), user)
    events = events.exclude(verb__in=("lead.merged", "deal.merged"), changes__has_key="into")
    if {"lead", "deal"} <= kinds:
        events = events.exclude(verb="deal.created", operation__verb="lead.converted")
        events = events.exclude(verb="lead.returned")
    siblings = Event.objects.filter(
        operation=OuterRef("operation"), subject_kind=OuterRef("subject_kind")
    ).exclude(subject_id=OuterRef("subject_id"))
    return events.annotate(is_bulk=Exists(siblings), told_fields=told_fields()).select_related(
        "operation__by", "operation__undone_by"
    )


def readable(events: QuerySet, user: User) -> QuerySet:
    """Leave out what names an ``other`` lead, a project or a deal that ``user`` may not see."""
    for name, model in (("other", Lead), ("project", Project), ("deal", Deal)):
        named = model.everything.visible_to(user).filter(pk=number_in_changes(name))
        events = events.exclude(~Exists(named), changes__has_key=name)
    return events


def number_in_changes(name):
    """In an event that tells of two records: the number of the other one, in the field ``name``."""
    return Func(
        OuterRef("changes"),
        template=f"(%(expressions)s #>> '{{{name},1,id}}')::bigint",
        output_field=BigIntegerField(),
    )


def is_pinned(thing):
    return isinstance(thing, Note) and thing.is_pinned
