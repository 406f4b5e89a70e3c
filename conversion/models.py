"""Conversion, an act that replaced leads with deals, and ConvertedLead, the memory of a pair."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deals.models import Deal
from history.models import Operation
from leads.models import Lead
from pipelines.models import Stage


class Conversion(models.Model):
    """Leads replaced with deals in one act: where to, for whom, and how many."""

    operation = models.OneToOneField(Operation, models.PROTECT, related_name="conversion")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+", verbose_name=_("stage"))
    owner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Empty: each deal kept its lead's owner."),
    )
    size = models.PositiveIntegerField(_("number of leads"))

    class Meta:
        verbose_name = _("conversion")
        verbose_name_plural = _("conversions")

    def __str__(self):
        return f"{self.pk}"

    @property
    def by(self):
        return self.operation.by

    @property
    def at(self):
        return self.operation.at


class ConvertedLeadQuerySet(models.QuerySet):
    def standing(self):
        """Pairs whose deal stands for its lead now."""
        return self.filter(ended_at=None)

    def end_of(self, deals, *, at):
        """The deals with these ids stand for no lead any more."""
        self.standing().filter(deal_number__among=deals).update(ended_at=at)


class ConvertedLead(models.Model):
    """A lead and the deal that replaced it.

    The plain numbers stand beside the keys, so that the memory survives a purge. A pair ends when
    its conversion is undone, when its deal returns to the leads, or when that becomes part of
    another one; a pair without a conversion was born ended, when a deal that had never been a lead
    returned to the leads.
    """

    conversion = models.ForeignKey(
        Conversion, models.PROTECT, null=True, related_name="pairs", verbose_name=_("conversion")
    )
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="+")
    deal = models.ForeignKey(Deal, models.SET_NULL, null=True, related_name="+")
    lead_number = models.BigIntegerField(_("lead number"))
    deal_number = models.BigIntegerField(_("deal number"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = ConvertedLeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("converted lead")
        verbose_name_plural = _("converted leads")
        constraints = [
            models.UniqueConstraint(
                fields=["lead_number"],
                condition=Q(ended_at=None),
                name="conversion_convertedlead_one_deal_a_lead",
                violation_error_message=_("This lead has already become a deal."),
            ),
            models.UniqueConstraint(
                fields=["deal_number"],
                condition=Q(ended_at=None),
                name="conversion_convertedlead_one_lead_a_deal",
                violation_error_message=_("This deal already stands for a lead."),
            ),
            models.CheckConstraint(
                name="conversion_convertedlead_stands_by_a_conversion",
                condition=Q(conversion__isnull=False) | Q(ended_at__isnull=False),
                violation_error_message=_("A deal stands for a lead by a conversion."),
            ),
        ]
        indexes = [
            models.Index(fields=["lead_number"], name="conversion_pair_lead"),
            models.Index(fields=["deal_number"], name="conversion_pair_deal"),
        ]

    def __str__(self):
        return f"{self.lead_number} → {self.deal_number}"
