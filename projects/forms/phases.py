"""A phase by its name, and where its projects go when it ends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import LineField
from projects.models import Phase


class PhaseForm(forms.ModelForm):
    name = LineField(label=_("Name"), max_length=80)

    class Meta:
        model = Phase
        fields = ["name"]


class EndPhaseForm(forms.Form):
    """Where the projects of a phase go."""

    into = forms.ModelChoiceField(
        label=_("Move its projects to"),
        queryset=Phase.objects.none(),
        empty_label=_("Choose a phase"),
    )

    def __init__(self, *args, phase, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Phase.objects.active().exclude(pk=phase.pk).in_order()
