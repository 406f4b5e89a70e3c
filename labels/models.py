"""Label and Channel: the words a company gives its records."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.validators import validate_line


class Label(models.Model):
    """A coloured word on a lead, a deal, a person or an organization."""

    class Hue(models.TextChoices):
        """Colours by name: the style sheet makes each readable on both themes."""

        RED = "red", _("red")
        ORANGE = "orange", _("orange")
        YELLOW = "yellow", _("yellow")
        OLIVE = "olive", _("olive")
        GREEN = "green", _("green")
        TEAL = "teal", _("teal")
        CYAN = "cyan", _("cyan")
        BLUE = "blue", _("blue")
        VIOLET = "violet", _("violet")
        PINK = "pink", _("pink")
        GREY = "grey", _("grey")

    name = models.CharField(_("name"), max_length=40, validators=[validate_line])
    hue = models.CharField(_("colour"), max_length=8, choices=Hue, default=Hue.BLUE)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="labels_label_name_once",
                violation_error_message=_("There is already a label with this name."),
            ),
        ]

    def __str__(self):
        return self.name


class Channel(models.Model):
    """A marketing channel through which records reach us: trade show, referral, campaign…"""

    name = models.CharField(_("name"), max_length=60, validators=[validate_line])
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="labels_channel_name_once",
                violation_error_message=_("There is already a channel with this name."),
            ),
        ]

    def __str__(self):
        return self.name
