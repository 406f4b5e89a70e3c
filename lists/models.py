"""SavedView, a list as somebody set it up under a name, and ChosenColumns, what they look at."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.models import Timestamped
from core.validators import validate_line


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep the views of ``user``, of their team where it is shared, and of everybody."""
        if not user.role:
            return self.none()
        wanted = Q(owner=user) | Q(audience=SavedView.Audience.EVERYONE)
        if user.team_id:
            wanted |= Q(audience=SavedView.Audience.TEAM, owner__team=user.team_id)
        return self.filter(wanted)

    def changeable_by(self, user):
        """Keep one's own views; an admin changes every view that is shared."""
        wanted = Q(owner=user)
        if user.is_admin:
            wanted |= ~Q(audience=SavedView.Audience.OWN)
        return self.visible_to(user).filter(wanted)


class SavedView(Timestamped):
    """A list's filters and order, as an address holds them, and its columns."""

    class Audience(models.TextChoices):
        OWN = "own", _("Only me")
        TEAM = "team", _("My team")
        EVERYONE = "everyone", _("Everyone")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner")
    )
    of = models.CharField(_("list"), max_length=20)
    name = models.CharField(_("name"), max_length=60, validators=[validate_line])
    query = models.CharField(_("filters and order"), max_length=4000, blank=True)
    columns = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    audience = models.CharField(_("shown to"), max_length=8, choices=Audience, default=Audience.OWN)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                "owner",
                "of",
                Lower("name"),
                name="lists_savedview_name_once",
                violation_error_message=_("You already have a view with this name."),
            ),
        ]

    def __str__(self):
        return self.name


class ChosenColumns(models.Model):
    """The columns that somebody looks at in a list, in their order, until they choose others."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    of = models.CharField(max_length=20)
    columns = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "of"],
                name="lists_chosencolumns_once",
                violation_error_message=_("There is one choice of columns for each list."),
            ),
        ]

    def __str__(self):
        return ", ".join(self.columns)
