"""The catalogue as a table: what is found, in which order, what is done to many, and as a file."""

from decimal import Decimal

import pytest
from django.utils import timezone

from products.models import Product
from tests.exports.sent import ASKED, FRENCH
from tests.factories import CategoryFactory, FieldFactory, ProductFactory
from tests.web import assert_part_of_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """Four products that differ in all that one can look for."""
    machines = CategoryFactory(name="Machines")
    return {
        "mill": ProductFactory(name="Mill", code="M-7", category=machines, prices={"EUR": 690}),
        "espresso": ProductFactory(
            name="Espresso machine", category=machines, prices={"EUR": 3400, "USD": 3700}, tax=20
        ),
        "care": ProductFactory(name="Care", prices={"EUR": 49}, frequency="monthly"),
        "old": ProductFactory(name="Lever machine", is_active=False, prices={"USD": 5200}),
    }


def names(response):
    return [product.name for product in response.context["records"].rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Care", "Espresso machine", "Mill"]),
        ("?view=inactive", ["Lever machine"]),
        ("?view=all", ["Care", "Espresso machine", "Lever machine", "Mill"]),
        ("?view=all&q=mach", ["Espresso machine", "Lever machine"]),
        ("?q=m7", []),
        ("?q=M-7", ["Mill"]),
        ("?billing=monthly", ["Care"]),
        ("?billing=monthly&billing=one_time", ["Care", "Espresso machine", "Mill"]),
        ("?price_from=49&price_to=690", ["Care", "Mill"]),
        ("?view=all&currency=USD", ["Espresso machine", "Lever machine"]),
        ("?view=all&currency=USD&price_from=4000", ["Lever machine"]),
        ("?created=today", ["Care", "Espresso machine", "Mill"]),
        ("?created=yesterday", []),
        ("?category=999", []),
        ("?custom_999=1", []),
        ("?sort=-name", ["Mill", "Espresso machine", "Care"]),
        ("?sort=-price", ["Espresso machine", "Mill", "Care"]),
        ("?sort=price&view=all", ["Care", "Mill", "Espresso machine", "Lever machine"]),
        ("?sort=-price&currency=USD&view=all", ["Lever machine", "Espresso machine"]),
        ("?sort=category", ["Mill", "Espresso machine", "Care"]),
        ("?sort=code", ["Care", "Espresso machine", "Mill"]),
    ],
)
def test_what_the_address_asks_for(shop, alice, signed_in, query, expected):
    found = names(signed_in(alice).get(f"/products/{query}"))
    assert sorted(found) == sorted(expected)
    if "sort=" in query and "code" not in query and "category" not in query:
        assert found == expected


def test_a_category_is_one_of_several(shop, alice, signed_in):
    category = shop["mill"].category_id
    response = signed_in(alice).get(f"/products/?category={category}")
    assert names(response) == ["Espresso machine", "Mill"]
    assert "Category: Machines" in response.text


def test_prices_are_those_in_the_readers_currency(shop, alice, signed_in):
    alice.currency = "USD"
    alice.save()
    page = signed_in(alice).get("/products/").text
    assert "$3,700" in page
    assert "3,400" not in page
    page = signed_in(alice).get("/products/?currency=EUR&cols=price,prices").text
    assert "€3,400" in page


def test_part_of_a_cent_is_told(alice, signed_in):
    ProductFactory(name="Cup", prices={"EUR": Decimal("0.0425")})
    assert "€0.0425" in signed_in(alice).get("/products/").text


def test_the_part_is_what_the_page_shows(shop, alice, signed_in):
    assert_part_of_page(signed_in(alice), "/products/", "results", q="machine")


def test_only_those_who_keep_it_are_offered_to_change_it(shop, alice, manager, signed_in):
    page = signed_in(alice).get("/products/").text
    assert "Add product" not in page
    assert 'name="ids"' not in page
    page = signed_in(manager).get("/products/").text
    assert "Add product" in page
    assert 'name="ids"' in page


@pytest.mark.parametrize("number", [1, 5])
def test_a_page_takes_as_many_statements_at_any_length(
    number, manager, signed_in, django_assert_num_queries
):
    field = FieldFactory(of="product", kind="user", name="Buyer")
    for _each in range(number):
        ProductFactory(
            category=CategoryFactory(), prices={"EUR": 1}, custom={str(field.pk): manager.pk}
        )
    client = signed_in(manager)
    # Session, user; custom fields; what filters offer; the count; chosen columns are in the
    # address; ids, rows, their prices, the names of their colleagues; views; categories.
    with django_assert_num_queries(11):
        client.get(f"/products/?cols=price,prices,category,{field.key}")


def test_without_products_it_says_what_they_are_for(alice, manager, signed_in):
    assert "No products yet" in signed_in(alice).get("/products/").text
    assert "/products/new/" in signed_in(manager).get("/products/").text
    assert "No product matches" in signed_in(alice).get("/products/?q=nothing").text


# --- Many at a time ----------------------------------------------------------------------------


def test_ticked_ones_are_no_longer_offered_and_offered_again(shop, manager, signed_in):
    client = signed_in(manager)
    ids = {"ids": [shop["mill"].pk, shop["care"].pk]}
    response = client.post("/products/deactivate/", ids, follow=True)
    assert "2 products are no longer offered." in response.text
    assert names(response) == ["Espresso machine"]
    client.post("/products/activate/", ids)
    assert Product.objects.active().count() == 3


