"""Lead, a possible sale that nobody has qualified yet; which leads became one; which stay two."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import LiveManager, Visibility
from core.models import LIVE, words_index
from history.models import Operation
from opportunities.models import Opportunity, OpportunityQuerySet


class LeadQuerySet(OpportunityQuerySet):
    def in_inbox(self):
        return self.filter(archived_at=None)

    def unseen(self):
        return self.filter(seen_at=None)

    def convertible_by(self, user):
        """Keep the leads ``user`` may convert: whatever they may change, out of the archive."""
        return self.live().not_archived().changeable_by(user)

    def for_table(self):
        """Fetch all that a row of the inbox shows, and nothing else."""
        return self.select_related("person", "organization", "owner", "channel").prefetch_related(
            "labels"
        )

    def for_panel(self):
        """Fetch all that a lead's own panel shows, its person's addresses and numbers included."""
        people = ("person__email_addresses", "person__phone_numbers")
        named = ("person", "organization", "owner", "channel", "archived_by", "created_by")
        return self.select_related(*named).prefetch_related(*people)


class Lead(Opportunity):
    """A possible sale, kept in the inbox until it is converted, archived or deleted."""

    kind = "lead"

    seen_at = models.DateTimeField(_("seen"), null=True, blank=True, editable=False)

    objects = LiveManager.from_queryset(LeadQuerySet)()
    everything = LeadQuerySet.as_manager()

    class Meta(Opportunity.Meta):
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        # The inbox walks along the first; the second holds all that its count asks for, so that a
        # rep who sees few of many leads is counted from the index alone.
        indexes = [
            models.Index(
                fields=["next_activity_on", "-id"],
                condition=LIVE & models.Q(archived_at=None),
                name="leads_inbox_next_step",
            ),
            models.Index(
                fields=["owner", "next_activity_on", "-id"],
                include=["visibility"],
                condition=LIVE & models.Q(archived_at=None),
                name="leads_inbox_owner",
            ),
            # What everyone may see: beside the index over owners, it lets the database gather the
            # leads of a rep who sees few of many, instead of walking past all the others.
            models.Index(
                fields=["id"],
                condition=LIVE & models.Q(visibility=Visibility.EVERYONE),
                name="leads_shared",
            ),
            models.Index(
                fields=["-archived_at", "-id"],
                condition=LIVE & models.Q(archived_at__isnull=False),
                name="leads_archive",
            ),
            models.Index(
                fields=["-deleted_at", "-id"],
                condition=models.Q(deleted_at__isnull=False),
                name="leads_deleted",
            ),
            # The order in which people read each first; the other one sorts ties as it goes.
            models.Index(fields=["plain", "-id"], condition=LIVE, name="leads_title"),
            models.Index(fields=["created_at", "id"], condition=LIVE, name="leads_created"),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="leads_updated"),
            models.Index(fields=["value", "id"], condition=LIVE, name="leads_value"),
            models.Index(fields=["expected_close_on", "-id"], condition=LIVE, name="leads_close"),
            words_index("leads_words"),
            GinIndex(fields=["custom"], name="leads_custom", opclasses=["jsonb_path_ops"]),
        ]

    def get_absolute_url(self):
        return reverse("leads:detail", args=[self.pk])

    @property
    def is_unseen(self):
        return self.seen_at is None


class MergedLead(models.Model):
    """A lead that is part of another one now. Plain numbers: they outlive both records.

    Where that other one is merged in its turn, this row follows it, so that there is no chain.
    """

    operation = models.ForeignKey(
        Operation, models.PROTECT, related_name="merged_leads", verbose_name=_("operation")
    )
    lead_number = models.BigIntegerField(_("lead number"))
    into_number = models.BigIntegerField(_("number of the lead it is part of"))

    class Meta:
        verbose_name = _("merged lead")
        verbose_name_plural = _("merged leads")
        constraints = [
            models.UniqueConstraint(
                fields=["lead_number"],
                name="leads_mergedlead_once",
                violation_error_message=_("This lead is part of another one already."),
            ),
            models.CheckConstraint(
                name="leads_mergedlead_into_another",
                condition=~models.Q(lead_number=models.F("into_number")),
                violation_error_message=_("A lead cannot be merged into itself."),
            ),
        ]
        indexes = [models.Index(fields=["into_number"], name="leads_mergedlead_into")]

    def __str__(self):
        return f"{self.lead_number} → {self.into_number}"


class SeparateLeads(models.Model):
    """Two leads of which somebody said that they are no duplicates; the older one comes first."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    other = models.ForeignKey(Lead, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("separate leads")
        verbose_name_plural = _("separate leads")
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "other"],
                name="leads_separateleads_once",
                violation_error_message=_("These leads are kept separate already."),
            ),
            models.CheckConstraint(
                name="leads_separateleads_in_order",
                condition=models.Q(lead__lt=models.F("other")),
                violation_error_message=_("Separate leads are two, the older one first."),
            ),
        ]

    def __str__(self):
        return f"{self.lead_id} ≠ {self.other_id}"
