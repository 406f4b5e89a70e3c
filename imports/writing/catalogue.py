"""Products of a chunk with their prices, and the lines of its deals."""

from decimal import Decimal

from django.db.models import Value
from django.db.models.functions import Coalesce

from core.statements import run, table
from deals.lines import net_of_lines
from deals.models import Deal, LineItem
from deals.services.items import line_told, terms_told
from deals.services.valuing import SETTLED, told_of
from history.services import record
from imports.writing.chunk import Chunk
from imports.writing.contacts import CUSTOM, insert
from imports.writing.statements import rows_of, text, typed
from products.models import Price, Product

# By kind and number of a record: the first row that changed it, and what it said until then.
Before = dict[tuple[str, int], tuple[int, dict]]
FREQUENCY = "COALESCE(NULLIF(row.said->>'frequency', ''), 'one_time')"
PRODUCT = {
    "id": "row.id",
    "name": text("name"),
    "code": text("code"),
    "unit": text("unit"),
    "category_id": typed("category", "bigint"),
    "description": text("description"),
    "tax": f"COALESCE({typed('tax', 'numeric')}, 0)",
    "frequency": FREQUENCY,
    "cycles": f"CASE WHEN {FREQUENCY} <> 'one_time' THEN {typed('cycles', 'smallint')} END",
    "is_active": f"COALESCE({typed('is_active', 'boolean')}, true)",
    "custom": CUSTOM,
    "created_by_id": "%(by)s",
    "created_at": "%(at)s",
    "updated_at": "%(at)s",
}


def add_products(chunk: Chunk) -> None:
    insert(chunk, Product, PRODUCT)
    run(
        """
        INSERT INTO {price} (product_id, currency, amount)
        SELECT row.id, COALESCE(NULLIF(row.said->>'currency', ''), %(currency)s),
            (row.said->>'price')::numeric
        FROM {rows} WHERE row.said->>'price' <> ''
        """,
        chunk.parameters,
        price=table(Price),
        rows=rows_of("product"),
    )


def add_lines(chunk: Chunk) -> None:
    """What the rows sell, behind the lines that their deals have."""
    begin_lines(chunk)
    items = []
    for number, pk, deal in run(
        """
        SELECT line.number, line.id, deal.id FROM meant AS line
        JOIN meant AS deal ON deal.kind = 'deal' AND deal.number = line.number
        WHERE line.kind = 'line' AND line.what = 'created' ORDER BY line.number
        """
    ):
        item = chunk.sales.lines[number]
        item.pk, item.deal_id, item.created_at = pk, deal, chunk.at
        items.append(item)
    LineItem.objects.bulk_create(items)
    deals = Deal.everything.filter(pk__among=list({item.deal_id for item in items})).order_by()
    deals.filter(is_summed=True).update(value=Coalesce(net_of_lines(), Value(Decimal(0))))
    deals.update(**Deal.stamps(chunk.at))


def begin_lines(chunk: Chunk) -> None:
    """With its first line a deal has a currency for them. Its value follows from then on, unless
    the file says what it is worth.
    """
    begun = [(pk, sheet) for pk, sheet in chunk.sales.sheets.items() if sheet.is_begun]
    run(
        """
        UPDATE {deal} AS deal SET lines_currency = begun.currency, is_summed = begun.is_summed,
            value = CASE WHEN begun.is_summed THEN 0 ELSE deal.value END,
            currency = CASE WHEN begun.is_summed THEN begun.currency ELSE deal.currency END
        FROM unnest(%(deals)s::bigint[], %(currencies)s::text[], %(summed)s::boolean[])
            AS begun (id, currency, is_summed)
        WHERE deal.id = begun.id
        """,
        {
            "deals": [pk for pk, _sheet in begun],
            "currencies": [sheet.currency for _pk, sheet in begun],
            "summed": [sheet.is_summed for _pk, sheet in begun],
        },
        deal=table(Deal),
    )


def tell_lines(chunk: Chunk) -> Before:
    """Tell what came into which deal, and with the first line what that did to a deal that was
    there: its value follows. Answers with what such deals said before, as updates do.
    """
    rows = dict(run("SELECT id, number FROM meant WHERE kind = 'line' AND what = 'created'"))
    lines = LineItem.objects.filter(pk__among=list(rows)).select_related("product", "deal")
    items = list(lines.order_by("pk"))
    before, changes = {}, []
    for item in items:
        told = line_told(None, item) | terms_told(item.deal)
        former, key = chunk.sales.sheets[item.deal_id].deal, ("deal", item.deal_id)
        if former.pk and key not in before:
            news = {name: getattr(item.deal, name) for name in SETTLED}
            pairs = told_of(former, news)
            settled = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
            told |= settled
            kept = pairs.items() if "is_summed" in settled else settled.items()
            before[key] = rows[item.pk], {name: pair[0] for name, pair in kept}
        changes.append(told)
    record(chunk.operation, [item.deal for item in items], verb="deal.line_added", changes=changes)
    return {key: said for key, said in before.items() if said[1]}