def test_all_that_match_get_a_category(shop, manager, signed_in):
    category = CategoryFactory(name="Heavy")
    sent = {"all": "1", "view": "all", "q": "machine", "count": "2", "to": category.pk}
    signed_in(manager).post("/products/categorize/", sent)
    assert {p.name for p in category.products.all()} == {"Espresso machine", "Lever machine"}


def test_a_category_is_taken_off(shop, manager, signed_in):
    sent = {"ids": [shop["mill"].pk], "to": "none"}
    response = signed_in(manager).post("/products/categorize/", sent, follow=True)
    assert "1 product is in no category." in response.text
    assert Product.objects.get(name="Mill").category is None


@pytest.mark.parametrize("to", ["", "x", "999999", "{archived}"])
def test_only_a_category_in_use_is_given(shop, manager, signed_in, to):
    archived = CategoryFactory(archived_at=timezone.now())
    sent = {"ids": [shop["care"].pk], "to": to.format(archived=archived.pk)}
    assert signed_in(manager).post("/products/categorize/", sent).status_code == 404


def test_deleting_asks_first_and_can_be_undone(shop, manager, signed_in):
    client = signed_in(manager)
    sent = {"ids": [shop["mill"].pk, shop["care"].pk]}
    asked = client.post("/products/delete/", sent)
    assert "Delete 2 products?" in asked.text
    assert Product.objects.count() == 4
    response = client.post("/products/delete/", {**sent, "confirmed": "2"}, follow=True)
    assert "2 products deleted." in response.text
    assert Product.objects.count() == 2


def test_more_than_were_shown_are_asked_about(shop, manager, signed_in):
    sent = {"all": "1", "view": "all", "count": "2"}
    response = signed_in(manager).post("/products/deactivate/", sent)
    assert "Do this with 4 products?" in response.text
    assert Product.objects.active().count() == 3


def test_deleted_ones_are_listed_and_come_back(shop, alice, manager, signed_in):
    Product.objects.filter(name="Mill").update(deleted_at=timezone.now(), deleted_by=manager)
    page = signed_in(alice).get("/products/deleted/").text
    assert "Mill" in page
    assert "Restore Mill" not in page
    client = signed_in(manager)
    assert "Restore Mill" in client.get("/products/deleted/").text
    response = client.post("/products/deleted/bring-back/", {"ids": [shop["mill"].pk]}, follow=True)
    assert "1 product is back." in response.text
    assert Product.objects.filter(name="Mill").exists()


def test_a_code_that_is_taken_meanwhile_keeps_it_away_in_words(shop, manager, signed_in):
    Product.objects.filter(name="Mill").update(deleted_at=timezone.now())
    ProductFactory(name="New mill", code="m-7")
    response = signed_in(manager).post("/products/deleted/bring-back/", {"ids": [shop["mill"].pk]})
    assert response.status_code == 409
    assert "New mill" in response.text


# --- A file, views, fields of one's own --------------------------------------------------------


def test_the_file_holds_what_the_list_shows(shop, alice, signed_in):
    sent = {"all": "1", "view": "active", "next": "/products/?cols=code,price,prices,tax,active"}
    response = signed_in(alice).post("/exports/products/", sent | ASKED)
    lines = b"".join(response).decode("utf-8-sig").splitlines()
    assert lines[0] == "Name,Code,Price,Currency,All prices,Tax,Active"
    assert 'Espresso machine,,3400,EUR,"3400 EUR, 3700 USD",20,Yes' in lines
    assert len(lines) == 4


def test_a_file_for_french_spreadsheets_is_theirs(shop, alice, signed_in):
    ProductFactory(name="=cmd", prices={"EUR": Decimal("12.5")})
    sent = {"all": "1", "view": "active", "next": "/products/?cols=price"} | FRENCH
    lines = b"".join(signed_in(alice).post("/exports/products/", sent)).decode("utf-8-sig")
    assert "'=cmd;12,5;EUR" in lines


def test_views_and_columns_are_kept(shop, alice, signed_in):
    client = signed_in(alice)
    client.post("/lists/products/columns/", {"cols": ["code", "prices"]})
    titles = [str(column.title) for column, _head in client.get("/products/").context["columns"]]
    assert titles == ["Name", "Code", "All prices"]
    client.post(
        "/lists/products/views/new/",
        {"name": "Monthly ones", "audience": "own", "query": "billing=monthly"},
    )
    assert "Monthly ones" in client.get("/products/").text


def test_custom_fields_are_columns_filters_and_orders(shop, alice, signed_in):
    field = FieldFactory(of="product", kind="number", name="Weight")
    for name, weight in (("Mill", "12"), ("Care", "3")):
        Product.objects.filter(name=name).update(custom={str(field.pk): weight})
    client = signed_in(alice)
    response = client.get(f"/products/?cols={field.key}&sort=-{field.key}")
    assert names(response) == ["Mill", "Care", "Espresso machine"]
    assert "Weight" in response.text
    assert names(client.get(f"/products/?{field.key}_from=5")) == ["Mill"]
