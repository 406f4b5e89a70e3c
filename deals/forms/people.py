"""Who takes part in a deal, and in which role."""

from django.utils.translation import gettext_lazy as _

from contacts.models import Person
from core.forms import LineField, OnceMixin, RecordField
from core.seen import SeenMixin


class RoleField(LineField):
    """A role in a deal, in the words of whoever writes it; the page suggests some."""

    SUGGESTED = (
        _("Decision maker"),
        _("Influencer"),
        _("Champion"),
        _("Buyer"),
        _("End user"),
        _("Technical contact"),
        _("Legal"),
    )

    def __init__(self, **kwargs):
        super().__init__(label=_("Role"), max_length=60, required=False, **kwargs)
        self.widget.attrs["list"] = "roles"


class AddParticipantForm(OnceMixin):
    """Who else takes part in a deal, among the people one sees."""

    role = RoleField()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"] = RecordField(
            Person.objects.visible_to(user), url="contacts:person_options", label=_("Person")
        )
        self.order_fields(("person", "role"))


class RoleForm(SeenMixin):
    """The role of ``person``, who takes part in a deal."""

    role = RoleField()

    def __init__(self, *args, person, **kwargs):
        shown = {"role": person.role}
        super().__init__(*args, record=person, names=(), initial={}, also=shown, **kwargs)
