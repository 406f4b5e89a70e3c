"""A product's page and panel, its forms, and its fields changed where they stand."""

from decimal import Decimal

import pytest
from django.urls import reverse

from custom_fields.kinds import Money
from products import services
from products.models import Product
from products.services import prices_of
from tests.factories import (
    CategoryFactory,
    DealFactory,
    FieldFactory,
    LineItemFactory,
    ProductFactory,
)
from tests.house.reading import main_form

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def mill():
    return ProductFactory(
        name="Mill",
        code="M-7",
        unit="piece",
        tax="5.5",
        description="Grinds.",
        prices={"EUR": 690, "USD": "740.5"},
    )


def form_at(client, url):
    return main_form(client.get(url), url).fields


# --- The page ----------------------------------------------------------------------------------


def test_the_page_tells_all_of_it(mill, alice, signed_in):
    page = signed_in(alice).get(mill.get_absolute_url()).text
    for told in ("Mill", "M-7", "piece", "5.5%", "Grinds.", "€690", "$740.50", "One-time"):
        assert told in page
    assert "/edit/" not in page


def test_what_happened_to_it_is_told_with_the_way_back(mill, manager, signed_in):
    services.change(mill, {"prices": [Money(Decimal(700), "EUR")], "tax": 20}, by=manager)
    page = signed_in(manager).get(mill.get_absolute_url()).text
    assert "Product changed" in page
    assert "€690, $740.50" in page
    assert "€700" in page
    assert "5.5%" in page
    assert "Undo" in page


def test_beside_the_list_it_is_the_same_panel(mill, alice, signed_in):
    client = signed_in(alice)
    panel = client.get(mill.get_absolute_url(), headers={**HTMX, "HX-Target": "drawer"}).text
    assert panel.strip().startswith('<section id="panel"')
    assert 'id="panel"' in client.get(f"/products/?peek={mill.pk}").text
    assert 'id="panel"' not in client.get("/products/?peek=999").text


def test_it_tells_the_deals_that_have_it_and_that_one_may_see(mill, alice, charlie, signed_in):
    deal = DealFactory(title="Pilot", owner=alice, visibility="owner")
    for quantity, more in ((2, {}), (3, {}), (9, {"is_enabled": False})):
        LineItemFactory(deal=deal, product=mill, quantity=quantity, **more)
    LineItemFactory(deal=DealFactory(title="Elsewhere", owner=alice))
    page = signed_in(alice).get(mill.get_absolute_url()).text
    assert "Pilot" in page
    assert "5 piece" in page
    assert "Elsewhere" not in page
    assert "Pilot" not in signed_in(charlie).get(mill.get_absolute_url()).text


def test_one_that_is_not_there_is_missing(alice, signed_in):
    assert signed_in(alice).get("/products/999/").status_code == 404


@pytest.mark.parametrize("number", [1, 5])
def test_the_page_takes_as_many_statements_whatever_it_holds(
    number, mill, manager, signed_in, django_assert_num_queries
):
    for each in range(number):
        FieldFactory(of="product")
        LineItemFactory(product=mill)
        services.change(mill, {"unit": f"unit {each}"}, by=manager)
    client = signed_in(manager)
    # Session, user, team; the product with its custom fields, its prices, its deals, what happened
    # to it.
    with django_assert_num_queries(7):
        client.get(mill.get_absolute_url())


# --- Adding ------------------------------------------------------------------------------------


