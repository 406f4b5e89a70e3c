"""Who takes part in a deal beside its primary contact."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.validators import validate_line
from deals.models.deal import Deal


class Participant(models.Model):
    """A person who takes part in a deal, perhaps in a role.

    The deal's own person is its primary contact, whether a row here names them or not: such a row
    tells their role, and lets them go on taking part when somebody else becomes the primary one.
    """

    # Whose record it is part of: a person is not deleted as long as that one names them.
    part_of = "deal"

    deal = models.ForeignKey(
        Deal, models.CASCADE, related_name="participants", verbose_name=_("deal")
    )
    person = models.ForeignKey(
        "contacts.Person",
        models.PROTECT,
        related_name="participations",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=60, blank=True, validators=[validate_line])
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "person"],
                name="deals_participant_once",
                violation_error_message=_("This person takes part in the deal already."),
            ),
        ]

    def __str__(self):
        return f"{self.person_id} in {self.deal_id}"
