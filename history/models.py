"""Operation, one act of one user, and Event, what it did to which record."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Operation(models.Model):
    """One act of one user: it holds its events together, gives Undo its handle and a repeat its
    answer.
    """

    verb = models.CharField(_("act"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    token = models.UUIDField(_("token"), null=True, editable=False)
    undoes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("undoes"),
    )
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("undone by"),
    )

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        # What somebody did last.
        indexes = [models.Index(fields=["by", "-id"], name="history_operation_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "token"],
                name="history_operation_token_once",
                violation_error_message=_("This was already done."),
            ),
            models.CheckConstraint(
                name="history_operation_undone_by_iff_undone",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                violation_error_message=_("An undone act names who undid it."),
            ),
        ]

    def __str__(self):
        return self.verb

    def get_undo_url(self) -> str:
        return reverse("history:undo", args=[self.pk])


class EventQuerySet(models.QuerySet):
    def about(self, subjects):
        """Keep the events of ``subjects``, pairs of (kind, id)."""
        wanted = Q(pk__in=[])
        by_kind = {}
        for kind, number in subjects:
            by_kind.setdefault(kind, []).append(number)
        for kind, numbers in by_kind.items():
            wanted |= Q(subject_kind=kind, subject_id__in=numbers)
        return self.filter(wanted)


class Event(models.Model):
    """What an act did to one record. Append-only; it outlives its subject, so it holds no key to
    it.

    ``changes`` maps a field to ``[before, after]``. A value is what JSON holds of it (an amount as
    text, a day as ``2026-11-23``); a record is ``{"id": 7, "name": "Bob"}``, its name frozen as it
    was shown then.
    """

    operation = models.ForeignKey(
        Operation, models.PROTECT, related_name="events", verbose_name=_("operation")
    )
    verb = models.CharField(_("verb"), max_length=40)
    subject_kind = models.CharField(_("kind of record"), max_length=20)
    subject_id = models.BigIntegerField(_("number of record"))
    title = models.CharField(_("title"), max_length=200)
    changes = models.JSONField(_("changes"), default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="history_event_subject"),
        ]

    def __str__(self):
        return f"{self.verb}: {self.title}"
