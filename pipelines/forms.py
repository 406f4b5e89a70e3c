"""A pipeline's name, a stage's figures, and where deals go when their stage ends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pipelines.models import Pipeline, Stage


class PipelineForm(forms.ModelForm):
    class Meta:
        model = Pipeline
        fields = ["name"]


class StageForm(forms.ModelForm):
    class Meta:
        model = Stage
        fields = ["name", "probability", "rotting_days"]


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
