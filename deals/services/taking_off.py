"""Lines are taken off many deals at once: as many statements as for one, and the same is told as
where each is taken off on the page of its deal.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from core.frozen import frozen
from deals.lines import net_of_lines
from deals.models import Deal, LineItem
from deals.services.items import line_told, terms_told
from deals.services.valuing import SETTLED, told_of
from history.models import Operation
from history.services import record


def take_off_lines(
    lines: Sequence[LineItem],
    *,
    worth: Mapping[int, Mapping[str, Any]] | None = None,
    operation: Operation,
    at: datetime,
) -> None:
    """Take ``lines`` off their deals, which the caller locked: what ``operation`` does. A value
    that follows becomes what the others come to, which is never more; without others nothing, or
    what ``worth`` says by the number of the deal: a value and a currency.
    """
    numbers = [line.pk for line in lines]
    rest = LineItem.objects.filter(deal=OuterRef("pk")).exclude(pk__among=numbers)
    deals = (
        Deal.everything.filter(pk__among=sorted({line.deal_id for line in lines}))
        .order_by()
        .annotate(has_rest=Exists(rest), rest=net_of_lines(without=numbers))
        .in_bulk()
    )
    columns = {pk: worth_without(deal, (worth or {}).get(pk, {})) for pk, deal in deals.items()}
    last = {line.deal_id: line.pk for line in lines}
    told = []
    for line in lines:
        deal = deals[line.deal_id]
        also = told_of(deal, columns[deal.pk]) if last[deal.pk] == line.pk else {}
        told.append(line_told(line, None) | terms_told(deal) | also)
    LineItem.objects.filter(pk__among=numbers).delete()
    write_worth({deals[pk]: own for pk, own in columns.items()}, at=at)
    about = [deals[line.deal_id] for line in lines]
    record(operation, about, verb="deal.line_removed", changes=told)


def worth_without(deal: Deal, former: Mapping[str, Any]) -> dict[str, Any]:
    """What changes of ``deal`` when only its ``rest`` is left, as ``valuing.worked_out`` says."""
    then = {}
    if not deal.has_rest:
        then["lines_currency"] = ""
        if deal.is_summed:
            then |= {"is_summed": False, "value": None, "currency": "", **former}
    elif deal.is_summed:
        then["value"] = deal.rest or Decimal(0)
    return {name: value for name, value in then.items() if getattr(deal, name) != value}


def write_worth(columns: Mapping[Deal, Mapping[str, Any]], *, at: datetime) -> None:
    rows = []
    for deal, own in columns.items():
        now = {name: frozen(own.get(name, getattr(deal, name))) for name in SETTLED}
        rows.append({"id": deal.pk} | now)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE deals_deal AS deal SET value = new.value, currency = new.currency,
                is_summed = new.is_summed, lines_currency = new.lines_currency,
                idle_since = %(at)s, updated_at = %(at)s
            FROM jsonb_to_recordset(%(rows)s) AS new (
                id bigint, value numeric, currency text, is_summed boolean, lines_currency text
            )
            WHERE deal.id = new.id
            """,
            {"rows": json.dumps(rows), "at": at},
        )
