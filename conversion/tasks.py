"""Conversions larger than a request, as jobs that one may leave; and the purge of every night."""

import datetime
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from conversion.asking import asked_leads
from conversion.purge import KEPT_DAYS, purge_set_aside
from conversion.services import convert_leads
from conversion.services.converting import STEPS
from core.frozen import frozen
from jobs.models import Job
from jobs.registry import daily, job
from jobs.services import progress, start
from leads.inbox import FILTERS
from lists.selection import selection_fields
from pipelines.models import Pipeline, Stage

LARGEST_REQUEST = 5_000  # leads that are converted while the user waits


def start_conversion(
    query: QueryDict, *, into: Stage | Pipeline, owner, values: dict, token, by: User
) -> Job:
    """Let a job convert the leads that ``query`` asks for, as they are when it runs."""
    return start(
        "conversion.convert",
        by=by,
        of=STEPS,
        query=urlencode(selection_fields(query, *FILTERS)),
        stage=into.pk if isinstance(into, Stage) else None,
        pipeline=into.pk if isinstance(into, Pipeline) else None,
        owner=owner and owner.pk,
        values={key: frozen(value) for key, value in values.items()},
        token=str(token),
    )


@job("conversion.convert", title=_("Convert to deals"))
def convert(job, *, query, stage, pipeline, owner, values, token):
    """Convert in the job's own transaction; a second run answers with what the first one did."""
    conversion = convert_leads(
        asked_leads(QueryDict(query), job.by),
        # By number alone: where it was removed meanwhile, the service says so.
        into=Stage(pk=stage) if stage else Pipeline(pk=pipeline),
        owner=owner and User.objects.get(pk=owner),
        values=values,
        token=token,
        by=job.by,
        tell=lambda step: progress(job, step),
    )
    return {
        "text": converted_words(conversion.size),
        "url": reverse("deals:board", args=[conversion.stage.pipeline_id]),
        "undo": reverse("conversion:undo", args=[conversion.pk]),
    }


def converted_words(size: int) -> str:
    """One sentence for the toast and the job's page."""
    return ngettext("%(count)d lead converted.", "%(count)d leads converted.", size) % {
        "count": size
    }


@daily("conversion.purge")
def purge():
    """What was set aside a month ago goes for good."""
    purge_set_aside(before=timezone.now() - datetime.timedelta(days=KEPT_DAYS))
