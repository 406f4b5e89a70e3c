"""A pipeline's name, a stage's figures, and where deals go when their stage ends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from custom_fields.models import Field
from pipelines.models import Pipeline, Requirement, Stage


class PipelineForm(forms.ModelForm):
    class Meta:
        model = Pipeline
        fields = ["name"]


class StageForm(forms.ModelForm):
    class Meta:
        model = Stage
        fields = ["name", "probability", "rotting_days"]


class RequirementForm(forms.Form):
    """A field that deals of a pipeline need, and when."""

    field = forms.ModelChoiceField(
        label=_("Field"), queryset=Field.objects.none(), empty_label=_("Choose a field")
    )
    when = forms.ChoiceField(label=_("Required for"))

    def __init__(self, *args, pipeline, **kwargs):
        super().__init__(*args, **kwargs)
        fields = Field.objects.filter(of=Field.Of.OPPORTUNITY)
        self.fields["field"].queryset = fields.in_order()
        self.stages = {f"enter:{each.pk}": each for each in pipeline.stages.active().in_order()}
        self.fields["when"].choices = [
            ("enter", _("Entering any stage")),
            *(
                (key, _("Entering “%(stage)s”") % {"stage": each})
                for key, each in self.stages.items()
            ),
            *(choice for choice in Requirement.Moment.choices if choice[0] != "enter"),
        ]

    def clean_when(self):
        """The moment, and the stage that is entered if it is one."""
        moment, _colon, _stage = self.cleaned_data["when"].partition(":")
        return Requirement.Moment(moment), self.stages.get(self.cleaned_data["when"])


class StageField(forms.ModelChoiceField):
    """A stage by its pipeline and its name."""

    def label_from_instance(self, stage):
        return f"{stage.pipeline} · {stage}"


class EmptyStageForm(forms.Form):
    """Where the deals of a stage go."""

    into = StageField(
        label=_("Move its deals to"),
        queryset=Stage.objects.none(),
        empty_label=_("Choose a stage"),
    )

    def __init__(self, *args, stage, **kwargs):
        super().__init__(*args, **kwargs)
        others = Stage.objects.active().exclude(pk=stage.pk).in_order()
        self.fields["into"].queryset = others.select_related("pipeline")
