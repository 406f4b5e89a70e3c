"""A field and an option, as those who configure type them."""

from copy import copy

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import TextField
from custom_fields.entering import OptionLinesField
from custom_fields.formulas.checking import MOST_PLACES
from custom_fields.formulas.names import as_written
from custom_fields.formulas.parsing import MOST_TYPED
from custom_fields.kinds import KINDS
from custom_fields.models import Field, Option


class ChangeFieldForm(forms.ModelForm):
    """What may change of a field: not its kind, nor what it is a field of."""

    class Meta:
        model = Field
        fields = ["name", "help_text", "group", "is_required"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["data-focus"] = True
        self.fields["is_required"].help_text = (
            _("Asked for in the forms of leads. What a deal needs, its pipeline says.")
            if self.instance.of == Field.Of.OPPORTUNITY
            else _("Asked for in forms.")
        )


class AddFieldForm(ChangeFieldForm):
    """A new field, with the options of a choice as lines."""

    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: kind_choices())
    lines = OptionLinesField()

    class Meta(ChangeFieldForm.Meta):
        fields = ["name", "kind", "lines", "help_text", "group", "is_required"]

    field_order = ["name", "kind", "lines", "help_text", "group", "is_required"]

    def clean(self):
        given = super().clean()
        kind = KINDS.get(given.get("kind"))
        if kind and given.get("lines") and not kind.has_options:
            self.add_error("lines", _("Only a choice has options."))
        if kind and kind.has_options and not given.get("lines") and "lines" not in self.errors:
            self.add_error("lines", _("Write at least one option."))
        return given


class CalculatedForm(forms.ModelForm):
    """A calculated field. Whether its formula can work, the service says."""

    formula = TextField(
        label=_("Formula"),
        max_length=MOST_TYPED,
        widget=forms.Textarea(
            {"rows": 3, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}
        ),
        help_text=_("Like value * 0.08 + 500. The names that can be used stand below."),
    )
    is_money = forms.TypedChoiceField(
        label=_("Result"),
        choices=[
            ("number", _("A number")),
            ("money", _("An amount, in the currency of the deal")),
        ],
        coerce=lambda chosen: chosen == "money",
    )
    digits = forms.IntegerField(
        label=_("Decimals"),
        min_value=0,
        max_value=MOST_PLACES,
        initial=2,
        error_messages=dict.fromkeys(("min_value", "max_value"), _("From 0 to 6.")),
        help_text=_("The result is rounded to these."),
    )

    class Meta:
        model = Field
        fields = ["name", "help_text", "group"]

    field_order = ["name", "formula", "is_money", "digits", "help_text", "group"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["data-focus"] = True
        field = self.instance
        if field.pk:
            self.initial |= {
                "formula": as_written(field),
                "is_money": "money" if field.is_money else "number",
                "digits": field.digits,
            }

    def written(self) -> Field:
        """The field with what was typed as far as it is right, for a trial."""
        self.is_valid()
        found = copy(self.instance)
        if not self.is_bound:
            found.formula = self.initial.get("formula", "")
            return found
        found.formula = self.cleaned_data.get("formula", "")
        for name in ("is_money", "digits"):
            setattr(found, name, self.cleaned_data.get(name, getattr(found, name)))
        return found


class OptionForm(forms.ModelForm):
    class Meta:
        model = Option
        fields = ["name"]


def kind_choices():
    return [(kind.name, kind.title) for kind in KINDS.values()]
