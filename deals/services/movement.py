"""Deals move: to another stage, to another place in their column, out of a stage that ends."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock, may_configure, named, require
from core.errors import Refused, Stale
from core.ordering import rank_between, rank_first, rank_last
from deals.models import Deal, StageVisit
from deals.services.needs import complete
from deals.services.opening import StageArchived, hold_stage
from history.models import Operation
from history.services import begin, changed, record
from history.undoing import undoes
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
    to = hold_stage(to)
    locked = lock(deals, by=by)
    refuse_unmovable(locked)
    refuse_moved_meanwhile(locked, left or {}, to)
    moving = [deal for deal in locked if deal.stage_id != to.pk]
    complete(moving, Requirement.Moment.ENTER, values, to=to, by=by)
    at = timezone.now()
    ranks = ranks_in_order(locked, rank_first(at))
    if len(locked) == 1 and (after or before):
        ranks = {locked[0].pk: rank_beside(locked[0], to, after=after, before=before, at=at)}
    put_in_order(ranks)
    return enter(to, moving, ranks, by=by, at=at)


@transaction.atomic
def empty_stage(stage: Stage, *, into: Stage, by: User) -> Operation | None:
    """Move every deal out of ``stage`` to the end of another column, in the order they had.

    Open, closed, archived and deleted ones alike, whoever may see them: the stage is about to go.
    They idle on and keep their outcome. Refused to people who may not configure, and with
    ``StageArchived``.
    """
    require(may_configure(by))
    both = Stage.objects.filter(pk__in=[stage.pk, into.pk]).order_by("pk")
    list(both.select_for_update(no_key=True).values_list("pk"))
    into = hold_stage(into)
    if stage.pk == into.pk:
        raise StageArchived(_("Choose another stage to move the deals to."))
    leaving = Deal.everything.filter(stage=stage).order_by("pk")
    locked = list(leaving.select_for_update(of=("self",), no_key=True))
    at = timezone.now()
    ranks = ranks_in_order(locked, rank_last(at))
    put_in_order(ranks)
    return enter(into, locked, ranks, is_news=False, by=by, at=at)


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
    put_in_order(ranks)
    for pk, deals in groups.items():
        enter(held[pk], deals, ranks, by=by, at=timezone.now())


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


def rank_beside(deal, stage, *, after, before, at):
    """A rank right behind ``after`` or right before ``before``, as the column stands now.

    The caller holds the stage, so nobody else takes the same room. What was not seen by the writer
    stays where it is: the neighbour on the other side is asked of the database.
    """
    column = Deal.objects.on_board().filter(stage=stage).exclude(pk=deal.pk)
    named_ones = column.in_bulk([each.pk for each in (after, before) if each])
    upper = named_ones.get(after.pk) if after else None
    lower = named_ones.get(before.pk) if before else None
    if upper:
        lower = column.filter(position__gt=upper.position).order_by("position").first()
    elif lower:
        upper = column.filter(position__lt=lower.position).order_by("-position").first()
    else:
        return rank_first(at)
    if not upper:
        return rank_first(at)
    if not lower:
        return rank_last(at)
    rank = rank_between(upper.position, lower.position)
    if len(rank) <= LONGEST_RANK:
        return rank
    spread(column, at)
    return rank_beside(deal, stage, after=after, before=before, at=at)


def spread(column, at):
    """Give a column short ranks again, when one spot was halved too often."""
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
    is_news: bool = True,
    by: User,
    at: datetime,
) -> Operation | None:
    """Let locked ``deals``, put in their places by ``ranks``, enter stage ``to``.

    Their visits end and begin, their clocks start anew, history is written. A deal that was set
    aside for a lead is on no visit, and begins none. What is no news lets them idle on.
    """
    if not deals:
        return None
    numbers = [deal.pk for deal in deals]
    visits = StageVisit.objects.filter(deal__pk__among=numbers, left_at=None)
    visiting = list(visits.values_list("deal_id", flat=True))
    visits.update(left_at=at)
    StageVisit.objects.bulk_create(
        StageVisit(deal_id=number, stage=to, entered_at=at) for number in visiting
    )
    clocks = {"idle_since": at} if is_news else {}
    Deal.everything.filter(pk__among=numbers).update(
        stage=to, stage_entered_at=at, updated_at=at, **clocks
    )
    stages = Stage.objects.in_bulk({deal.stage_id for deal in deals})
    operation, _new = begin("deal.moved", by=by)
    record(
        operation,
        deals,
        changes=lambda deal: {
            "stage": changed(stages[deal.stage_id], to),
            "position": changed(deal.position, ranks[deal.pk]),
        },
    )
    return operation
