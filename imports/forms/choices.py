"""What becomes of records that are there already, record by record."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.models import LostReason
from imports.choices import Archived, Empty, Known, has_number, offered
from imports.judging.preparing import chosen_of
from imports.models import Import

LABELS = {
    "organization": _("Organizations that are there already"),
    "person": _("People who are there already"),
    "product": _("Products that are there already"),
    "lead": _("Leads whose number is known"),
    "deal": _("Deals whose number is known"),
    "activity": _("Activities whose number is known"),
    "note": _("Notes whose number is known"),
}


class ChoicesForm(forms.Form):
    """One question for each kind of record that may be there already, and what follows from it."""

    def __init__(self, *args, one: Import, **kwargs):
        super().__init__(*args, initial=chosen_of(one), **kwargs)
        known = offered(one.kind, one.columns)
        for record, choices in known.items():
            self.ask(record, LABELS[record], [(each.value, each.label) for each in choices])
        if any(Known.UPDATE in choices for choices in known.values()):
            self.ask("empty", _("An empty cell of an update"), Empty.choices)
        if any(record in known and has_number(one.columns, record) for record in ("lead", "deal")):
            self.ask("archived", _("Archived leads and deals"), Archived.choices)

        if one.kind == "deal" and "deal.status" in {each.get("field") for each in one.columns}:
            reasons = LostReason.objects.active().filter(needs_comment=False).in_order()
            choices = [("", _("are refused if they need one"))]
            choices += [(str(each.pk), each.name) for each in reasons]
            self.ask("lost_reason", _("Lost deals without a reason"), choices)
            self.fields["lost_reason"].required = False

    def ask(self, name, label, choices):
        self.fields[name] = forms.ChoiceField(label=label, choices=choices)
