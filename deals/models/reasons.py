"""Why deals are lost, out of a list that admins keep."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.validators import validate_line


class LostReasonQuerySet(models.QuerySet):
    def active(self):
        return self.filter(archived_at=None)

    def in_order(self):
        return self.order_by("position", "pk")


class LostReason(models.Model):
    """Why a deal was lost, out of a list that admins keep."""

    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    needs_comment = models.BooleanField(
        _("needs a comment"),
        default=False,
        help_text=_("Whoever chooses it has to say more: “Other” alone tells nothing."),
    )
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = LostReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lost reason")
        verbose_name_plural = _("lost reasons")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="deals_lostreason_name_once",
                violation_error_message=_("There is already a lost reason with this name."),
            ),
        ]

    def __str__(self):
        return self.name
