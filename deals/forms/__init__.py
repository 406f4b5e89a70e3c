"""What people type about deals, one file for each thing they do."""

from deals.forms.deals import AddDealForm, ChangeDealForm, DealForm
from deals.forms.ending import LostForm
from deals.forms.expecting import ExpectForm
from deals.forms.lines import AddLineForm, LineForm, TermsForm, ValueForm
from deals.forms.moving import DragForm, MoveForm, MoveManyForm
from deals.forms.needs import NeedsForm
from deals.forms.people import AddParticipantForm, RoleField, RoleForm

__all__ = [
    "AddDealForm",
    "AddLineForm",
    "AddParticipantForm",
    "ChangeDealForm",
    "DealForm",
    "DragForm",
    "ExpectForm",
    "LineForm",
    "LostForm",
    "MoveForm",
    "MoveManyForm",
    "NeedsForm",
    "RoleField",
    "RoleForm",
    "TermsForm",
    "ValueForm",
]
