"""Any number of e-mail addresses and phone numbers, in rows: an emptied row is taken away."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import EmailAddress, PhoneNumber, Reach
from core.forms import LineField

BLANK_ROWS = 2
MOST_ROWS = 20


class ReachForm(forms.Form):
    """One row: the address or number, and its kind."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=Reach.Kind, initial=Reach.Kind.WORK, required=False
    )

    def clean_kind(self):
        return self.cleaned_data["kind"] or Reach.Kind.WORK


class EmailForm(ReachForm):
    text = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)

    def reach(self, **fields):
        return EmailAddress(address=self.cleaned_data["text"], **fields)


class PhoneForm(ReachForm):
    text = LineField(
        label=_("Phone number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )

    def reach(self, **fields):
        return PhoneNumber(number=self.cleaned_data["text"], **fields)


class BaseReachFormSet(forms.BaseFormSet):
    """The rows of one kind, and which of them is the primary one."""

    def __init__(self, *args, reaches=(), **kwargs):
        reaches = sorted(reaches, key=lambda reach: (not reach.is_primary, reach.pk))
        initial = [{"text": str(reach), "kind": reach.kind} for reach in reaches]
        super().__init__(*args, initial=initial, **kwargs)

    @property
    def primary(self):
        """The number of the row that is marked, as text: the first one unless another was."""
        return self.data.get(f"{self.prefix}-primary", "0") if self.is_bound else "0"

    def clean(self):
        seen = set()
        for form in self.forms:
            text = form.cleaned_data.get("text", "").casefold() if form.is_valid() else ""
            if text and text in seen:
                form.add_error("text", _("This is there twice."))
            seen.add(text)

    def reaches(self):
        """The rows that were filled in, as unsaved ways to reach somebody."""
        return [
            form.reach(kind=form.cleaned_data["kind"], is_primary=str(number) == self.primary)
            for number, form in enumerate(self.forms)
            if form.cleaned_data.get("text")
        ]


def reach_form_set(name, form):
    """The class of the form set whose fields begin with ``name``."""
    made = forms.formset_factory(
        form,
        formset=BaseReachFormSet,
        extra=BLANK_ROWS,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )
    made.get_default_prefix = classmethod(lambda cls: name)
    return made


REACH_FORMS = {"email_addresses": EmailForm, "phone_numbers": PhoneForm}
REACH_FORM_SETS = {name: reach_form_set(name, form) for name, form in REACH_FORMS.items()}
