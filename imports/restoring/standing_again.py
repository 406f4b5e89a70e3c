"""Deals that an import moved or ended stand again where they stood, and are open, won or lost as
they were: what it ended opens first, what it moved goes back, and what it opened closes again.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.utils import timezone

from accounts.models import User
from deals.models import Deal, LostReason
from deals.services.movement import write_moves
from deals.services.opening import StageArchived, lock_stages, refuse_unusable
from deals.services.outcome import what_is_cleared
from history.models import Operation
from history.services import changed, record
from imports.writing.moving import write_ends
from pipelines.models import Stage

# What history tells of each end of a deal.
ENDS = {
    "open": (),
    "won": ("won_at", "won_by"),
    "lost": ("lost_at", "lost_by", "lost_reason", "lost_comment"),
}
EVERY_END = [Deal._meta.get_field(name) for names in ENDS.values() for name in names]
Former = Mapping[int, Mapping[str, Any]]


def lock_former(former: Former) -> None:
    """Hold what deals are to name again, before the deals themselves."""
    lock_stages(each["stage"]["id"] for each in former.values() if "stage" in each)
    reasons = {each["lost_reason"]["id"] for each in former.values() if each.get("lost_reason")}
    if reasons:
        rows = LostReason.objects.filter(pk__in=reasons).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))


class StandingAgain:
    """The locked ``deals``, and what ``former`` says of each, as history keeps it.

    ``done`` are those that stand and ended as before then; ``left`` are those that do not, because
    they were closed since, or the stage or the reason is gone.
    """

    def __init__(self, operation: Operation, deals: Iterable[Deal], former: Former):
        self.operation, self.former = operation, former
        self.at = timezone.now()
        self.deals = list(deals)
        self.reasons = LostReason.objects.in_bulk()
        self.done: set[int] = set()
        self.left: set[int] = set()

    def restore(self) -> None:
        ends = {deal: end for deal in self.deals if (end := self.former_end(deal))}
        self.tell_reopened([deal for deal in ends if not deal.is_open])
        self.move_back(ends)
        self.end(ends)

    # --- How they ended ---

    def former_end(self, deal: Deal) -> dict[str, Any] | None:
        """What the columns of its end held, unless they hold just that, or cannot."""
        former = self.former[deal.pk]
        if "status" not in former:
            return None
        end = {"status": former["status"]}
        for column in EVERY_END:
            kept = former.get(column.name) if column.name in ENDS[end["status"]] else None
            if column.is_relation:
                end[column.attname] = kept and kept["id"]
            else:
                end[column.attname] = column.to_python(kept) if kept else column.get_default()
        if end["lost_reason_id"] and end["lost_reason_id"] not in self.reasons:
            self.left.add(deal.pk)
            return None
        is_so = all(getattr(deal, name) == value for name, value in end.items())
        return None if is_so else end

    def tell_reopened(self, closed: list[Deal]) -> None:
        people = {deal.won_by_id or deal.lost_by_id for deal in closed}
        people = User.objects.in_bulk(people) if people else {}
        self.tell("reopened", {d: what_is_cleared(d, people, self.reasons) for d in closed})

    def end(self, ends: Mapping[Deal, dict]) -> None:
        if not ends:
            return
        for deal, end in ends.items():
            if deal.won_at and deal.first_won_at == deal.won_at and not end["won_at"]:
                deal.first_won_at = None
            for name, value in end.items():
                setattr(deal, name, value)
        write_ends(ends, at=self.at)
        for status in (Deal.Status.WON, Deal.Status.LOST):
            closed = [deal for deal in ends if deal.status == status]
            self.tell(status, {deal: self.told_end(deal) for deal in closed})

    def told_end(self, deal: Deal) -> dict:
        former, told = self.former[deal.pk], {"status": ["open", deal.status]}
        for name in ENDS[deal.status]:
            if former.get(name):
                told[name] = ["" if name == "lost_comment" else None, former[name]]
        return told

    # --- Where they stood ---

    def move_back(self, ends: Mapping[Deal, dict]) -> None:
        """Let open deals, and those that open here, enter the stages that they left."""
        wanted = {
            deal: stage["id"]
            for deal in self.deals
            if (stage := self.former[deal.pk].get("stage")) and stage["id"] != deal.stage_id
        }
        if not wanted:
            return
        numbers = {*wanted.values(), *(deal.stage_id for deal in wanted)}
        stages = Stage.objects.select_related("pipeline").in_bulk(numbers)
        moving = {}
        for deal, number in wanted.items():
            stage = usable(stages.get(number))
            if stage and (deal.is_open or deal in ends):
                moving[deal] = stage
            else:
                self.left.add(deal.pk)
        if not moving:
            return
        ranks = {deal.pk: self.former[deal.pk]["position"] for deal in moving}
        write_moves({deal.pk: stage for deal, stage in moving.items()}, ranks, at=self.at)
        told = {
            deal: {
                "stage": changed(stages[deal.stage_id], stage),
                "position": changed(deal.position, ranks[deal.pk]),
            }
            for deal, stage in moving.items()
        }
        self.tell("moved", told)

    def tell(self, verb: str, told: Mapping[Deal, dict]) -> None:
        self.done |= {deal.pk for deal in told}
        record(self.operation, told, verb=f"deal.{verb}", changes=list(told.values()))


def usable(stage: Stage | None) -> Stage | None:
    with suppress(StageArchived):
        return refuse_unusable(stage)
    return None
