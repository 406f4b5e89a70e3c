"""A stage or a pipeline ends: where do its deals go? And back into use."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.web import page, posted, redirect_after, refusals_on, toast
from deals.queries import held_by
from deals.services.emptying import end_pipeline as end_pipeline_of_deals
from deals.services.emptying import end_stage as end_stage_of_deals
from deals.tasks import LARGEST_REQUEST, ended_words, start_ending
from pipelines import services
from pipelines.forms import EndPipelineForm, EndStageForm
from pipelines.models import Pipeline, Stage
from pipelines.views.pipelines import wanted


@require_http_methods(["GET", "POST"])
def end_stage(request, pk):
    """Remove a stage that no deal ever entered; archive any other once its deals went elsewhere."""
    stage = wanted(request, Stage, pk)
    held = held_by([stage]).get(stage.pk)
    form = EndStageForm(posted(request), stage=stage) if held else None
    if request.method == "POST" and form is None:
        return stage_ended(request, stage, None, 0)
    if form is not None and form.is_valid():
        with refusals_on(form):
            return stage_ended(request, stage, form.cleaned_data["into"], held.all)
    context = {
        "form": form,
        "stage": stage,
        "held": held,
        "was_visited": Stage.objects.filter(pk=pk).visited().exists(),
    }
    return page(request, "pipelines/stage_end.html", context)


def stage_ended(request, stage, into, number):
    if number > LARGEST_REQUEST:
        job = start_ending(stage, {stage.pk: into}, by=request.user)
        return redirect_after(request, "jobs:detail", job.pk)
    is_kept = end_stage_of_deals(stage, into=into, by=request.user)
    toast(request, ended_words(stage, is_kept))
    return redirect_after(request, "pipelines:pipeline", stage.pipeline_id)


@require_http_methods(["GET", "POST"])
def end_pipeline(request, pk):
    """The same for a pipeline; each of its stages may send its deals elsewhere."""
    pipeline = wanted(request, Pipeline, pk)
    stages = list(pipeline.stages.in_order())
    held = held_by(stages)
    holding = [stage for stage in stages if stage.pk in held]
    for stage in holding:
        stage.held = held[stage.pk]
    form = EndPipelineForm(posted(request), pipeline=pipeline, holding=holding)
    if form.is_valid():
        with refusals_on(form):
            number = sum(each.all for each in held.values())
            return pipeline_ended(request, pipeline, form.goes(), number)
    context = {
        "form": form,
        "pipeline": pipeline,
        "was_visited": pipeline.stages.visited().exists(),
    }
    return page(request, "pipelines/end.html", context)


def pipeline_ended(request, pipeline, goes, number):
    if number > LARGEST_REQUEST:
        job = start_ending(pipeline, goes, by=request.user)
        return redirect_after(request, "jobs:detail", job.pk)
    is_kept = end_pipeline_of_deals(pipeline, into=goes, by=request.user)
    toast(request, ended_words(pipeline, is_kept))
    return redirect_after(request, "pipelines:list")


@require_POST
def restore_pipeline(request, pk):
    restored = wanted(request, Pipeline, pk)
    services.restore_pipeline(restored, by=request.user)
    toast(request, _("“%(name)s” is in use again.") % {"name": restored})
    return redirect_after(request, "pipelines:list")


@require_POST
def restore_stage(request, pk):
    restored = wanted(request, Stage, pk)
    services.restore_stage(restored, by=request.user)
    toast(request, _("“%(name)s” is in use again.") % {"name": restored})
    return redirect_after(request, "pipelines:pipeline", restored.pipeline_id)
