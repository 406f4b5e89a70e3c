"""The files of a deal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import LIVE
from deals.models.deal import Deal
from files.models import Attachment


class DealFile(Attachment):
    """A file that was attached to a deal: an offer, a drawing, a signed contract."""

    holder = "deal"

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="attached", verbose_name=_("deal"))

    class Meta(Attachment.Meta):
        verbose_name = _("file of a deal")
        verbose_name_plural = _("files of deals")
        indexes = [
            models.Index(fields=["deal", "-id"], condition=LIVE, name="deals_dealfile_newest"),
            models.Index(
                fields=["deleted_at"],
                condition=models.Q(deleted_at__isnull=False),
                name="deals_dealfile_deleted",
            ),
        ]
