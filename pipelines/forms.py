"""A pipeline and its stages as one page, what deals need, and where they go when a stage ends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import LineField
from core.seen import SeenMixin
from custom_fields.models import Field
from pipelines.models import Requirement, Stage


class PipelineForm(forms.Form):
    name = LineField(label=_("Name"), max_length=80)
    lost_needs_reason = forms.BooleanField(
        label=_("A lost deal needs a reason"), required=False, initial=True
    )
    won_starts_project = forms.BooleanField(
        label=_("A won deal starts a project"),
        required=False,
        help_text=_("Unless a project follows from it already."),
    )


class StageForm(forms.Form):
    """A stage by its name, with the chance of winning from there and the idle days it allows."""

    name = LineField(label=_("Name"), max_length=80)
    probability = forms.IntegerField(
        label=_("Probability, %"),
        min_value=0,
        max_value=100,
        initial=100,
        error_messages=dict.fromkeys(("min_value", "max_value"), _("From 0 to 100.")),
    )
    rotting_days = forms.IntegerField(
        label=_("Rots after, days"),
        min_value=1,
        max_value=9999,
        required=False,
        widget=forms.NumberInput({"placeholder": _("never")}),
        error_messages=dict.fromkeys(("min_value", "max_value"), _("From 1 to 9999.")),
    )


class ChangePipelineForm(SeenMixin, PipelineForm):
    def __init__(self, *args, pipeline, **kwargs):
        super().__init__(
            *args, record=pipeline, names=list(PipelineForm.base_fields), initial={}, **kwargs
        )


class ChangeStageForm(SeenMixin, StageForm):
    """A stage as it is; what is empty in ``rotting_days`` never rots."""

    def __init__(self, *args, stage, **kwargs):
        self.stage = stage
        super().__init__(
            *args,
            record=stage,
            names=list(StageForm.base_fields),
            initial={},
            prefix=f"stage-{stage.pk}",
            use_required_attribute=False,
            **kwargs,
        )


class SettingsForms:
    """The forms of a pipeline's page, which are sent as one: its own, one for each stage in use,
    and one for a stage to be added, which may stay empty.
    """

    def __init__(self, data, *, pipeline, stages):
        self.pipeline = ChangePipelineForm(data, pipeline=pipeline)
        self.stages = [
            # A stage that was added meanwhile was not on the page that was sent.
            ChangeStageForm(data if data and f"stage-{each.pk}-seen" in data else None, stage=each)
            for each in stages
        ]
        self.added = StageForm(
            data, prefix="new", empty_permitted=True, use_required_attribute=False
        )
        self.sent = [form for form in (self.pipeline, *self.stages) if form.is_bound]

    def are_valid(self):
        """Whether all are; each is asked, so that each says what is wrong."""
        return not self.wrong

    @property
    def wrong(self):
        """Those that say what is wrong, each with the stage that it is about."""
        return [
            (form, getattr(form, "stage", None))
            for form in (*self.sent, self.added)
            if form.is_bound and not form.is_valid()
        ]

    def tell_what_changed_meanwhile(self):
        for form in self.sent:
            form.tell_what_changed_meanwhile()


class RequirementForm(forms.Form):
    """A field that deals of a pipeline need, and when."""

    field = forms.ModelChoiceField(
        label=_("Field"), queryset=Field.objects.none(), empty_label=_("Choose a field")
    )
    when = forms.ChoiceField(label=_("Required for"))

    def __init__(self, *args, pipeline, **kwargs):
        super().__init__(*args, **kwargs)
        fields = Field.objects.filter(of=Field.Of.OPPORTUNITY).filled_in()
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


class EndStageForm(forms.Form):
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


class EndPipelineForm(forms.Form):
    """Where the deals of a pipeline go: all to one stage, or those of a stage to their own."""

    into = StageField(
        label=_("Move all deals to"),
        queryset=Stage.objects.none(),
        required=False,
        empty_label=_("Choose a stage"),
    )

    def __init__(self, *args, pipeline, holding, **kwargs):
        super().__init__(*args, **kwargs)
        targets = Stage.objects.active().exclude(pipeline=pipeline).in_order()
        targets = targets.select_related("pipeline")
        self.holding = holding
        self.fields["into"].queryset = targets
        for stage in holding:
            self.fields[f"into_{stage.pk}"] = StageField(
                label=_("Deals in “%(stage)s”") % {"stage": stage},
                queryset=targets,
                required=False,
                empty_label=_("as all others"),
            )

    @property
    def own_fields(self):
        """The field of each stage that holds deals."""
        return [(stage, self[f"into_{stage.pk}"]) for stage in self.holding]

    def clean(self):
        given = self.cleaned_data
        left = [each for each in self.holding if not given.get(f"into_{each.pk}")]
        if left and "into" not in self.errors and not given.get("into"):
            self.add_error("into", _("Choose where the deals go."))
        return given

    def goes(self):
        """The stage that the deals go to, by the id of the one they leave."""
        given = self.cleaned_data
        return {each.pk: given[f"into_{each.pk}"] or given["into"] for each in self.holding}
