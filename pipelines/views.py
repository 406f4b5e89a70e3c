"""Settings: pipelines and their stages, put in order by buttons that need no script."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import may_configure, require
from core.errors import Missing
from core.references import references
from core.web import page, posted, redirect_after, refusals_on, toast
from deals.services.movement import empty_stage
from pipelines import services
from pipelines.forms import EmptyStageForm, PipelineForm, RequirementForm, StageForm
from pipelines.models import Pipeline, Requirement, Stage

STEPS = {"up": -1, "down": 1}


@require_GET
def pipelines(request):
    """All pipelines, those in use first."""
    require(may_configure(request.user))
    every = Pipeline.objects.in_order().prefetch_related("stages")
    context = {
        "pipelines": [each for each in every if not each.archived_at],
        "archived": [each for each in every if each.archived_at],
    }
    return page(request, "pipelines/list.html", context)


@require_http_methods(["GET", "POST"])
def add_pipeline(request):
    require(may_configure(request.user))
    form = PipelineForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            added = services.add_pipeline(Pipeline(**form.cleaned_data), by=request.user)
            toast(request, _("“%(name)s” is added. Now add its stages.") % {"name": added})
            return redirect_after(request, "pipelines:pipeline", added.pk)
    return page(request, "pipelines/add.html", {"form": form})


@require_http_methods(["GET", "POST"])
def pipeline(request, pk):
    """A pipeline's name and its stages."""
    require(may_configure(request.user))
    shown = get_object_or_404(Pipeline, pk=pk)
    form = PipelineForm(posted(request), instance=shown)
    if form.is_valid():
        services.rename_pipeline(shown, form.cleaned_data["name"], by=request.user)
        toast(request, _("“%(name)s” is saved.") % {"name": shown})
        return redirect_after(request, "pipelines:pipeline", pk)
    return pipeline_page(request, pk, form, RequirementForm(pipeline=shown))


def pipeline_page(request, pk, form, requirement_form, *, status=None):
    """A pipeline with its stages and what its deals need; either form may have been sent."""
    saved = Pipeline.objects.get(pk=pk)
    stages = saved.stages.in_order()
    required = saved.requirements.standing().select_related("field", "stage")
    context = {
        "form": form,
        "pipeline": saved,
        "stages": [each for each in stages if not each.archived_at],
        "archived": [each for each in stages if each.archived_at],
        "required": required.order_by("field__position", "field", "moment", "stage__position"),
        "requirement_form": requirement_form,
    }
    return page(request, "pipelines/pipeline.html", context, status=status)


@require_POST
def require_field(request, pk):
    of = wanted(request, Pipeline, pk)
    form = RequirementForm(request.POST, pipeline=of)
    if form.is_valid():
        field, (moment, stage) = form.cleaned_data["field"], form.cleaned_data["when"]
        with refusals_on(form):
            services.require_field(field, pipeline=of, moment=moment, stage=stage, by=request.user)
            toast(request, _("“%(field)s” is required.") % {"field": field})
            return redirect_after(request, "pipelines:pipeline", pk)
    return pipeline_page(request, pk, PipelineForm(instance=of), form, status=422)


@require_POST
def drop_requirement(request, pk):
    requirement = wanted(request, Requirement, pk)
    services.drop_requirement(requirement, by=request.user)
    toast(request, _("“%(field)s” is no longer required.") % {"field": requirement.field})
    return redirect_after(request, "pipelines:pipeline", requirement.pipeline_id)


@require_POST
def move_pipeline(request, pk):
    moved = wanted(request, Pipeline, pk)
    services.move_pipeline(moved, step(request), by=request.user)
    return redirect_after(request, "pipelines:list")


@require_POST
def make_default(request, pk):
    chosen = wanted(request, Pipeline, pk)
    services.make_default(chosen, by=request.user)
    toast(request, _("“%(name)s” is now the default pipeline.") % {"name": chosen})
    return redirect_after(request, "pipelines:list")


