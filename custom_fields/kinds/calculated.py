"""The kind that nobody fills in: its formula gives its value, which is not kept anywhere."""

from django.utils.translation import gettext_lazy as _

from custom_fields.kinds.base import Kind


class Calculated(Kind):
    """Not one of ``KINDS``, which are what people fill in; no form, no door takes a value."""

    name, title, icon = "calculated", _("Calculated"), "sigma"
    wrong = _("This field is calculated. It cannot be filled in.")

    def stored(self, value, field):
        raise self.refusal()


CALCULATED = Calculated()
