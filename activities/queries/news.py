"""News: what others did to the leads, deals and projects that a user follows, newest first."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from activities.models import NewsLook
from activities.queries.timeline import readable
from core.lookups import number_in
from custom_fields.queries import told_fields
from deals.models import Deal
from history.models import Event
from leads.models import Lead
from projects.models import Project

KEPT_DAYS = 30  # older ones are no news any more
AT_ONCE = 30


@dataclass(frozen=True)
class News:
    """Events, newest first, each with ``is_new``; ``older`` leads to what came before."""

    events: list[Event]
    older: str | None

    @property
    def has_new(self):
        return any(event.is_new for event in self.events)


def news(user: User, *, before: str = "") -> News:
    """What others did within the last days to what ``user`` follows and may see now; ``before`` is
    the cursor of an earlier answer. Three statements, each along an index.
    """
    looks = NewsLook.objects.filter(user=user).values_list("event_number", flat=True)
    seen = looks.first() or 0
    followed = (Lead, Deal, Project)
    first, *others = (of_followed(model, user, number_in(before)) for model in followed)
    newest = first.union(*others).order_by("-pk")[: AT_ONCE + 1]
    numbers = list(newest.values_list("pk", flat=True))
    siblings = Event.objects.filter(operation=OuterRef("operation"))
    siblings = siblings.filter(subject_kind=OuterRef("subject_kind"))
    others = siblings.exclude(subject_id=OuterRef("subject_id"))
    events = Event.objects.filter(pk__in=numbers[:AT_ONCE]).order_by("-pk")
    events = events.annotate(is_bulk=Exists(others), told_fields=told_fields())
    found = list(events.select_related("operation__by", "operation__undone_by"))
    for event in found:
        event.is_new = event.pk > seen
    return News(found, str(found[-1].pk) if len(numbers) > AT_ONCE else None)


def of_followed(model, user, before):
    """The numbers of the latest events of the records of ``model`` that ``user`` follows."""
    followed = model.objects.visible_to(user).filter(followers=user)
    since = timezone.now() - timedelta(days=KEPT_DAYS)
    events = Event.objects.filter(
        subject_kind=model.kind, subject_id__in=followed.values("pk"), operation__at__gte=since
    )
    events = readable(events, user).exclude(operation__by=user)
    if before is not None:
        events = events.filter(pk__lt=before)
    return events.order_by("-pk").values("pk")[: AT_ONCE + 1]
