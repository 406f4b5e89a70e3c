"""What is still to do, and whose activities and notes a user may see."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from accounts.models import User
from activities.models import SUBJECTS, Activity, Note
from activities.services.holding import MODELS
from projects.models import Project

IN_ORDER = ("due_on", F("due_time").asc(nulls_last=True), "pk")


def next_activities(kind: str, ids: Iterable[int]) -> dict[int, Activity]:
    """The earliest undone activity of each record of ``kind`` that has one, by its id: one query.

    Whoever asks has asked whether the user may see the records.
    """
    of_records = Activity.objects.undone().filter(**{f"{kind}__in": list(ids)})
    earliest = of_records.order_by(f"{kind}_id", *IN_ORDER).distinct(f"{kind}_id")
    return {each.subject_id: each for each in earliest.select_related("type", "assignee")}


def next_steps(kind: str, number: int, user: User, *, most: int = 50) -> list[Activity]:
    """What is still to do about one record that ``user`` sees, earliest first: one query.

    A person's and an organization's steps include those of their leads, deals and projects.
    """
    steps = Activity.objects.undone().filter(also_about([(kind, number)], user))
    shown = steps.select_related("type", "assignee", *SUBJECTS)
    return list(shown.order_by(*IN_ORDER)[:most])


def also_about(subjects, user: User) -> Q:
    """What is about ``subjects``, pairs of (kind, id), or about a lead, a deal or a project of a
    person or an organization among them, as far as ``user`` may see that.
    """
    wanted = Q(pk__in=[])
    for kind, number in subjects:
        wanted |= Q(**{kind: number})
        if kind in ("person", "organization"):
            for other, key in (("lead", kind), ("deal", kind), ("project", Project.LINKED[kind])):
                theirs = MODELS[other].objects.visible_to(user).filter(**{key: number})
                wanted |= Q(**{f"{other}__in": theirs.values("pk")})
    return wanted


def visible_activities(user: User) -> QuerySet[Activity]:
    """The activities of every live record that ``user`` may see."""
    return Activity.objects.filter(as_private_as_records(user))


def visible_notes(user: User) -> QuerySet[Note]:
    """The notes of every live record that ``user`` may see."""
    return Note.objects.filter(as_private_as_records(user))


def as_private_as_records(user):
    seen = Q(pk__in=[])
    for kind, model in MODELS.items():
        seen |= Q(**{f"{kind}__in": model.objects.visible_to(user).values("pk")})
    return seen
