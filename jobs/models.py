"""Job: long work that one may leave and come back to."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep the jobs ``user`` started; an admin sees everybody's."""
        return self if user.is_admin else self.filter(by=user)


class Job(models.Model):
    """What is to be done, for whom, how far it is, and how it ended."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    arguments = models.JSONField(_("arguments"), default=dict)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    step = models.PositiveIntegerField(_("step"), default=0)
    of = models.PositiveIntegerField(_("of"), default=0)
    # How many workers died at it since it last committed a step.
    interruptions = models.PositiveSmallIntegerField(_("interruptions"), default=0, db_default=0)
    result = models.JSONField(_("result"), default=dict)
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self):
        return self.kind

    def get_absolute_url(self):
        return reverse("jobs:detail", args=[self.pk])

    @property
    def is_over(self):
        return self.status in (self.Status.DONE, self.Status.FAILED)
