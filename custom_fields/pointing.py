"""The kind of field that points at a user; people and organizations are registered from above."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.errors import Missing
from custom_fields.kinds import PointingKind


class UserKind(PointingKind):
    name, title, icon = "user", gettext_lazy("User"), "user-round"
    model = User
    url = ""  # few enough for a plain list

    def choosable_by(self, user):
        return User.objects.filter(is_active=True).order_by("name", "pk")

    def pages_of(self, user):
        return User.objects.none()

    def hold(self, number):
        if not User.objects.filter(pk=number).exists():
            raise Missing(_("This user is no longer there."))
