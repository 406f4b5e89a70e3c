"""File, stored bytes, and Attachment, by which a record has one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.constraints import Unchanging
from core.models import LiveManager, SetAside, SetAsideQuerySet
from core.validators import validate_line
from files.sorts import Sort, sort_of


class File(models.Model):
    """Bytes that somebody sent, in the storage under a random ``key``; nothing here says of what
    record. Whoever made them up, ``type`` was decided by us.
    """

    NAME_LENGTH = 200

    key = models.CharField(_("place in the storage"), max_length=100, unique=True, editable=False)
    preview = models.CharField(
        _("place of the small picture"), max_length=100, blank=True, editable=False
    )
    name = models.CharField(_("file name"), max_length=NAME_LENGTH, validators=[validate_line])
    type = models.CharField(_("type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    checksum = models.CharField(_("SHA-256"), max_length=64, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            Unchanging(
                fields=["key", "type", "size", "checksum", "uploaded_by", "uploaded_at"],
                name="files_file_stays_as_it_came",
                violation_error_message=_("Of a file, only its name changes."),
            ),
            models.UniqueConstraint(
                fields=["preview"],
                condition=~Q(preview=""),
                name="files_file_preview_of_one",
                violation_error_message=_("A small picture belongs to one file."),
            ),
            models.CheckConstraint(
                name="files_file_is_not_empty",
                condition=Q(size__gt=0),
                violation_error_message=_("A file has at least one byte."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def sort(self) -> Sort:
        return sort_of(self.type)


class Attachment(SetAside):
    """A file of one record. Each app whose records have files makes it real, with the key
    ``holder`` to the record; its pages are the record's.
    """

    holder: str

    file = models.OneToOneField(
        File, models.PROTECT, related_name="%(class)s", verbose_name=_("file")
    )
    description = models.CharField(
        _("description"), max_length=500, blank=True, validators=[validate_line]
    )
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = LiveManager.from_queryset(SetAsideQuerySet)()
    everything = SetAsideQuerySet.as_manager()

    class Meta(SetAside.Meta):
        abstract = True

    def __str__(self):
        return self.file.name

    @classmethod
    def record_model(cls) -> type[models.Model]:
        """What such files belong to."""
        return cls._meta.get_field(cls.holder).related_model

    @property
    def record(self) -> models.Model:
        return getattr(self, self.holder)

    def get_absolute_url(self) -> str:
        """Where its bytes are, for those who may see its record."""
        return self.address("file")

    def get_preview_url(self) -> str:
        return self.address("file_preview")

    def get_change_url(self) -> str:
        return self.address("change_file")

    def get_delete_url(self) -> str:
        return self.address("delete_file")

    def address(self, name):
        record = getattr(self, f"{self.holder}_id")
        return reverse(f"{self.holder}s:{name}", args=[record, self.pk])