def test_a_product_is_added_with_all_that_was_typed(manager, signed_in):
    category = CategoryFactory()
    field = FieldFactory(of="product", kind="number", name="Weight")
    client = signed_in(manager)
    sent = form_at(client, "/products/new/") | {
        "name": "Mill",
        "code": "M-7",
        "category": category.pk,
        "tax": "5,5 %",
        "frequency": "monthly",
        "cycles": "12",
        "prices-amount": ["690", "", "1 200,50"],
        "prices-currency": ["EUR", "USD", "CHF"],
        field.key: "12",
    }
    response = client.post("/products/new/", sent, follow=True)
    product = Product.objects.get()
    assert response.redirect_chain[-1][0] == product.get_absolute_url()
    assert prices_of(product) == [Money(Decimal("1200.5"), "CHF"), Money(Decimal(690), "EUR")]
    assert (product.tax, product.cycles, product.category) == (Decimal("5.5"), 12, category)
    assert product.custom == {str(field.pk): "12"}
    # Sent once more, it is there once.
    client.post("/products/new/", sent)
    assert Product.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "This field is required."),
        ({"code": "m-7"}, "“Mill” has this code already."),
        ({"tax": "101"}, "less than or equal to 100"),
        ({"tax": "much"}, "Write a percentage like 20 or 5.5."),
        ({"frequency": "monthly", "cycles": "209"}, "less than or equal to 208"),
        ({"frequency": "monthly", "cycles": "0"}, "greater than or equal to 1"),
        ({"frequency": "hourly"}, "hourly"),
        ({"prices-amount": ["much"], "prices-currency": ["EUR"]}, "“much”: Write an amount"),
        ({"prices-amount": ["-1"], "prices-currency": ["EUR"]}, "“-1”"),
        ({"prices-amount": ["1"], "prices-currency": ["XXX"]}, "“1”"),
        (
            {"prices-amount": ["1", "2"], "prices-currency": ["EUR", "EUR"]},
            "There is only one price in each currency.",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place_and_nothing_is_lost(
    mill, manager, signed_in, wrong, told
):
    client = signed_in(manager)
    sent = form_at(client, "/products/new/") | {"name": "Other", "description": "Kept."} | wrong
    response = client.post("/products/new/", sent)
    assert response.status_code == 422
    assert told in response.text
    assert "Kept." in response.text
    assert Product.objects.count() == 1
    for amount in wrong.get("prices-amount", ()):
        assert f'value="{amount}"' in response.text


def test_only_the_price_that_is_wrong_is_marked(manager, signed_in):
    client = signed_in(manager)
    prices = {"prices-amount": ["12", "much"], "prices-currency": ["EUR", "USD"]}
    page = client.post("/products/new/", form_at(client, "/products/new/") | prices).text
    marked = [line for line in page.splitlines() if "prices-amount" in line and "invalid" in line]
    assert len(marked) == 1
    assert 'value="much"' in marked[0]


def test_billed_once_the_number_of_cycles_is_dropped(manager, signed_in):
    client = signed_in(manager)
    sent = form_at(client, "/products/new/") | {"name": "Mill", "cycles": "12"}
    client.post("/products/new/", sent)
    assert Product.objects.get().cycles is None


def test_a_copy_begins_as_the_other_one_without_its_code(mill, manager, signed_in):
    fields = form_at(signed_in(manager), f"/products/new/?like={mill.pk}")
    assert fields["name"] == ["Mill"]
    assert fields["code"] == [""]
    assert fields["prices-amount"] == ["690", "740.50", ""]
    assert fields["prices-currency"][:2] == ["EUR", "USD"]
    assert fields["tax"] == ["5.5"]


def test_one_more_row_for_a_price(manager, signed_in):
    row = signed_in(manager).get("/products/price-row/").text
    assert row.count('name="prices-amount"') == 1
    assert "/products/price-row/" in row
    assert '<option value="EUR" selected>' in row
    row = signed_in(manager).get("/products/price-row/?prices-currency=EUR").text
    assert '<option value="USD" selected>' in row


# --- Changing ----------------------------------------------------------------------------------


def test_a_change_is_saved_and_can_be_undone(mill, manager, signed_in):
    client = signed_in(manager)
    url = f"{mill.get_absolute_url()}edit/"
    sent = form_at(client, url) | {"name": "Grinder", "prices-amount": ["690", "", ""]}
    response = client.post(url, sent, follow=True)
    assert "“Grinder” is saved." in response.text
    assert prices_of(mill) == [Money(Decimal(690), "EUR")]
    assert "/history/" in response.text


def test_a_form_that_changes_nothing_records_nothing(mill, manager, signed_in):
    client = signed_in(manager)
    url = f"{mill.get_absolute_url()}edit/"
    before = Product.objects.get().updated_at
    client.post(url, form_at(client, url))
    assert Product.objects.get().updated_at == before


def test_who_was_late_is_told_both_values(mill, manager, signed_in):
    client = signed_in(manager)
    url = f"{mill.get_absolute_url()}edit/"
    sent = form_at(client, url) | {"unit": "set"}
    services.change(mill, {"unit": "box"}, by=manager)
    response = client.post(url, sent)
    assert response.status_code == 409
    assert "“piece”" in response.text
    assert "“box”" in response.text
    assert Product.objects.get().unit == "box"
    again = main_form(response, url).fields
    client.post(url, again)
    assert Product.objects.get().unit == "set"


def test_an_archived_category_stays_with_those_that_have_it(manager, signed_in):
    category = CategoryFactory(name="Former", archived_at="2026-01-01T00:00Z")
    product = ProductFactory(category=category)
    client = signed_in(manager)
    assert "Former" in client.get(f"{product.get_absolute_url()}edit/").text
    assert "Former" not in client.get("/products/new/").text


@pytest.mark.parametrize(
    ("name", "sent", "shown"),
    [
        ("name", {"name": "Grinder"}, "Grinder"),
        ("code", {"code": "G-1"}, "G-1"),
        ("unit", {"unit": "set"}, "set"),
        ("tax", {"tax": "20"}, "20%"),
        ("billing", {"frequency": "monthly", "cycles": "12"}, "Monthly × 12"),
        ("description", {"description": "Better."}, "Better."),
        ("active", {}, "no"),
        ("price", {"prices-amount": ["700"], "prices-currency": ["EUR"]}, "€700"),
        ("prices", {"prices-amount": ["700"], "prices-currency": ["USD"]}, "$700"),
    ],
)
def test_a_field_is_changed_in_its_cell(mill, manager, signed_in, name, sent, shown):
    client = signed_in(manager)
    url = f"{mill.get_absolute_url()}edit/{name}/"
    fields = main_form(client.get(url), url).fields
    if name == "active":
        del fields["is_active"]
    response = client.post(url, fields | sent, headers=HTMX)
    assert response.status_code == 200
    assert shown in response.text


def test_a_fact_brings_all_facts_back(mill, manager, signed_in):
    client = signed_in(manager)
    url = f"{mill.get_absolute_url()}edit/billing/?place=fact"
    fields = form_at(client, url.partition("?")[0])
    sent = fields | {"frequency": "yearly"}
    response = client.post(url, sent, headers=HTMX)
    assert 'id="facts"' in response.text
    assert "until it is cancelled" in response.text


@pytest.mark.parametrize("name", ["code", "prices", "price"])
def test_a_wrong_value_stays_in_its_cell(mill, manager, signed_in, name):
    ProductFactory(code="T-1")
    client = signed_in(manager)
    url = f"{mill.get_absolute_url()}edit/{name}/"
    wrong = {"code": "t-1", "prices-amount": ["x"], "prices-currency": ["EUR"]}
    response = client.post(url, form_at(client, url) | wrong, headers=HTMX)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text


def test_there_is_no_form_of_what_is_none_of_its_fields(mill, manager, signed_in):
    for name in ("created", "owner", "custom_99"):
        url = f"{mill.get_absolute_url()}edit/{name}/"
        assert signed_in(manager).get(url).status_code == 404


def test_a_custom_field_is_changed_in_its_cell(mill, manager, signed_in):
    field = FieldFactory(of="product", kind="option", options=["Small", "Large"])
    small = field.options.get(name="Small")
    client = signed_in(manager)
    url = f"{mill.get_absolute_url()}edit/{field.key}/"
    response = client.post(url, form_at(client, url) | {field.key: small.pk}, headers=HTMX)
    assert "Small" in response.text
    assert Product.objects.get().custom == {str(field.pk): small.pk}


def test_it_is_deactivated_and_deleted_from_its_page(mill, manager, signed_in):
    client = signed_in(manager)
    page = client.get(mill.get_absolute_url()).text
    assert 'name="next" value="/products/"' in page
    client.post("/products/deactivate/", {"ids": mill.pk, "next": "/products/"})
    assert "Offer again" in client.get(mill.get_absolute_url()).text


# --- Elsewhere ---------------------------------------------------------------------------------


def test_it_is_found_by_name_and_code(mill, alice, signed_in):
    old = ProductFactory(name="Mill of old", is_active=False)
    client = signed_in(alice)
    groups = client.get("/search/?q=mill").context["groups"]
    assert [(group.kind, group.rows) for group in groups] == [("product", [mill, old])]
    assert "M-7" in client.get("/search/?q=m-7").text


def test_it_is_found_by_its_code_while_one_adds_it_to_a_deal(mill, alice, signed_in):
    url = reverse("deals:line_options", args=[DealFactory(owner=alice).pk])
    assert "Mill" in signed_in(alice).get(url, {"q": "m-7"}).text


def test_categories_are_words_that_managers_keep(mill, manager, signed_in):
    client = signed_in(manager)
    client.post("/settings/product-categories/new/", {"name": "Machines"})
    category = mill._meta.get_field("category").related_model.objects.get()
    services.change(mill, {"category": category}, by=manager)
    response = client.post(f"/settings/product-categories/{category.pk}/remove/")
    assert response.status_code == 422
    assert "1 record has it" in response.text


def test_the_admin_obeys_the_services(mill, admin, signed_in):
    client = signed_in(admin)
    url = f"/admin/products/product/{mill.pk}/change/"
    fields = main_form(client.get(url), url).fields
    fields |= {"name": "Grinder", "prices-0-amount": "700", "_save": "1"}
    assert client.post(url, fields).status_code == 302
    assert Product.objects.get().name == "Grinder"
    assert prices_of(mill)[0] == Money(Decimal(700), "EUR")
    client.post(f"/admin/products/product/{mill.pk}/delete/", {"post": "yes"})
    assert not Product.objects.exists()
    assert Product.everything.exists()
