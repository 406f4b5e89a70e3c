"""Deals move: to another stage, to another place in their column."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock, named
from core.errors import Refused, Stale
from core.ordering import rank_between, rank_first, rank_last
from deals.models import Deal
from deals.services.needs import complete
from deals.services.opening import hold_stage, lock_stage, refuse_unusable
from history.models import Operation
from history.services import begin, changed, record
from history.undoing import undoes
from opportunities.services import LOCKED, WRITTEN, Tell, silent
from pipelines.models import Requirement, Stage

LONGEST_RANK = 150


class DealClosed(Refused):
    """Won and lost deals stay where they are until they are reopened."""


class DealArchived(Refused):
    """An archived deal is restored before anything else happens to it."""


@transaction.atomic
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
    lock_stage(to)
    locked = lock_changeable(deals, by=by)
    tell(LOCKED)
    neighbours = {"after": after, "before": before} if len(locked) == 1 else {}
    stages = stages_of(locked, to, by=by, **neighbours)
    to = refuse_unusable(stages.get(to.pk))
    refuse_unmovable(locked)
    refuse_moved_meanwhile(locked, left or {}, to)
    moving = [deal for deal in locked if deal.stage_id != to.pk]
    if to.asks or values:
        complete(moving, Requirement.Moment.ENTER, values, to=to, by=by)
    at = timezone.now()
    ranks = ranks_in_order(locked, rank_first(at))
    if any(neighbours.values()):
        ranks = {locked[0].pk: rank_beside(locked[0], to, at=at, by=by, **neighbours)}
    if not moving:
        put_in_order(ranks)
        return None
    operation = enter(to, moving, ranks, left=stages, by=by, at=at)
    tell(WRITTEN)
    return operation


@undoes("deal.moved")
def undo_move(operation: Operation, *, by: User) -> None:
    """Move the deals back to the stages and places they left, unless they moved on since."""
    events = {event.subject_id: event for event in operation.events.all()}
    stages = {event.changes["stage"][0]["id"] for event in events.values()}
    held = {pk: hold_stage(Stage(pk=pk)) for pk in sorted(stages)}
    locked = lock(Deal.everything.filter(pk__in=events), by=by)
    refuse_unmovable(locked)
    groups = defaultdict(list)
    for deal in locked:
        came_from, went_to = events[deal.pk].changes["stage"]
        if deal.stage_id != went_to["id"]:
            raise Stale(_("Moved on since: %(titles)s.") % {"titles": named([deal])})
        groups[came_from["id"]].append(deal)
    ranks = {pk: event.changes["position"][0] for pk, event in events.items()}
    left = Stage.objects.in_bulk({deal.stage_id for deal in locked})
    for pk, deals in groups.items():
        theirs = {deal.pk: ranks[deal.pk] for deal in deals}
        enter(held[pk], deals, theirs, left=left, by=by, at=timezone.now())


def lock_changeable(deals, *, by):
    """Lock ``deals`` as ``lock`` does, in one statement where nothing stands in the way."""
    wanted = {deal.pk for deal in deals}
    asked = Deal.everything.filter(pk__among=wanted, deleted_at=None).changeable_by(by)
    locked = list(asked.order_by("pk").select_for_update(of=("self",), no_key=True))
    return locked if len(locked) == len(wanted) else lock(deals, by=by)


def stages_of(deals, to, *, by, after=None, before=None):
    """The stage ``to`` and those in which ``deals`` stand, by their ids: what they are now that
    ``to`` is locked, whether deals must have something to enter them (``asks``), and where in
    ``to`` there is room beside the neighbours ``after`` and ``before``. One statement.
    """
    column = Deal.objects.on_board().filter(stage=to).exclude(pk__in=[deal.pk for deal in deals])
    required = Requirement.objects.standing().filter(
        Q(stage=None) | Q(stage=OuterRef("pk")),
        pipeline=OuterRef("pipeline"),
        moment=Requirement.Moment.ENTER,
    )
    stages = Stage.objects.select_related("pipeline").annotate(
        asks=Exists(required), **room(column.visible_to(by), column, after, before)
    )
    return stages.in_bulk({to.pk, *(deal.stage_id for deal in deals)})


def room(seen, column, after, before):
    """Expressions for the ranks of the neighbours that the writer has ``seen``, and of what stands
    on the other side of them in the ``column``, whoever sees it.
    """
    ranks = {}
    for name, neighbour, beyond, sign in (
        ("after", after, "gt", ""),
        ("before", before, "lt", "-"),
    ):
        if neighbour is None:
            continue
        own = Subquery(seen.filter(pk=neighbour.pk).values("position"))
        # Of deals with one rank the smaller id stands first.
        others = column.filter(
            Q(position=own, **{f"pk__{beyond}": neighbour.pk}) | ~Q(position=own),
            **{f"position__{beyond}e": own},
        ).order_by(f"{sign}position", f"{sign}pk")
        ranks |= {
            f"rank_{name}": own,
            f"rank_beyond_{name}": Subquery(others.values("position")[:1]),
        }
    return ranks


def refuse_unmovable(deals):
    if archived := [deal for deal in deals if deal.is_archived]:
        raise DealArchived(
            _("Archived: %(titles)s. Restore the deal before you move it.")
            % {"titles": named(archived)},
            records=archived,
        )
    if closed := [deal for deal in deals if not deal.is_open]:
        raise DealClosed(
            _("Won or lost: %(titles)s. Reopen the deal before you move it.")
            % {"titles": named(closed)},
            records=closed,
        )


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


def rank_beside(deal, stage, *, after, before, at, by):
    """A rank right behind ``after`` or right before ``before``, as the column stands now.

    The caller holds the stage, so nobody else takes the same room; but a deal that comes back, by
    Undo or reopened, may find it taken. What was not seen by the writer stays where it is: the
    neighbour on the other side is the database's. ``stage`` is one of ``stages_of``.
    """
    if upper := getattr(stage, "rank_after", None):
        lower = stage.rank_beyond_after
    elif lower := getattr(stage, "rank_before", None):
        upper = stage.rank_beyond_before
    if not upper:
        return rank_first(at)
    if not lower:
        return rank_last(at)
    if upper != lower:
        rank = rank_between(upper, lower)
        if len(rank) <= LONGEST_RANK:
            return rank
    spread(Deal.objects.on_board().filter(stage=stage).exclude(pk=deal.pk), at)
    stage = stages_of([deal], stage, after=after, before=before, by=by)[stage.pk]
    return rank_beside(deal, stage, after=after, before=before, at=at, by=by)


def spread(column, at):
    """Give a column short ranks of their own again, when one spot is shared or too narrow."""
    put_in_order(
        ranks_in_order(column.order_by("pk").select_for_update(no_key=True), rank_last(at))
    )


def ranks_in_order(deals, rank):
    """Ranks that begin with ``rank`` and keep the order that ``deals`` have."""
    ordered = sorted(deals, key=lambda deal: (deal.position, deal.pk))
    return {deal.pk: f"{rank}{place:09}i" for place, deal in enumerate(ordered)}


def put_in_order(ranks: dict[int, str]) -> None:
    """Give each deal its rank, in one statement however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE deals_deal AS deal SET position = placed.rank
            FROM unnest(%s::bigint[], %s::text[]) AS placed (id, rank)
            WHERE deal.id = placed.id
            """,
            [list(ranks), list(ranks.values())],
        )


def enter(
    to: Stage,
    deals: list[Deal],
    ranks: dict[int, str],
    *,
    left: dict[int, Stage],
    by: User,
    at: datetime,
) -> Operation | None:
    """Let locked ``deals`` enter stage ``to``, and put all that ``ranks`` names in their places.

    Their visits end and begin, their clocks start anew, history is written. ``left`` are the stages
    they come from, by id.
    """
    if not deals:
        return None
    write_moves(to, deals, ranks, at=at)
    operation, _new = begin("deal.moved", by=by)
    record(
        operation,
        deals,
        changes=lambda deal: {
            "stage": changed(left[deal.stage_id], to),
            "position": changed(deal.position, ranks[deal.pk]),
        },
    )
    return operation


def write_moves(to, deals, ranks, *, at):
    """The places, the clocks and the visits of a move, in one statement however many deals move.

    Those of ``ranks`` that do not move change their place alone. A deal that was set aside for a
    lead is on no visit, and begins none.
    """
    moving = {deal.pk for deal in deals}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH moved AS (
                UPDATE deals_deal AS deal SET
                    position = placed.rank,
                    stage_id = CASE WHEN placed.moves THEN %(to)s ELSE deal.stage_id END,
                    stage_entered_at =
                        CASE WHEN placed.moves THEN %(at)s ELSE deal.stage_entered_at END,
                    updated_at = CASE WHEN placed.moves THEN %(at)s ELSE deal.updated_at END,
                    idle_since = CASE WHEN placed.moves THEN %(at)s ELSE deal.idle_since END
                FROM unnest(%(placed)s::bigint[], %(ranks)s::text[], %(moves)s::boolean[])
                    AS placed (id, rank, moves)
                WHERE deal.id = placed.id
            ), gone AS (
                UPDATE deals_stagevisit SET left_at = %(at)s
                WHERE deal_id = ANY(%(moving)s::bigint[]) AND left_at IS NULL
                RETURNING deal_id
            )
            INSERT INTO deals_stagevisit (deal_id, stage_id, entered_at)
            SELECT deal_id, %(to)s, %(at)s FROM gone
            """,
            {
                "to": to.pk,
                "at": at,
                "placed": list(ranks),
                "ranks": list(ranks.values()),
                "moves": [pk in moving for pk in ranks],
                "moving": sorted(moving),
            },
        )
