"""Products of a chunk with their prices, and the lines of its deals."""

from decimal import Decimal

from django.db.models import Value
from django.db.models.functions import Coalesce

from deals.lines import net_of_lines
from deals.models import Deal, LineItem
from deals.services.items import line_told, terms_told
from history.services import record
from imports.writing.chunk import Chunk
from imports.writing.contacts import CUSTOM, insert
from imports.writing.statements import rows_of, run, table, text, typed
from products.models import Price, Product

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
    """What a row sells in its deal: a line behind those there are, as the product has it where the
    row says nothing. A value that nobody typed follows the lines.
    """
    begin_lines(chunk)
    run(
        """
        INSERT INTO {line} (id, deal_id, product_id, name, unit, quantity, price, discount,
            discount_kind, tax, frequency, cycles, is_enabled, comment, position, created_at)
        SELECT said.id, said.deal_id, said.product_id, said.name, said.unit, said.quantity,
            said.price, said.discount, said.discount_kind, said.tax, said.frequency,
            CASE WHEN said.frequency <> 'one_time' THEN said.cycles END,
            true, said.comment, said.position, %(at)s
        FROM (
            SELECT row.id, row.number, row.deal_id, product.id AS product_id,
                COALESCE(NULLIF(row.said->>'name', ''), product.name) AS name,
                COALESCE(product.unit, '') AS unit,
                COALESCE(NULLIF(row.said->>'quantity', '')::numeric, 1) AS quantity,
                COALESCE(NULLIF(row.said->>'price', '')::numeric, price.amount, 0) AS price,
                COALESCE(NULLIF(row.said->>'discount', '')::numeric, 0) AS discount,
                COALESCE(NULLIF(row.said->>'discount_kind', ''), 'percent') AS discount_kind,
                COALESCE(NULLIF(row.said->>'tax', '')::numeric, product.tax, 0) AS tax,
                COALESCE(NULLIF(row.said->>'frequency', ''), product.frequency, 'one_time')
                    AS frequency,
                COALESCE(NULLIF(row.said->>'cycles', '')::smallint,
                    CASE WHEN COALESCE(row.said->>'frequency', '') = '' THEN product.cycles END
                ) AS cycles,
                COALESCE(row.said->>'comment', '') AS comment,
                COALESCE((
                    SELECT max(position) + 1 FROM {line} AS other
                    WHERE other.deal_id = row.deal_id
                ), 0) + row_number() OVER (PARTITION BY row.deal_id ORDER BY row.number) - 1
                    AS position
            FROM {rows} JOIN {deal} AS deal ON deal.id = row.deal_id
            LEFT JOIN {product} AS product
                ON product.id = COALESCE((row.said->>'product')::bigint, row.product_id)
            LEFT JOIN {price} AS price
                ON price.product_id = product.id AND price.currency = deal.lines_currency
        ) AS said
        ORDER BY said.number
        """,
        chunk.parameters,
        line=table(LineItem),
        rows=rows_of("line", deal="deal", product="product"),
        deal=table(Deal),
        product=table(Product),
        price=table(Price),
    )
    tell_lines(chunk)


def begin_lines(chunk: Chunk) -> None:
    """With its first line a deal has terms for them: its own currency, that of the line, else one
    in which the product has a price. Its value follows from then on, unless the file says what it
    is worth.
    """
    run(
        """
        UPDATE {deal} AS deal SET lines_currency = first.currency,
            is_summed = NOT first.is_typed,
            value = CASE WHEN first.is_typed THEN deal.value ELSE 0 END,
            currency = CASE WHEN first.is_typed THEN deal.currency ELSE first.currency END
        FROM (
            SELECT DISTINCT ON (row.deal_id) row.deal_id,
                COALESCE(NULLIF(deal.currency, ''), NULLIF(row.said->>'currency', ''), (
                    SELECT price.currency FROM {price} AS price
                    WHERE price.product_id
                            = COALESCE((row.said->>'product')::bigint, row.product_id)
                        AND COALESCE(row.said->>'price', '') = ''
                    ORDER BY price.currency <> %(currency)s, price.currency LIMIT 1
                ), %(currency)s) AS currency,
                COALESCE(coming.said->'deal'->>'value', '') <> '' AS is_typed
            FROM {rows} JOIN coming ON coming.number = row.number
            JOIN {deal} AS deal ON deal.id = row.deal_id AND deal.lines_currency = ''
            ORDER BY row.deal_id, row.number
        ) AS first
        WHERE deal.id = first.deal_id
        """,
        chunk.parameters,
        deal=table(Deal),
        price=table(Price),
        rows=rows_of("line", deal="deal", product="product"),
    )


def tell_lines(chunk: Chunk) -> None:
    """Work out the values that follow, and tell what came into which deal."""
    numbers = [number for (number,) in run("SELECT id FROM meant WHERE kind = 'line'")]
    lines = LineItem.objects.filter(pk__among=numbers).select_related("product", "deal")
    items = list(lines.order_by("pk"))
    deals = Deal.everything.filter(pk__among=list({item.deal_id for item in items}))
    deals.filter(is_summed=True).order_by().update(
        value=Coalesce(net_of_lines(), Value(Decimal(0)))
    )
    deals.order_by().update(**Deal.stamps(chunk.at))
    record(
        chunk.operation,
        [item.deal for item in items],
        verb="deal.line_added",
        changes=[line_told(None, item) | terms_told(item.deal) for item in items],
    )
