"""Acts on more leads than a request changes are jobs, and so are long exports."""

import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jobs.models import Job
from jobs.registry import daily, job
from jobs.services import progress
from leads.acts import LEADS
from leads.exporting import AT_A_TIME, JOB, KEPT_DAYS, columns_on, file_of, lines_of
from opportunities.tasks import work_for

start_act = work_for(LEADS)


@job(JOB, title=_("Export leads"))
def export(job, *, query, names):
    """Write the file; a second run writes it anew."""
    leads = LEADS.chosen(QueryDict(query), job.by)
    asked = QueryDict(mutable=True)
    asked["cols"] = ",".join(names)
    path, number = file_of(job), -1  # the first line holds the heads
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, line in enumerate(lines_of(leads, columns_on(asked, job.by), job.by)):
            file.write(line)
            if number % AT_A_TIME == 0:
                progress(job, number)
    told = ngettext("%(count)d lead exported.", "%(count)d leads exported.", number)
    return {
        "text": told % {"count": number},
        "url": reverse("leads:export_file", args=[job.pk]),
    }


@daily("leads.forget_exports")
def forget_exports():
    """The files of a week ago go; those that are older went on the nights before."""
    before = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    while_away = before - datetime.timedelta(days=KEPT_DAYS * 10)  # nobody may have run this
    for old in Job.objects.filter(kind=JOB, created_at__range=(while_away, before)):
        file_of(old).unlink(missing_ok=True)
