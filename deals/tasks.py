"""Acts on more deals than a request changes are jobs, and so is the end of a full stage."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from deals.acts import DEALS
from deals.services.emptying import end_pipeline, end_stage
from jobs.models import Job
from jobs.registry import job
from jobs.services import progress, start
from opportunities.services import STEPS
from opportunities.tasks import work_for
from pipelines.models import Pipeline, Stage

LARGEST_REQUEST = 5_000  # deals that move out of a stage while somebody waits

start_act = work_for(DEALS)


def start_ending(place: Stage | Pipeline, goes: dict[int, Stage], *, by: User) -> Job:
    """Let a job end ``place``, its deals moved from stage to stage as ``goes`` says by ids."""
    return start(
        f"{place._meta.model_name}.ended",
        by=by,
        of=STEPS,
        place=place.pk,
        goes=[(came_from, to.pk) for came_from, to in goes.items()],
    )


@job("stage.ended", title=gettext_lazy("Remove a stage"))
def end_stage_in_job(job, *, place, goes):
    stage = Stage.objects.filter(pk=place).first()
    if stage is None:
        return {}
    [(_came_from, into)] = goes
    # By number alone: where it was removed meanwhile, the service says so.
    is_kept = end_stage(
        stage, into=Stage(pk=into), by=job.by, tell=lambda step: progress(job, step)
    )
    url = reverse("pipelines:pipeline", args=[stage.pipeline_id])
    return {"text": ended_words(stage, is_kept), "url": url}


@job("pipeline.ended", title=gettext_lazy("Remove a pipeline"))
def end_pipeline_in_job(job, *, place, goes):
    pipeline = Pipeline.objects.filter(pk=place).first()
    if pipeline is None:
        return {}
    into = {came_from: Stage(pk=to) for came_from, to in goes}
    is_kept = end_pipeline(pipeline, into=into, by=job.by, tell=lambda step: progress(job, step))
    return {"text": ended_words(pipeline, is_kept), "url": reverse("pipelines:list")}


def ended_words(place: Stage | Pipeline, is_kept: bool) -> str:
    words = _("“%(name)s” is archived.") if is_kept else _("“%(name)s” is removed.")
    return words % {"name": place}
