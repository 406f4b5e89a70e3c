"""How deals end: won, lost for a reason, or reopened."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock
from core.errors import Refused
from core.frozen import frozen
from deals.models import Deal, LostReason
from deals.services.needs import complete
from deals.services.state import refuse_archived, refuse_closed
from deals.signals import deal_lost, deal_won
from history.models import Operation
from history.services import begin, changed, changed_again, gone_since, record
from history.undoing import undoes
from opportunities.services import LOCKED, WRITTEN, Tell, rows, silent
from pipelines.models import Requirement


class ReasonNeeded(Refused):
    """Where the pipeline says so, a lost deal names a reason as long as there are some; always one
    that is in use.
    """


class CommentNeeded(Refused):
    """Some reasons tell nothing without a comment."""


@transaction.atomic
def win_deals(
    deals, *, values: Mapping[str, Any] | None = None, by: User, tell: Tell = silent
) -> Operation | None:
    """Close ``deals`` as won, where they stand. Those won already keep their moment.

    The first win is remembered for good. ``values`` fill in what they still lack, see
    ``complete``. Refused: ``Missing``, ``NotAllowed``, ``DealArchived``, ``DealClosed`` for lost
    ones, which are reopened first, and ``FieldsMissing``.
    """
    closing = to_close(lock(deals, by=by), Deal.Status.WON)
    tell(LOCKED)
    complete(closing, Requirement.Moment.WON, values, by=by)
    if not closing:
        return None
    at = timezone.now()
    rows(closing).update(
        status=Deal.Status.WON,
        won_at=at,
        won_by=by,
        first_won_at=Coalesce(F("first_won_at"), at),
        idle_since=at,
        updated_at=at,
    )
    operation, _new = begin("deal.won", by=by)
    record(
        operation,
        closing,
        changes={"status": ["open", "won"], "won_at": changed(None, at)},
    )
    deal_won.send(Deal, deals=closing, by=by, operation=operation)
    tell(WRITTEN)
    return operation


@transaction.atomic
def lose_deals(
    deals,
    *,
    reason: LostReason | None,
    comment: str = "",
    values: Mapping[str, Any] | None = None,
    by: User,
    tell: Tell = silent,
) -> Operation | None:
    """Close ``deals`` as lost, where they stand. Those lost already keep their moment and reason.

    ``values`` fill in what they still lack, see ``complete``. Refused: ``Missing``, ``NotAllowed``,
    ``DealArchived``, ``ReasonNeeded``, ``CommentNeeded``, ``FieldsMissing``, and ``DealClosed`` for
    won ones, which are reopened first; ``ValidationError`` for a comment that is too long.
    """
    closing = to_close(lock(deals, by=by), Deal.Status.LOST)
    tell(LOCKED)
    complete(closing, Requirement.Moment.LOST, values, by=by)
    if not closing:
        return None
    reason = usable_reason(reason, closing)
    comment = Deal._meta.get_field("lost_comment").clean(comment.strip(), None)
    if reason and reason.needs_comment and not comment:
        raise CommentNeeded(_("“%(reason)s” needs a comment.") % {"reason": reason})
    at = timezone.now()
    rows(closing).update(
        status=Deal.Status.LOST,
        lost_at=at,
        lost_by=by,
        lost_reason=reason,
        lost_comment=comment,
        idle_since=at,
        updated_at=at,
    )
    operation, _new = begin("deal.lost", by=by)
    changes = {"status": ["open", "lost"], "lost_at": changed(None, at)}
    if reason:
        changes["lost_reason"] = changed(None, reason)
    if comment:
        changes["lost_comment"] = ["", comment]
    record(operation, closing, changes=changes)
    deal_lost.send(Deal, deals=closing, by=by)
    tell(WRITTEN)
    return operation


@transaction.atomic
def reopen_deals(deals, *, by: User, tell: Tell = silent) -> Operation | None:
    """Open won or lost ``deals`` again, where they stand; open ones stay as they are.

    When, by whom and why they were closed is cleared; the first win stays. Refused: ``Missing``,
    ``NotAllowed``, ``DealArchived``.
    """
    locked = lock(deals, by=by)
    refuse_archived(locked)
    tell(LOCKED)
    closed = [deal for deal in locked if not deal.is_open]
    if not closed:
        return None
    people = User.objects.in_bulk({deal.won_by_id or deal.lost_by_id for deal in closed})
    reasons = LostReason.objects.in_bulk({d.lost_reason_id for d in closed if d.lost_reason_id})
    set_open(closed)
    operation, _new = begin("deal.reopened", by=by)
    record(operation, closed, changes=lambda deal: what_is_cleared(deal, people, reasons))
    tell(WRITTEN)
    return operation


def to_close(locked, status):
    """Those of ``locked`` that are open; the rest must have ended just so."""
    refuse_archived(locked)
    refuse_closed(deal for deal in locked if deal.status != status)
    return [deal for deal in locked if deal.is_open]


def need_reason(deals: QuerySet[Deal]) -> bool:
    """Whether the pipeline of one of ``deals`` wants to know why they were lost. One statement."""
    return deals.order_by().filter(stage__pipeline__lost_needs_reason=True).exists()


def usable_reason(reason, deals):
    """``reason`` as it is now, held so that nobody removes it meanwhile."""
    in_use = LostReason.objects.active()
    if reason is None:
        found = None
        is_needed = need_reason(rows(deals)) and in_use.exists()
    else:
        found = in_use.filter(pk=reason.pk).select_for_update(no_key=True).first()
        is_needed = found is None
    if is_needed:
        raise ReasonNeeded(_("Choose a reason from the list."))
    return found


def set_open(deals, **more):
    at = timezone.now()
    rows(deals).update(
        status=Deal.Status.OPEN,
        won_at=None,
        won_by=None,
        lost_at=None,
        lost_by=None,
        lost_reason=None,
        lost_comment="",
        idle_since=at,
        updated_at=at,
        **more,
    )


def what_is_cleared(deal, people, reasons):
    """The outcome of ``deal`` as history keeps it: enough to put it back."""
    changes = {"status": [deal.status, "open"]}
    if deal.won_at:
        return changes | {
            "won_at": changed(deal.won_at, None),
            "won_by": changed(people[deal.won_by_id], None),
        }
    changes |= {
        "lost_at": changed(deal.lost_at, None),
        "lost_by": changed(people[deal.lost_by_id], None),
    }
    if deal.lost_reason_id:
        changes["lost_reason"] = changed(reasons[deal.lost_reason_id], None)
    if deal.lost_comment:
        changes["lost_comment"] = [deal.lost_comment, ""]
    return changes


# --- Undo --------------------------------------------------------------------------------------


@undoes("deal.won", "deal.lost")
def undo_closing(operation: Operation, *, by: User) -> None:
    """Open the deals again, unless they were reopened or closed anew since."""
    events = {event.subject_id: event for event in operation.events.all()}
    locked = lock(Deal.everything.filter(pk__in=events), by=by)
    refuse_archived(locked)
    [outcome] = {event.changes["status"][1] for event in events.values()}
    for deal in locked:
        if frozen(getattr(deal, f"{outcome}_at")) != events[deal.pk].changes[f"{outcome}_at"][1]:
            raise changed_again([deal])
    first = [deal for deal in locked if deal.won_at and deal.first_won_at == deal.won_at]
    reopen_deals(locked, by=by)
    if first:
        rows(first).update(first_won_at=None)


@undoes("deal.reopened")
def undo_reopening(operation: Operation, *, by: User) -> None:
    """Close the deals as they were closed before, with the moment, the person and the reason."""
    events = {event.subject_id: event.changes for event in operation.events.all()}
    locked = lock(Deal.everything.filter(pk__in=events), by=by)
    refuse_archived(locked)
    groups = {}
    for deal in locked:
        if not deal.is_open:
            raise changed_again([deal])
        former = {name: pair[0] for name, pair in events[deal.pk].items()}
        groups.setdefault(repr(sorted(former.items())), (former, []))[1].append(deal)
    for former, deals in groups.values():
        if reason := former.get("lost_reason"):
            hold_former(reason)
        close_again(deals, former, by=by)


def hold_former(reason):
    """Hold the reason of a former loss, archived or not; it may have been removed since."""
    kept = LostReason.objects.filter(pk=reason["id"]).select_for_update(no_key=True)
    if not kept.values_list("pk"):
        raise gone_since(reason["name"])


def close_again(deals, former, *, by):
    columns = {
        f"{name}_id" if isinstance(value, dict) else name: (
            value["id"] if isinstance(value, dict) else value
        )
        for name, value in former.items()
    }
    rows(deals).update(**columns, updated_at=timezone.now())
    operation, _new = begin(f"deal.{former['status']}", by=by)
    record(
        operation,
        deals,
        changes={
            name: ["open" if name == "status" else None, value] for name, value in former.items()
        },
    )
