"""Take an import back: what it created is set aside, what it updated says again what it said.

What others changed, converted or deleted since is left, and its trace says why; so are people and
organizations that other records name by now. Who insists takes back what was changed, too, as far
as they may delete it. It works once, a step at a time: each is one transaction, which writes where
it stands beside what it did, so that it goes on from there whatever happens.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_write, require
from core.errors import Refused
from history.models import Event, Operation
from history.services import begin, mark_undone
from history.signals import operation_undone
from history.undoing import undoing
from imports.holding import held
from imports.models import ExternalId, Import, Trace
from imports.restoring.looking_back import CHILDREN, RECORDS, traces_of
from imports.restoring.taking_back import VERB, Turn
from jobs.models import Job
from jobs.services import advance
from jobs.services import start as start_job
from projects.services.winning import take_back_started

JOB = "imports.revert"
AT_ONCE = 5_000  # records in a step
# First what was updated: a person is free to go once no record names them any more.
TURNS = (
    *((Trace.What.UPDATED, kind) for kind in RECORDS),
    *((Trace.What.CREATED, kind) for kind in (*CHILDREN, *RECORDS)),
)


class NothingToTakeBack(Refused):
    """It did not run, did nothing, or was taken back before."""

    status = 409


@transaction.atomic
def start(one: Import, *, insists: bool = False, by: User) -> Import:
    """Let a job take ``one`` back; one that is being taken back already stays as it is.

    ``insists``: what was changed since goes, too. From here on it counts as taken back: what it did
    is no news any more, and it is not taken back twice. Refused: ``Missing``, ``NotAllowed``,
    ``NothingToTakeBack``.
    """
    require(may_write(by))
    one = held(one, Import.objects.changeable_by(by))
    if is_under_way(one):
        return one
    if one.stage != Import.Stage.REVERTING:
        require_revertible(one)
        begin_taking_back(one, insists=insists, by=by)
    one.job = start_job(JOB, by=by, of=size_of(one), number=one.pk)
    one.stage = Import.Stage.REVERTING
    one.save(update_fields=["stage", "counts", "job"])
    return one


def begin_taking_back(one: Import, *, insists: bool, by: User) -> None:
    """Let what ``one`` did count as undone, and history tell so."""
    done = Operation.objects.select_for_update(no_key=True).get(pk=one.operation_id)
    with undoing(done):
        operation, _new = begin(VERB, by=by)
    Event.objects.create(
        operation=operation,
        verb=VERB,
        subject_kind="import",
        subject_id=one.pk,
        title=one.name[:200],
    )
    mark_undone(done, by=by)
    operation_undone.send(Operation, operation=done)
    take_back_started(done)
    state = {"operation": operation.pk, "insists": insists, "turn": 0, "after": 0, "step": 0}
    one.counts = one.counts | {"reverted": state}


def require_revertible(one: Import) -> None:
    if one.stage == Import.Stage.REVERTED:
        raise NothingToTakeBack(_("This import was taken back already."))
    if not may_be_reverted(one):
        raise NothingToTakeBack(_("There is nothing to take back."))


def may_be_reverted(one: Import) -> bool:
    """Whether ``one`` ran, did something, and still stands."""
    over = (Import.Stage.DONE, Import.Stage.CANCELLED, Import.Stage.FAILED)
    return one.stage in over and one.operation_id is not None


def is_under_way(one: Import) -> bool:
    """Whether a job is taking ``one`` back at this moment, or waits for its turn."""
    return one.stage == Import.Stage.REVERTING and not is_stuck(one)


def is_stuck(one: Import) -> bool:
    """Whether the job that was taking ``one`` back ended before it was through."""
    return one.stage == Import.Stage.REVERTING and (one.job is None or one.job.is_over)


def size_of(one: Import) -> int:
    """How many records it created or updated."""
    done = one.counts.get("done", {})
    return sum(done[kind].get(what, 0) for what, kind in TURNS if kind in done)


# --- The work -----------------------------------------------------------------------------------


def run(job: Job, number: int) -> None:
    """Take the import ``number`` back, one step after the other."""
    while step(job, number):
        pass


@transaction.atomic
def step(job: Job, number: int) -> bool:
    """Take the next records back, and say whether there is more to do."""
    one = held(Import(pk=number), Import.objects.all())
    if one.stage != Import.Stage.REVERTING or one.job_id != job.pk:
        return False
    state = one.counts["reverted"]
    if state["turn"] == len(TURNS):
        if goes_on := forget_numbers(one, state):
            one.save(update_fields=["counts"])
            return goes_on
        one.stage, one.finished_at = Import.Stage.REVERTED, timezone.now()
        one.save(update_fields=["stage", "finished_at"])
        return False
    what, kind = TURNS[state["turn"]]
    if numbers := next_numbers(one, kind, what, state["after"]):
        Turn(one, what, kind, by=job.by, at=timezone.now(), state=state).take_back(numbers)
        state |= {"after": numbers[-1], "step": state["step"] + len(numbers)}
    else:
        state |= {"after": 0, "turn": state["turn"] + 1}
    one.save(update_fields=["counts"])
    advance(job, state["step"])
    return True


def forget_numbers(one: Import, state: dict) -> bool:
    """Let the next records that were there before no longer be called what ``one`` called them, and
    say whether there may be more. What is left keeps its number, and so does what a later import
    from the same system found again.
    """
    known = ExternalId.objects.filter(of=one, pk__gt=state["after"]).order_by("pk")
    numbers = list(known.values_list("pk", flat=True)[:AT_ONCE])
    if not numbers:
        return False
    here = {"kind": OuterRef("kind"), "record_id": OuterRef("record_id")}
    later = Import.objects.filter(system=one.system, started_at__gt=one.started_at)
    later = later.exclude(stage__in=(Import.Stage.REVERTING, Import.Stage.REVERTED))
    others = list(later.values_list("pk", flat=True))
    is_left = Q(what=Trace.What.CREATED) | ~Q(left="")
    stays = Exists(Trace.objects.filter(is_left, of=one, **here))
    stays |= Exists(Trace.objects.filter(of__in=others, **here))
    ExternalId.objects.filter(~stays, pk__among=numbers).delete()
    state["after"] = numbers[-1]
    return True


def next_numbers(one: Import, kind: str, what: str, after: int) -> list[int]:
    traces = traces_of(one, kind, what).filter(record_id__gt=after).order_by("record_id")
    return list(traces.values_list("record_id", flat=True).distinct()[:AT_ONCE])


def told(one: Import) -> str:
    """What was taken back, in words."""
    state = one.counts["reverted"]
    removed, restored, left = (
        sum(state.get(did, {}).values()) for did in ("removed", "restored", "left")
    )
    sentences = [
        ngettext("%(count)s record removed.", "%(count)s records removed.", removed)
        % {"count": number_format(removed, force_grouping=True)}
    ]
    if restored:
        words = ngettext(
            "%(count)s says again what it said before.",
            "%(count)s say again what they said before.",
            restored,
        )
        sentences.append(words % {"count": number_format(restored, force_grouping=True)})
    if left:
        words = ngettext(
            "%(count)s is left: changed since, or in use.",
            "%(count)s are left: changed since, or in use.",
            left,
        )
        sentences.append(words % {"count": number_format(left, force_grouping=True)})
    return " ".join(sentences)
