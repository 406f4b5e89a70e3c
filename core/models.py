"""Timestamps, setting aside and plain text, as abstract models for records of every kind."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Timestamped(models.Model):
    """When a record was made and last changed. For people to read; no rule depends on it."""

    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True


class Plain(Func):
    """Text in lower case without accents, so that ``Élodie`` sorts and is found as ``elodie``.

    NFKD splits a letter from its marks; the marks are then dropped. Every step is immutable in
    PostgreSQL, so the database can keep the result in a generated column and index it.
    """

    template = "lower(regexp_replace(normalize(%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g'))"
    output_field = models.TextField()


def plain_column(source):
    """A column that the database itself keeps as the plain form of ``source``, another column or
    an expression over some.
    """
    return models.GeneratedField(
        expression=Plain(source), output_field=models.TextField(), db_persist=True
    )


def words_index(name, column="plain"):
    """An index over the words of the ``plain`` column, for finding whole words and prefixes."""
    return GinIndex(SearchVector(column, config="simple"), name=name)


class SetAsideQuerySet(models.QuerySet):
    """Records that may be set aside: kept out of sight for 30 days, then purged."""

    def deleted(self):
        """Every record that was set aside, whatever the reason."""
        return self.filter(deleted_at__isnull=False)

    def live(self):
        return self.filter(deleted_at=None)


class LiveManager(models.Manager):
    """The default manager: it does not know records that were set aside."""

    def get_queryset(self):
        return super().get_queryset().filter(deleted_at=None)


class SetAside(models.Model):
    """A record that is deleted by setting it aside, and can be brought back whole."""

    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("deleted by"),
    )

    class Meta:
        abstract = True
        base_manager_name = "everything"


LIVE = Q(deleted_at=None)
