"""Where projects go: to another phase, by the menu, by a drag, many together."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.lookups import LARGEST_ID, number_in
from projects.models import Phase, Project

NOT_USED = _("Projects cannot enter this phase any more. Choose another one.")


class PhaseField(forms.ModelChoiceField):
    """A phase that projects may enter."""

    def __init__(self, **kwargs):
        told = {
            "required": _("Choose a phase."),
            "invalid_choice": NOT_USED,
        }
        phases = Phase.objects.active().in_order()
        super().__init__(queryset=phases, empty_label=None, error_messages=told, **kwargs)


class MoveForm(forms.Form):
    """Where a project goes, and where it was seen."""

    phase = PhaseField()
    left = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)
    after = forms.CharField(required=False)
    before = forms.CharField(required=False)

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.project = project

    def clean_left(self):
        left = self.cleaned_data["left"]
        return {} if left is None else {self.project.pk: left}

    def clean_after(self):
        return self.neighbour("after")

    def clean_before(self):
        return self.neighbour("before")

    def neighbour(self, name):
        """The project beside which this one was dropped, not looked at yet: one that is gone by
        now, or hidden, is no reason to refuse the move.
        """
        pk = number_in(self.cleaned_data[name])
        return None if pk is None else Project(pk=pk)


class DragForm(MoveForm):
    """Where a card was dropped. Its ``project`` knows the name of that phase, ``there``, if
    projects may enter it.
    """

    phase = forms.IntegerField(error_messages={"required": _("Choose a phase.")})

    def clean_phase(self):
        if self.project.there is None:
            raise forms.ValidationError(NOT_USED)
        return Phase(pk=self.cleaned_data["phase"], name=self.project.there)


class MoveManyForm(forms.Form):
    """Where projects go, from whatever phases."""

    phase = PhaseField(label=_("Phase"))
