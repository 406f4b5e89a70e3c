"""Deals that are there, and what keeps a row from changing one: what their pages would refuse, or
would keep as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from custom_fields.values import EMPTY
from deals.models import Deal
from imports.judging.preparing import problem
from imports.rules.deal_rules import DealRules
from pipelines.models import Requirement

Moment = Requirement.Moment
ENDS = {Deal.Status.WON: Moment.WON, Deal.Status.LOST: Moment.LOST}
NOON = time(12)
ColumnOf = Callable[..., int | None]


class KnownDeals:
    """The deals ``numbers``, as the rows change them one after the other; one statement. Those that
    an earlier row begins are known from then on by whatever they are called.
    """

    def __init__(self, rules: DealRules, numbers: Iterable[int]):
        self.rules = rules
        numbers = list(numbers)
        self.deals: dict[Any, Deal] = {}
        if numbers:
            self.deals = {deal.pk: deal for deal in Deal.objects.filter(pk__among=numbers)}

    def begin(self, called: Any, own: Mapping) -> None:
        """A row makes a deal that says its ``own``."""
        self.deals[called] = changed(Deal(stage_id=own.get("stage")), own)

    def change(self, called: Any, own: dict, column_of: ColumnOf) -> list[dict]:
        """What is wrong with a row that says its ``own`` of a deal; nothing, and the deal says it
        from now on.
        """
        deal = self.deals.get(called)
        if deal is None:
            return []
        problems = [*self.refused(deal, own, column_of), *self.as_ended(deal, own, column_of)]
        if not problems:
            changed(deal, own)
        return problems

    def refused(self, deal: Deal, own: dict, column_of: ColumnOf) -> Iterator[dict]:
        """The stage that the deal enters, how it ends and where it stands ask for fields."""
        stage, status = own.get("stage") or deal.stage_id, own.get("status") or deal.status
        moves, ends = stage != deal.stage_id, status != deal.status
        if moves and not deal.is_open:
            reason = _("It is won or lost, and stays in its stage until it is reopened.")
            yield problem(column_of("deal.stage", "deal.pipeline"), "", reason)
            return
        if stage not in self.rules.stages:
            if moves:
                yield self.rules.no_stage(column_of)
            return
        now, then = deal.custom, merged(deal.custom, own)
        asked = [(field, moves) for field in self.rules.fields(Moment.ENTER, stage)]
        if ends and status in ENDS:
            asked += [(field, True) for field in self.rules.fields(ENDS[status], stage)]
        for field in {
            field: None
            for field, is_new in asked
            if str(field.pk) not in then and (is_new or str(field.pk) in now)
        }:
            yield self.rules.lacks(stage, field, column_of)
        if ends and status == Deal.Status.LOST:
            yield from self.rules.lost(own, self.rules.stages[stage], column_of)

    def as_ended(self, deal: Deal, own: Mapping, column_of: ColumnOf) -> Iterator[dict]:
        """A deal that ended already keeps its moment, its reason and its comment."""
        status = deal.status
        if deal.is_open or own.get("status") not in (None, "", status):
            return
        at, said = getattr(deal, f"{status}_at"), own.get(f"{status}_at")
        if said and not self.is_same(at, datetime.fromisoformat(said)):
            reason = _("It ended already, at another moment, and keeps that until it is reopened.")
            yield problem(column_of(f"deal.{status}_at", "deal.closed_at"), "", reason)
        for name, now in (
            ("lost_reason", deal.lost_reason_id),
            ("lost_comment", deal.lost_comment),
        ):
            if status == Deal.Status.LOST and own.get(name) and own[name] != now:
                reason = _("It was lost for another reason, and keeps that until it is reopened.")
                yield problem(column_of(f"deal.{name}"), "", reason)

    def is_same(self, at: datetime, said: datetime) -> bool:
        """Whether a cell says this moment: to the minute, or its day alone, kept at noon."""
        zone = self.rules.known.zone
        if said.astimezone(zone).time() == NOON:
            return at.astimezone(zone).date() == said.astimezone(zone).date()
        return f"{at.astimezone(UTC):%F %R}" == f"{said.astimezone(UTC):%F %R}"

    def typed(self, called: Any, own: Mapping, column_of: ColumnOf) -> Iterator[dict]:
        """A value that follows the products of a deal is not typed."""
        deal = self.deals.get(called)
        if deal is None or not deal.is_summed or "value" not in own:
            return
        worth = own["value"] and (Decimal(own["value"]), own.get("currency"))
        if worth != (deal.value, deal.currency):
            reason = _("The value of this deal is what its products come to.")
            yield problem(column_of("deal.value"), "", reason)


def changed(deal: Deal, own: Mapping) -> Deal:
    """``deal`` with as much of its ``own`` as other rows are asked about."""
    deal.stage_id = own.get("stage") or deal.stage_id
    deal.custom = merged(deal.custom, own)
    if (status := own.get("status")) and status != deal.status:
        deal.status = status
        for end in ENDS:
            at = own.get(f"{end}_at") if end == status else None
            setattr(deal, f"{end}_at", datetime.fromisoformat(at) if at else None)
        deal.lost_reason_id = deal.lost_comment = None
        if status == Deal.Status.LOST:
            deal.lost_reason_id = own.get("lost_reason")
            deal.lost_comment = own.get("lost_comment")
    return deal


def merged(custom: Mapping, own: Mapping) -> dict:
    """What the custom fields say then."""
    then = {**custom, **(own.get("custom") or {})}
    return {number: value for number, value in then.items() if value not in EMPTY}
