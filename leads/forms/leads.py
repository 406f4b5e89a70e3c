"""A lead as people write it: to add one, and to change one, or a field of it."""

from django.utils.translation import gettext_lazy as _

from core.forms import OnceMixin
from opportunities.forms import ChangeMixin, OpportunityForm


class LeadForm(OpportunityForm):
    """The fields of a lead that people write."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "person" in self.fields:
            told = _("A lead has a person, an organization or both.")
            self.fields["person"].help_text = told


class AddLeadForm(OnceMixin, LeadForm):
    """A new lead; a person or an organization may be new with it, by a name nobody has yet."""

    may_create_contacts = True


class ChangeLeadForm(ChangeMixin, LeadForm):
    """A lead as it is."""
