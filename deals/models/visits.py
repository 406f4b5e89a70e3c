"""Where a deal has been, and when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from deals.models.deal import Deal
from pipelines.models import Stage


class StageVisit(models.Model):
    """When a deal entered and left a stage. The visits of a deal form an unbroken chain."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="stage_visits")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="visits")
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("stage visit")
        verbose_name_plural = _("stage visits")
        constraints = [
            models.UniqueConstraint(
                fields=["deal"],
                condition=Q(left_at=None),
                name="deals_stagevisit_one_place",
                violation_error_message=_("A deal stands in one stage at a time."),
            ),
            models.CheckConstraint(
                name="deals_stagevisit_leaves_after_entering",
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")),
                violation_error_message=_("A deal leaves a stage after it entered it."),
            ),
        ]

    def __str__(self):
        return f"{self.deal_id} in {self.stage_id}"
