"""Acts on more records than a request changes, and long files, as jobs that one may leave."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_write, require
from core.errors import Refused
from history.models import Operation
from jobs.models import Job
from jobs.registry import job
from jobs.services import progress, start
from lists.selection import has_grown, selection_fields
from opportunities.acts import Act, Acts, size_of
from opportunities.services import STEPS


class MoreByNow(Refused):
    """More records match when the job begins than its user had in mind."""

    status = 409


def start_act(
    on: Acts, act: Act, query: QueryDict, arguments: Mapping[str, Any], *, back: str, by: User
) -> Job:
    """Let a job do ``act`` to what ``query`` selects, as it is when it runs.

    ``back`` is the address of the list, where the result is seen.
    """
    require(may_write(by))
    return start(
        on.job_of(act),
        by=by,
        of=STEPS,
        query=urlencode([*selection_fields(query, *on.filters), ("count", query.get("count", ""))]),
        arguments=act.pack(arguments),
        back=back,
    )


def work_for(on: Acts) -> Callable[..., Job]:
    """Register a kind of job for each act, and answer with what starts one: called once by each
    app that has opportunities.
    """
    for act in on.acts:
        job(on.job_of(act), title=act.title)(_work(on, act))
    return partial(start_act, on)


def _work(on, act):
    def work(job, *, query, arguments, back):
        """Do the act in the job's own transaction, under the rights its user has by now."""
        asked = QueryDict(query)
        records = on.chosen(asked, job.by)
        refuse_more(asked, records.count())
        arguments = act.unpack(arguments)
        result = act.service(records, by=job.by, tell=lambda step: progress(job, step), **arguments)
        told = {"text": _("Nothing to change: they are like this already."), "url": back}
        if number := size_of(result):
            told["text"] = act.sentence(number, arguments)
        if isinstance(result, Operation):
            told["undo"] = result.get_undo_url()
        return told

    return work


def refuse_more(query: QueryDict, number: int) -> None:
    """Refuse when more match by now than the user said yes to."""
    if has_grown(query, number):
        raise MoreByNow(
            ngettext(
                "By now %(count)d record matches, more than you saw. Nothing was changed.",
                "By now %(count)d records match, more than you saw. Nothing was changed.",
                number,
            )
            % {"count": number}
        )
