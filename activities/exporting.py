"""Activities and notes as a file, each with the record that it is about."""

from functools import partial

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from activities import table
from activities.models import SUBJECTS
from activities.queries import visible_activities, visible_notes
from exports.registry import Export
from lists.columns import Column
from lists.selection import in_order, selected
from opportunities.columns import by_name

TITLES = {
    "lead": _("Lead"),
    "deal": _("Deal"),
    "person": _("Person"),
    "organization": _("Organization"),
    "project": _("Project"),
}


def about(kind: str) -> Column:
    """The record of ``kind`` that a row is about, if it is about one."""
    return Column(kind, TITLES[kind], "text", lambda row: getattr(row, kind))


ABOUT = tuple(about(kind) for kind in SUBJECTS)
ADDED = Column("created", _("Added"), "ago", lambda row: row.created_at)
OF_ACTIVITIES = (
    Column("subject", _("Subject"), "title", lambda activity: activity.subject),
    Column("type", _("Type"), "word", lambda activity: activity.type),
    Column("due", _("Due"), "day", lambda activity: activity.due_on),
    Column("time", _("Time"), "time", lambda activity: activity.due_time),
    *ABOUT,
    Column("assignee", _("Assigned to"), "user", lambda activity: activity.assignee),
    Column("done", _("Done at"), "ago", lambda activity: activity.done_at),
)
MORE_OF_ACTIVITIES = (
    Column("minutes", _("Minutes"), "number", lambda activity: activity.minutes),
    Column("text", _("Details"), "text", lambda activity: activity.text),
    ADDED,
)
OF_NOTES = (
    Column("note", _("Note"), "text", lambda note: note.text),
    *ABOUT,
    Column("author", _("Author"), "user", lambda note: note.author),
    Column("pinned", _("Pinned"), "yes-no", lambda note: note.is_pinned),
    ADDED,
)


def chosen_activities(query: QueryDict, user: User) -> QuerySet:
    found = selected(query, table.matching(query, user), within=visible_activities(user))
    return in_order(query, found)


def chosen_notes(query: QueryDict, user: User) -> QuerySet:
    return in_order(query, selected(query, visible_notes(user)))


def carrying(rows: QuerySet, _shown: list[Column], _user: User, *, beside: tuple[str, ...]):
    """``rows`` with whom and what they name."""
    return rows.select_related(*beside, *SUBJECTS)


def activities_to_export(number):
    return ngettext("Export %(count)d activity", "Export %(count)d activities", number)


def activities_exported(number):
    return ngettext("%(count)d activity exported.", "%(count)d activities exported.", number)


def notes_to_export(number):
    return ngettext("Export %(count)d note", "Export %(count)d notes", number)


def notes_exported(number):
    return ngettext("%(count)d note exported.", "%(count)d notes exported.", number)


EXPORT = Export(
    name="activities",
    title=_("Activities"),
    home="activities:list",
    filters=("view", "assignee", "type", "act"),
    everything=visible_activities,
    chosen=chosen_activities,
    every=lambda _page, _user: by_name(*OF_ACTIVITIES, *MORE_OF_ACTIVITIES),
    shown=lambda _page, _user, _every: list(OF_ACTIVITIES),
    carrying=partial(carrying, beside=("type", "assignee")),
    asks=activities_to_export,
    done=activities_exported,
)
NOTES = Export(
    name="notes",
    title=_("Notes"),
    home="activities:list",
    filters=(),
    everything=visible_notes,
    chosen=chosen_notes,
    every=lambda _page, _user: by_name(*OF_NOTES),
    shown=lambda _page, _user, _every: list(OF_NOTES),
    carrying=partial(carrying, beside=("author",)),
    asks=notes_to_export,
    done=notes_exported,
)
