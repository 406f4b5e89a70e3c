"""What people type about contacts: the record itself, and the ways to reach a person."""

from contacts.forms.contacts import OrganizationForm, PersonForm
from contacts.forms.reaches import MOST_ROWS, REACH_FORMS

__all__ = ["MOST_ROWS", "REACH_FORMS", "OrganizationForm", "PersonForm"]
