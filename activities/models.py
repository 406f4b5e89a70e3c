"""Activity, ActivityType and Note: things to do and things said about one record."""

from functools import reduce
from operator import or_

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.models import Timestamped
from core.validators import validate_line, validate_text

SUBJECTS = ("lead", "deal", "person", "organization", "project")
# Of these, the kinds of records that say when their next activity is.
WITH_NEXT_STEP = ("lead", "deal", "project")


def about_alone(kind):
    """What belongs to one record of ``kind``, and to no other."""
    others = dict.fromkeys((each for each in SUBJECTS if each != kind), None)
    return Q(**{f"{kind}__isnull": False}, **others)


class ActivityType(models.Model):
    """What kind of thing one does: a call, a meeting, a task…"""

    name = models.CharField(_("name"), max_length=40, validators=[validate_line])
    icon = models.CharField(_("icon"), max_length=40, default="check")
    position = models.PositiveIntegerField(_("position"), default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("activity type")
        verbose_name_plural = _("activity types")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="activities_type_name_once",
                violation_error_message=_("There is already an activity type with this name."),
            ),
        ]

    def __str__(self):
        return self.name


class AboutQuerySet(models.QuerySet):
    def about(self, subjects):
        """Keep what is about ``subjects``, pairs of (kind, id)."""
        wanted = Q(pk__in=[])
        by_kind = {}
        for kind, number in subjects:
            by_kind.setdefault(kind, []).append(number)
        for kind, numbers in by_kind.items():
            if kind in SUBJECTS:
                wanted |= Q(**{f"{kind}__in": numbers})
        return self.filter(wanted)


class About(Timestamped):
    """Something about exactly one record, by a real key to it."""

    lead = models.ForeignKey(
        "leads.Lead", models.CASCADE, null=True, blank=True, related_name="%(class)s_set"
    )
    deal = models.ForeignKey(
        "deals.Deal", models.CASCADE, null=True, blank=True, related_name="%(class)s_set"
    )
    person = models.ForeignKey(
        "contacts.Person", models.CASCADE, null=True, blank=True, related_name="%(class)s_set"
    )
    organization = models.ForeignKey(
        "contacts.Organization",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)s_set",
    )
    project = models.ForeignKey(
        "projects.Project", models.CASCADE, null=True, blank=True, related_name="%(class)s_set"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_about_one_record",
                condition=reduce(or_, (about_alone(kind) for kind in SUBJECTS)),
                violation_error_message=_("This belongs to exactly one record."),
            ),
        ]

    @property
    def subject_kind(self):
        return next(kind for kind in SUBJECTS if getattr(self, f"{kind}_id") is not None)

    @property
    def subject_id(self):
        return getattr(self, f"{self.subject_kind}_id")

    @property
    def about(self):
        """The record this is about, which the caller has fetched along."""
        return getattr(self, self.subject_kind)


class ActivityQuerySet(AboutQuerySet):
    def undone(self):
        return self.filter(done_at=None)

    def done(self):
        return self.filter(done_at__isnull=False)


class Activity(About):
    """Something to do by a day, or something that was done."""

    type = models.ForeignKey(
        ActivityType, models.PROTECT, related_name="activities", verbose_name=_("type")
    )
    subject = models.CharField(_("subject"), max_length=200, validators=[validate_line])
    due_on = models.DateField(_("due"))
    due_time = models.TimeField(_("time"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[MaxValueValidator(1440)]
    )
    assignee = models.ForeignKey(
        User, models.PROTECT, related_name="activities", verbose_name=_("assigned to")
    )
    text = models.TextField(_("details"), max_length=20_000, blank=True, validators=[validate_text])
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            *About.Meta.constraints,
            models.CheckConstraint(
                name="activities_activity_done_by_iff_done",
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                violation_error_message=_("A done activity says who did it."),
            ),
        ]
        # Django indexes the five keys; this one serves a user's own list by due day.
        indexes = [
            models.Index(
                fields=["assignee", "due_on", "id"],
                condition=Q(done_at=None),
                name="activities_to_do",
            ),
        ]

    def __str__(self):
        return self.subject

    @property
    def is_done(self):
        return self.done_at is not None

    @property
    def day(self):
        """The day by which it is to do, or on which it was done where the reader is."""
        return timezone.localdate(self.done_at) if self.is_done else self.due_on


class Note(About):
    """Something said about a record, in Markdown."""

    text = models.TextField(_("note"), max_length=20_000, validators=[validate_text])
    is_pinned = models.BooleanField(_("pinned"), default=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="notes", verbose_name=_("author"))

    objects = AboutQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = About.Meta.constraints

    def __str__(self):
        return self.text[:60]


class NewsLook(models.Model):
    """Up to which event somebody has looked at the news of what they follow."""

    user = models.OneToOneField(User, models.CASCADE, related_name="news_look")
    event_number = models.BigIntegerField(_("event number"))

    class Meta:
        verbose_name = _("look at the news")
        verbose_name_plural = _("looks at the news")

    def __str__(self):
        return f"{self.user_id}: {self.event_number}"
