"""Where deals go: to another stage, by the menu, by a drag, many together."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.lookups import LARGEST_ID, number_in
from deals.forms.needs import NeedsForm
from deals.models import Deal
from pipelines.models import Pipeline, Stage

NOT_USED = _("Deals cannot enter this stage any more. Choose another one.")


class StageField(forms.ModelChoiceField):
    """A stage that deals may enter, with the name of its pipeline where there are several."""

    def __init__(self, **kwargs):
        stages = Stage.objects.active().in_order().select_related("pipeline")
        super().__init__(queryset=stages, empty_label=None, **kwargs)
        self.choices = self.named

    def named(self):
        stages = list(self.queryset.all())
        is_one = len({stage.pipeline_id for stage in stages}) < 2
        return [
            (stage.pk, stage.name if is_one else f"{stage.pipeline.name} · {stage.name}")
            for stage in stages
        ]


class MoveForm(forms.Form):
    """Where a deal goes, and where it was seen."""

    stage = forms.ModelChoiceField(
        queryset=Stage.objects.active().select_related("pipeline"),
        error_messages={"required": _("Choose a stage."), "invalid_choice": NOT_USED},
    )
    left = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)
    after = forms.CharField(required=False)
    before = forms.CharField(required=False)

    def __init__(self, *args, deal, **kwargs):
        super().__init__(*args, **kwargs)
        self.deal = deal

    def clean_left(self):
        left = self.cleaned_data["left"]
        return {} if left is None else {self.deal.pk: left}

    def clean_after(self):
        return self.neighbour("after")

    def clean_before(self):
        return self.neighbour("before")

    def neighbour(self, name):
        """The deal beside which this one was dropped, not looked at yet: one that is gone by now,
        or hidden, is no reason to refuse the move.
        """
        pk = number_in(self.cleaned_data[name])
        return None if pk is None else Deal(pk=pk)


class DragForm(MoveForm):
    """Where a card was dropped: on the board on screen. Its ``deal`` knows the name of that stage,
    ``there``, if deals may enter it.
    """

    stage = forms.IntegerField(error_messages=MoveForm.base_fields["stage"].error_messages)

    def __init__(self, *args, board, **kwargs):
        super().__init__(*args, **kwargs)
        self.board = board

    def clean_stage(self):
        if self.deal.there is None:
            raise forms.ValidationError(NOT_USED)
        own = self.deal.stage.pipeline
        pipeline = own if own.pk == self.board else Pipeline(pk=self.board)
        return Stage(pk=self.cleaned_data["stage"], name=self.deal.there, pipeline=pipeline)


class MoveManyForm(NeedsForm):
    """Where deals go, of whatever pipelines they are."""

    stage = StageField(label=_("Stage"))
