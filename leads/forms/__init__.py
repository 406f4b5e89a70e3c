"""What people type about leads, one file for each thing they do."""

from leads.forms.leads import AddLeadForm, ChangeLeadForm, LeadForm

__all__ = ["AddLeadForm", "ChangeLeadForm", "LeadForm"]