@require_POST
def archive_pipeline(request, pk):
    archived = wanted(request, Pipeline, pk)
    services.archive_pipeline(archived, by=request.user)
    toast(request, _("“%(name)s” is archived.") % {"name": archived})
    return redirect_after(request, "pipelines:list")


@require_POST
def restore_pipeline(request, pk):
    restored = wanted(request, Pipeline, pk)
    services.restore_pipeline(restored, by=request.user)
    toast(request, _("“%(name)s” is in use again.") % {"name": restored})
    return redirect_after(request, "pipelines:list")


@require_http_methods(["GET", "POST"])
def add_stage(request, pk):
    of = wanted(request, Pipeline, pk)
    form = StageForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            stage = Stage(pipeline=of, **form.cleaned_data)
            services.add_stage(stage, by=request.user)
            toast(request, _("“%(name)s” is added.") % {"name": stage})
            return redirect_after(request, "pipelines:pipeline", pk)
    return page(request, "pipelines/stage_add.html", {"form": form, "pipeline": of})


@require_http_methods(["GET", "POST"])
def change_stage(request, pk):
    stage = wanted(request, Stage, pk)
    form = StageForm(posted(request), instance=stage)
    if form.is_valid():
        with refusals_on(form):
            services.change_stage(stage, form.cleaned_data, by=request.user)
            toast(request, _("“%(name)s” is saved.") % {"name": stage})
            return redirect_after(request, "pipelines:pipeline", stage.pipeline_id)
    stage = Stage.objects.select_related("pipeline").get(pk=pk)
    return page(request, "pipelines/stage.html", {"form": form, "stage": stage})


@require_POST
def move_stage(request, pk):
    moved = wanted(request, Stage, pk)
    services.move_stage(moved, step(request), by=request.user)
    return redirect_after(request, "pipelines:pipeline", moved.pipeline_id)


@require_POST
def restore_stage(request, pk):
    restored = wanted(request, Stage, pk)
    services.restore_stage(restored, by=request.user)
    toast(request, _("“%(name)s” is in use again.") % {"name": restored})
    return redirect_after(request, "pipelines:pipeline", restored.pipeline_id)


@require_http_methods(["GET", "POST"])
def end_stage(request, pk):
    """Remove a stage that no deal ever entered; archive any other once its deals went elsewhere."""
    stage = wanted(request, Stage, pk)
    deals = references(stage, only="deals")
    form = EmptyStageForm(posted(request), stage=stage) if deals else None
    if request.method == "POST" and (form is None or form.is_valid()):
        if form is None:
            toast(request, end(stage, by=request.user))
            return redirect_after(request, "pipelines:pipeline", stage.pipeline_id)
        with refusals_on(form):
            toast(request, end(stage, into=form.cleaned_data["into"], by=request.user))
            return redirect_after(request, "pipelines:pipeline", stage.pipeline_id)
    context = {
        "form": form,
        "stage": stage,
        "deals": deals,
        "was_visited": services.was_visited(stage),
    }
    return page(request, "pipelines/stage_end.html", context)


@transaction.atomic
def end(stage, *, into=None, by):
    """End ``stage``, its deals moved ``into`` another one, and say what happened."""
    if into:
        empty_stage(stage, into=into, by=by)
    if not services.was_visited(stage):
        services.remove_stage(stage, by=by)
        return _("“%(name)s” is removed.") % {"name": stage}
    services.archive_stage(stage, by=by)
    return _("“%(name)s” is archived.") % {"name": stage}


def wanted(request, model, pk):
    require(may_configure(request.user))
    return get_object_or_404(model, pk=pk)


def step(request):
    """-1 or 1, from the button that was pressed."""
    if request.POST.get("direction") not in STEPS:
        raise Missing(_("There is no such direction."))
    return STEPS[request.POST["direction"]]
