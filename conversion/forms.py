"""Where converted leads go, and that each dialog is carried out once."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from conversion.queries import missing_fields
from core.forms import OnceMixin
from core.lookups import number_in
from custom_fields.entering import form_field
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
    # Not "owner": the filters of the selection travel in the same form, and one has that name. So
    # it is with custom fields.
    new_owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Each lead keeps its owner"),
    )

    def __init__(self, *arguments, leads, user, **keywords):
        super().__init__(*arguments, **keywords)
        stages = Stage.objects.active().select_related("pipeline").in_order()
        self.fields["pipeline"].queryset = Pipeline.objects.active().in_order()
        self.fields["stage"].queryset = stages
        self.fields["new_owner"].queryset = User.objects.who_may_own().order_by("name", "pk")
        self.asked = []
        if stage := self.chosen_stage(stages):
            self.asked = missing_fields(leads, stage)
        for field in self.asked:
            self.fields[f"new_{field.key}"] = form_field(field, user=user, is_required=True)

    def chosen_stage(self, stages):
        """The stage that this form names, the first one of the pipeline if it names none."""
        pipeline, stage = self["pipeline"].value(), self["stage"].value()
        if (number := number_in(str(stage))) is not None:
            return stages.filter(pk=number).first()
        number = number_in(str(getattr(pipeline, "pk", pipeline)))
        return None if number is None else stages.filter(pipeline=number).first()

    @property
    def asked_fields(self):
        """What the deals need and some leads lack: one answer for all of these."""
        return [self[f"new_{field.key}"] for field in self.asked]

    def answers(self):
        """One answer for each of them, by the keys of the fields."""
        return {field.key: self.cleaned_data[f"new_{field.key}"] for field in self.asked}

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
