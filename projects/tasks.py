"""Acts on more projects than a request changes are jobs, and so is the end of a full phase."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from jobs.models import Job
from jobs.registry import job
from jobs.services import progress, start
from opportunities.services import STEPS
from opportunities.tasks import work_for
from projects.acts import PROJECTS
from projects.models import Phase
from projects.services import end_phase

LARGEST_REQUEST = 5_000  # projects that move out of a phase while somebody waits

start_act = work_for(PROJECTS)


def start_ending(phase: Phase, into: Phase, *, by: User) -> Job:
    """Let a job end ``phase``, its projects moved ``into`` another one."""
    return start("phase.ended", by=by, of=STEPS, phase=phase.pk, into=into.pk)


@job("phase.ended", title=gettext_lazy("Remove a phase"))
def end_phase_in_job(job, *, phase, into):
    phase = Phase.objects.filter(pk=phase).first()
    if phase is None:
        return {}
    # By number alone: where it was removed meanwhile, the service says so.
    is_kept = end_phase(
        phase, into=Phase(pk=into), by=job.by, tell=lambda step: progress(job, step)
    )
    return {"text": ended_words(phase, is_kept), "url": reverse("projects:phases")}


def ended_words(phase: Phase, is_kept: bool) -> str:
    words = _("“%(name)s” is archived.") if is_kept else _("“%(name)s” is removed.")
    return words % {"name": phase}
