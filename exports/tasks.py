"""Long lists are written by a job, and its files go after a week."""

from collections.abc import Iterator

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exports.formats import FORMATS
from exports.keeping import forget, put
from exports.registry import AT_A_TIME, EXPORTS
from exports.services import JOB
from jobs.models import Job
from jobs.registry import daily, job
from jobs.services import paced


@job(JOB, title=_("Export"))
def write(job, *, export, query, page, names, file_format):
    """Write the file; a second run writes it anew."""
    of, written_as, page = EXPORTS[export], FORMATS[file_format], QueryDict(page)
    columns = of.columns(page, job.by, names=names)
    told = Told(job, of.rows(of.chosen(QueryDict(query), job.by), columns, job.by))
    with put(job, written_as.suffix) as file:
        for piece in written_as.pieces(columns, told, str(of.title)):
            file.write(piece)
    return {
        "text": of.done(told.number) % {"count": told.number},
        "url": reverse("exports:file", args=[job.pk]),
    }


class Told:
    """Rows, of which the page of their job tells how many are written."""

    def __init__(self, job: Job, rows: Iterator):
        self.tell, self.rows, self.number = paced(job), rows, 0

    def __iter__(self):
        for row in self.rows:
            yield row
            self.number += 1
            if self.number % AT_A_TIME == 0:
                self.tell(self.number)


@daily("exports.forget")
def forget_old():
    forget(JOB)
