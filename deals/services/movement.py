"""Deals move: to another stage, to another place in their column."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock, named
from core.errors import Stale
from core.ordering import rank_first
from deals.models import Deal
from deals.services.needs import complete
from deals.services.opening import lock_stage, lock_stages, refuse_unusable
from deals.services.state import refuse_archived, refuse_closed
from history.models import Operation
from history.services import begin, changed, record
from history.undoing import undoes
from lists.placing import NoRoom, put_in_order, rank_beside, ranks_in_order, room, spread
from opportunities.services import LOCKED, WRITTEN, Tell, silent
from pipelines.models import Requirement, Stage


def move_deals(
    deals,
    *,
    to: Stage,
    left: dict[int, int] | None = None,
    after: Deal | None = None,
    before: Deal | None = None,
    values: Mapping[str, Any] | None = None,
    by: User,
    tell: Tell = silent,
) -> Operation | None:
    """Move open ``deals`` to stage ``to``: to the top of its column, in the order they had.

    One deal may be put right behind the deal ``after``, or else right before ``before``; neighbours
    that stand elsewhere meanwhile are ignored. ``left`` says in which stage (by id) the writer saw
    each deal. Moving to where a deal stands changes its place in the column and records nothing.
    Each move ends the stage visit, begins the next and can be undone. ``values`` fill in what the
    stage requires and they still lack, see ``complete``.

    Refused: ``Missing``, ``NotAllowed``, ``StageArchived``, ``DealClosed``, ``DealArchived``, and
    ``Stale`` with both stages when a deal left the stage in which the writer saw it;
    ``FieldsMissing`` when one lacks what the stage requires.
    """
    neighbours = {"after": after, "before": before} if after or before else {}
    move = partial(carry_out, deals, to=to, left=left or {}, values=values, by=by, tell=tell)
    try:
        return move(neighbours)
    except NoRoom:  # all is as it was, and nothing is locked
        return move(neighbours, makes_room=True)


@transaction.atomic
def carry_out(deals, neighbours, *, to, left, values, by, tell, makes_room=False):
    """Move ``deals``, see ``move_deals``; ``NoRoom`` unless the column gets short ranks first."""
    lock_stage(to)
    if makes_room:
        spread(column_of(to), deals)
    locked = lock(deals, by=by)
    tell(LOCKED)
    neighbours = neighbours if len(locked) == 1 else {}
    stages = stages_of(locked, to, by=by, **neighbours)
    to = refuse_unusable(stages.get(to.pk))
    refuse_archived(locked)
    refuse_closed(locked)
    refuse_moved_meanwhile(locked, left, to)
    moving = {deal.pk: to for deal in locked if deal.stage_id != to.pk}
    if to.asks or values:
        lacking = [deal for deal in locked if deal.pk in moving]
        complete(lacking, Requirement.Moment.ENTER, values, to=to, by=by)
    at = timezone.now()
    ranks = ranks_in_order(locked, rank_first(at))
    if neighbours:
        ranks = {locked[0].pk: rank_beside(to, at=at)}
    if not moving:
        put_in_order(Deal, ranks)
        return None
    operation = enter(moving, locked, ranks, left=stages, by=by, at=at)
    tell(WRITTEN)
    return operation


@undoes("deal.moved")
def undo_move(operation: Operation, *, by: User) -> None:
    """Move the deals back to the stages and places they left, unless they moved on since."""
    events = {event.subject_id: event for event in operation.events.all()}
    to = {pk: event.changes["stage"][0]["id"] for pk, event in events.items()}
    lock_stages(to.values())
    locked = lock([Deal(pk=pk) for pk in events], by=by)
    refuse_archived(locked)
    refuse_closed(locked)
    went_to = {pk: event.changes["stage"][1]["id"] for pk, event in events.items()}
    if moved_on := [deal for deal in locked if deal.stage_id != went_to[deal.pk]]:
        raise Stale(_("Moved on since: %(titles)s.") % {"titles": named(moved_on)})
    stages = Stage.objects.select_related("pipeline").in_bulk({*to.values(), *went_to.values()})
    back = {pk: refuse_unusable(stages.get(stage)) for pk, stage in to.items()}
    ranks = {pk: event.changes["position"][0] for pk, event in events.items()}
    enter(back, locked, ranks, left=stages, by=by, at=timezone.now())


def stages_of(deals, to, *, by, after=None, before=None):
    """The stage ``to`` and those in which ``deals`` stand, by their ids: what they are now that
    ``to`` is locked, whether deals must have something to enter them (``asks``), and where in
    ``to`` there is room beside the neighbours ``after`` and ``before``. One statement.
    """
    column = column_of(to).exclude(pk__in=[deal.pk for deal in deals])
    required = Requirement.objects.standing().filter(
        Q(stage=None) | Q(stage=OuterRef("pk")),
        pipeline=OuterRef("pipeline"),
        moment=Requirement.Moment.ENTER,
    )
    stages = Stage.objects.select_related("pipeline").annotate(
        asks=Exists(required), **room(column.visible_to(by), column, after, before)
    )
    return stages.in_bulk({to.pk, *(deal.stage_id for deal in deals)})


def column_of(stage: Stage) -> QuerySet:
    """The deals that stand in the column of ``stage``."""
    return Deal.objects.on_board().filter(stage=stage)


def refuse_moved_meanwhile(deals, left, to):
    for deal in deals:
        seen = left.get(deal.pk, deal.stage_id)
        if deal.stage_id in (seen, to.pk):
            continue
        stages = Stage.objects.in_bulk([seen, deal.stage_id])
        raise Stale(
            _("“%(deal)s” was in “%(seen)s” when you moved it; now it is in “%(found)s”.")
            % {"deal": deal, "seen": stages.get(seen, "—"), "found": stages[deal.stage_id]},
            seen=stages.get(seen),
            found=stages[deal.stage_id],
            records=[deal],
        )


def enter(
    to: dict[int, Stage],
    deals: list[Deal],
    ranks: dict[int, str],
    *,
    left: dict[int, Stage],
    by: User,
    at: datetime,
) -> Operation:
    """Let each of the locked ``deals`` that ``to`` names enter its stage there, and put all that
    ``ranks`` names in their places.

    Their visits end and begin, their clocks start anew, history is written. ``left`` are the stages
    they come from, by id.
    """
    write_moves(to, ranks, at=at)
    operation, _new = begin("deal.moved", by=by)
    record(
        operation,
        [deal for deal in deals if deal.pk in to],
        changes=lambda deal: {
            "stage": changed(left[deal.stage_id], to[deal.pk]),
            "position": changed(deal.position, ranks[deal.pk]),
        },
    )
    return operation


def write_moves(to, ranks, *, at):
    """The places, the clocks and the visits of a move, in one statement however many deals move.

    Those of ``ranks`` that do not move change their place alone. A deal that was set aside for a
    lead is on no visit, and begins none.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH placed AS (
                SELECT * FROM unnest(%(placed)s::bigint[], %(ranks)s::text[], %(to)s::bigint[])
                    AS placed (id, rank, to_id)
            ), moved AS (
                UPDATE deals_deal AS deal SET position = placed.rank,
                    stage_id = coalesce(placed.to_id, deal.stage_id),
                    stage_entered_at =
                        CASE WHEN to_id IS NULL THEN deal.stage_entered_at ELSE %(at)s END,
                    updated_at = CASE WHEN to_id IS NULL THEN deal.updated_at ELSE %(at)s END,
                    idle_since = CASE WHEN to_id IS NULL THEN deal.idle_since ELSE %(at)s END
                FROM placed WHERE deal.id = placed.id
            ), gone AS (
                UPDATE deals_stagevisit AS visit SET left_at = %(at)s
                FROM placed
                WHERE visit.deal_id = placed.id AND placed.to_id IS NOT NULL
                    AND visit.left_at IS NULL
                RETURNING visit.deal_id, placed.to_id
            )
            INSERT INTO deals_stagevisit (deal_id, stage_id, entered_at)
            SELECT deal_id, to_id, %(at)s FROM gone
            """,
            {
                "at": at,
                "placed": list(ranks),
                "ranks": list(ranks.values()),
                "to": [to[pk].pk if pk in to else None for pk in ranks],
            },
        )
