"""Begin to pack everything for an admin, and write down that they asked."""

from django.db import transaction

from accounts.models import User
from accounts.policies import may_administer, require
from history.services import begin, record
from jobs.models import Job
from jobs.services import start

JOB = "takeout.pack"


@transaction.atomic
def start_packing(*, by: User) -> Job:
    """Let a job pack everything for ``by``; the one that is at it already, if there is one.

    Refused: ``NotAllowed`` for who is no admin. The history remembers who took everything along.
    """
    require(may_administer(by))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two clicks wait for each other
    under_way = Job.objects.filter(kind=JOB, by=by, finished_at=None).first()
    if under_way is not None:
        return under_way
    operation, _is_new = begin("company.exported", by=by)
    record(operation, [by])
    return start(JOB, by=by)
