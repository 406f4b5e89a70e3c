"""Project, the work that follows a sale, and the questions asked of many."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned, OwnedQuerySet, User
from core.models import LIVE, LiveManager, plain_column, words_index
from core.ordering import RankField
from core.validators import validate_line, validate_text
from custom_fields.models import CustomValues, Field
from projects.models.phase import Phase

ON_BOARD = Q(archived_at=None, status="open")
DATED = Q(starts_on__isnull=False) | Q(ends_on__isnull=False)


class ProjectQuerySet(OwnedQuerySet):
    def recently_deleted(self):
        """What people deleted: nothing takes the place of a project."""
        return self.deleted()

    def archived(self):
        return self.filter(archived_at__isnull=False)

    def not_archived(self):
        return self.filter(archived_at=None)

    def open(self):
        return self.filter(status=Project.Status.OPEN)

    def ended(self):
        return self.exclude(status=Project.Status.OPEN)

    def on_board(self):
        """Open projects that are not put away, as a board's columns hold them."""
        return self.open().not_archived()

    def overdue(self, today):
        """Open projects whose last day is over."""
        return self.open().filter(ends_on__lt=today)

    def for_table(self):
        """Fetch all that a row of the list shows, and nothing else."""
        return self.select_related("phase", "owner").prefetch_related("labels")

    def for_page(self):
        """Fetch all that a project's own page shows of its row."""
        named = ("phase", "owner", "ended_by", "archived_by", "created_by")
        return self.select_related(*named)


def board_index(name, *order, holds=()):
    """The open projects of each phase in an ``order``, with who may see them."""
    return models.Index(
        fields=["phase", *order],
        include=[*holds, "owner", "visibility"],
        condition=LIVE & ON_BOARD,
        name=name,
    )


class Project(Owned, CustomValues):
    """Work that follows a sale: it goes through phases until it is done or cancelled.

    It may follow from deals, and be for people and organizations; of leads it knows nothing.
    """

    kind = "project"
    custom_of = Field.Of.PROJECT
    # What it may be linked to, and what it calls these.
    LINKED = {"deal": "deals", "person": "people", "organization": "organizations"}
    # Fields that one rule of the database speaks of: a change of one is checked with the other.
    BOUND_TOGETHER = ({"starts_on", "ends_on"},)

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    title = models.CharField(_("title"), max_length=200, validators=[validate_line])
    description = models.TextField(
        _("description"), max_length=20_000, blank=True, validators=[validate_text]
    )
    phase = models.ForeignKey(
        Phase, models.PROTECT, related_name="projects", verbose_name=_("phase")
    )
    position = RankField(editable=False)
    phase_entered_at = models.DateTimeField(default=timezone.now, editable=False)
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(
        _("end"), null=True, blank=True, help_text=_("The last day: by then it is to be done.")
    )
    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.OPEN, editable=False
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("ended by"),
    )
    deals = models.ManyToManyField(
        "deals.Deal",
        through="projects.ProjectDeal",
        related_name="projects",
        verbose_name=_("deals"),
    )
    people = models.ManyToManyField(
        "contacts.Person",
        through="projects.ProjectPerson",
        related_name="projects",
        verbose_name=_("people"),
    )
    organizations = models.ManyToManyField(
        "contacts.Organization",
        through="projects.ProjectOrganization",
        related_name="projects",
        verbose_name=_("organizations"),
    )
    labels = models.ManyToManyField(
        "labels.Label", blank=True, related_name="projects", verbose_name=_("labels")
    )
    followers = models.ManyToManyField(
        User, blank=True, related_name="followed_projects", verbose_name=_("followers")
    )
    next_activity_on = models.DateField(
        _("next activity"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The day of the earliest undone activity, written by the activities."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    archived_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    plain = plain_column("title")

    objects = LiveManager.from_queryset(ProjectQuerySet)()
    everything = ProjectQuerySet.as_manager()

    class Meta(Owned.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            *CustomValues.Meta.constraints,
            models.CheckConstraint(
                name="projects_project_ended_at_iff_ended",
                condition=Q(status="open", ended_at=None, ended_by=None)
                | (~Q(status="open") & Q(ended_at__isnull=False, ended_by__isnull=False)),
                violation_error_message=_("A project that ended says when and by whom."),
            ),
            models.CheckConstraint(
                name="projects_project_ends_after_start",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A project cannot end before it starts."),
            ),
            models.CheckConstraint(
                name="projects_project_archived_by_iff_archived",
                condition=Q(archived_at=None, archived_by=None)
                | Q(archived_at__isnull=False, archived_by__isnull=False),
                violation_error_message=_("An archived record names who archived it."),
            ),
        ]
        indexes = [
            # The columns of the board in each of its orders; their heads are summed from the second
            # index alone.
            board_index("projects_board", "position", "id"),
            board_index("projects_board_next", "next_activity_on", "-id", holds=("ends_on",)),
            board_index("projects_board_end", "ends_on", "-id"),
            board_index("projects_board_age", "phase_entered_at", "id"),
            # The list walks along the first, and is counted from the second.
            models.Index(
                fields=["next_activity_on", "-id"],
                condition=LIVE & ON_BOARD,
                name="projects_next_step",
            ),
            models.Index(
                fields=["status", "-id"],
                include=["owner", "visibility"],
                condition=LIVE & Q(archived_at=None),
                name="projects_list",
            ),
            models.Index(fields=["owner", "-id"], condition=LIVE, name="projects_owner"),
            models.Index(
                fields=["status", "-ended_at", "-id"],
                condition=LIVE & Q(archived_at=None),
                name="projects_ended",
            ),
            models.Index(
                fields=["-archived_at", "-id"],
                condition=LIVE & Q(archived_at__isnull=False),
                name="projects_archive",
            ),
            models.Index(fields=["plain", "-id"], condition=LIVE, name="projects_title"),
            models.Index(fields=["created_at", "id"], condition=LIVE, name="projects_created"),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="projects_updated"),
            models.Index(fields=["ends_on", "-id"], condition=LIVE, name="projects_end"),
            models.Index(
                fields=["-deleted_at", "-id"],
                condition=Q(deleted_at__isnull=False),
                name="projects_deleted",
            ),
            words_index("projects_words"),
            GinIndex(fields=["custom"], name="projects_custom", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("projects:detail", args=[self.pk])

    @property
    def is_open(self):
        return self.status == self.Status.OPEN

    @property
    def is_archived(self):
        return self.archived_at is not None

    def is_overdue(self, today):
        """Whether its last day is over and it is not; ``overdue`` asks the same of rows."""
        return self.is_open and self.ends_on is not None and self.ends_on < today
