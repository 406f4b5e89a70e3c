"""The phases that projects go through, a list that admins keep."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.validators import validate_line


class PhaseQuerySet(models.QuerySet):
    def active(self):
        """Phases that projects may enter."""
        return self.filter(archived_at=None)

    def in_order(self):
        return self.order_by("position", "pk")


class Phase(models.Model):
    """How far a project is: a column of the projects' board."""

    kind = "phase"  # how history names it

    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="projects_phase_name_once",
                violation_error_message=_("There is already a phase with this name."),
            ),
        ]

    def __str__(self):
        return self.name
