"""Many products at once, each with a price in euros, every other one with one in dollars too."""

from crm.generating.statements import draw, insert, one_of, some_time_ago, tell
from products.models import Price, Product


def add_products(count, parameters):
    draw(
        "fresh_product",
        Product,
        f"""
        SELECT {one_of("owners", "bigint")} AS owner_id,
            {one_of("things")} || ' ' || generate_series AS title,
            {some_time_ago()} AS created_at
        FROM generate_series(1, %(count)s)
        """,  # noqa: S608
        parameters | {"count": count},
    )
    insert(
        Product,
        {
            "id": "id",
            "name": "title",
            "code": "'P-' || id",
            "unit": "'piece'",
            "description": "''",
            "category_id": one_of("categories", "bigint"),
            "tax": "(ARRAY[20, 10, 5.5])[1 + number %% 3]",
            "frequency": "CASE WHEN number %% 4 = 0 THEN 'monthly' ELSE 'one_time' END",
            "is_active": "number %% 20 <> 0",
            "custom": "'{}'",
            "created_by_id": "owner_id",
            "created_at": "created_at",
            "updated_at": "created_at",
        },
        "fresh_product",
        parameters,
    )
    amount = "round((5 + random() * 2000)::numeric, 2)"
    for currency, source in (
        ("EUR", "fresh_product"),
        ("USD", "fresh_product WHERE number %% 2 = 0"),
    ):
        columns = {"product_id": "id", "currency": f"'{currency}'", "amount": amount}
        insert(Price, columns, source, parameters)
    tell(Product, "fresh_product", parameters)
