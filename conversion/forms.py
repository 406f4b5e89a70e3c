"""Where converted leads go, and that each dialog is carried out once."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import OnceMixin
from pipelines.models import Pipeline, Stage


class StageChoices(forms.models.ModelChoiceIterator):
    """Stages under the name of their pipeline."""

    def __iter__(self):
        yield "", self.field.empty_label
        groups = {}
        for stage in self.queryset:
            groups.setdefault(stage.pipeline.name, []).append(self.choice(stage))
        yield from groups.items()


class StageField(forms.ModelChoiceField):
    iterator = StageChoices


class ConvertForm(OnceMixin):
    """Where to, and whose the deals will be."""

    pipeline = forms.ModelChoiceField(
        label=_("Pipeline"), queryset=Pipeline.objects.none(), empty_label=None
    )
    stage = StageField(
        label=_("Stage"),
        queryset=Stage.objects.none(),
        required=False,
        empty_label=_("The first stage of the pipeline"),
    )
    # Not "owner": the filters of the selection travel in the same form, and one has that name.
    new_owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Each lead keeps its owner"),
    )

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        stages = Stage.objects.active().select_related("pipeline").in_order()
        self.fields["pipeline"].queryset = Pipeline.objects.active().in_order()
        self.fields["stage"].queryset = stages
        self.fields["new_owner"].queryset = User.objects.who_may_own().order_by("name", "pk")

    def clean(self):
        stage, pipeline = self.cleaned_data.get("stage"), self.cleaned_data.get("pipeline")
        if stage and pipeline and stage.pipeline_id != pipeline.pk:
            self.add_error(
                "stage",
                ValidationError(
                    _("“%(stage)s” is not a stage of “%(pipeline)s”."),
                    params={"stage": stage, "pipeline": pipeline},
                ),
            )
        return self.cleaned_data
