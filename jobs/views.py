"""The page of a job: how far it is and how it ended, for whoever started it and for admins."""

from django.shortcuts import get_object_or_404
from django.utils.formats import number_format
from django.views.decorators.http import require_GET

from core.web import page
from jobs.models import Job
from jobs.registry import KINDS


@require_GET
def detail(request, number):
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=number)
    kind = KINDS.get(job.kind)
    context = {
        "job": job,
        "title": kind.title if kind else job.kind,
        "step": number_format(job.step, force_grouping=True),
        "of": number_format(job.of, force_grouping=True),
        # The news of the end goes to the live region of the page that is being looked at.
        "is_news": bool(request.htmx) and job.is_over,
    }
    return page(request, "jobs/detail.html", context, parts=["job"])
