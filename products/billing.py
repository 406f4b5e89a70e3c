"""How often something is billed, and how many times: a product by default, a line for good."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOST_CYCLES = 208  # four years of weeks


class Frequency(models.TextChoices):
    ONE_TIME = "one_time", _("One-time")
    WEEKLY = "weekly", _("Weekly")
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")
    HALF_YEARLY = "half_yearly", _("Half-yearly")
    YEARLY = "yearly", _("Yearly")


class Billed(models.Model):
    """What is billed once, or again and again: a number of times, or until it is cancelled."""

    frequency = models.CharField(
        _("billing"), max_length=11, choices=Frequency, default=Frequency.ONE_TIME
    )
    cycles = models.PositiveSmallIntegerField(
        _("cycles"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CYCLES)],
        help_text=_("How many times it is billed. Empty: until it is cancelled."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_once_has_no_cycles",
                condition=Q(cycles=None) | ~Q(frequency="one_time"),
                violation_error_message=_("What is billed once has no number of cycles."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_cycles_in_bounds",
                condition=Q(cycles=None) | Q(cycles__gte=1, cycles__lte=MOST_CYCLES),
                violation_error_message=_("Something is billed between 1 and 208 times."),
            ),
        ]

    @property
    def is_recurring(self):
        return self.frequency != Frequency.ONE_TIME
