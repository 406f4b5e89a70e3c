"""Which deals became one."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history.models import Operation


class MergedDeal(models.Model):
    """A deal that is part of another one now. Plain numbers: they outlive both records.

    Where that other one is merged in its turn, this row follows it, so that there is no chain.
    """

    operation = models.ForeignKey(
        Operation, models.PROTECT, related_name="merged_deals", verbose_name=_("operation")
    )
    deal_number = models.BigIntegerField(_("deal number"))
    into_number = models.BigIntegerField(_("number of the deal it is part of"))

    class Meta:
        verbose_name = _("merged deal")
        verbose_name_plural = _("merged deals")
        constraints = [
            models.UniqueConstraint(
                fields=["deal_number"],
                name="deals_mergeddeal_once",
                violation_error_message=_("This deal is part of another one already."),
            ),
            models.CheckConstraint(
                name="deals_mergeddeal_into_another",
                condition=~Q(deal_number=F("into_number")),
                violation_error_message=_("A deal cannot be merged into itself."),
            ),
        ]
        indexes = [models.Index(fields=["into_number"], name="deals_mergeddeal_into")]

    def __str__(self):
        return f"{self.deal_number} → {self.into_number}"
