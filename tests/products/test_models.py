"""What the database itself holds of the catalogue."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from products.models import Product
from tests.factories import CategoryFactory, PriceFactory, ProductFactory

pytestmark = pytest.mark.django_db


def refused(name, make):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make()


def test_a_code_names_one_live_product_whatever_its_case():
    first = ProductFactory(code="AB-1")
    refused("products_product_code_once", lambda: ProductFactory(code="ab-1"))
    Product.objects.filter(pk=first.pk).update(deleted_at=timezone.now())
    ProductFactory(code="ab-1")


def test_any_number_of_products_have_no_code():
    ProductFactory()
    ProductFactory()


def test_one_price_a_currency():
    price = PriceFactory(currency="EUR")
    PriceFactory(product=price.product, currency="USD")
    refused("products_price_currency_once", lambda: PriceFactory(product=price.product))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("products_product_tax_is_percent", {"tax": 101}),
        ("products_product_tax_is_percent", {"tax": -1}),
        ("products_product_once_has_no_cycles", {"cycles": 12}),
        ("products_product_cycles_in_bounds", {"frequency": "monthly", "cycles": 0}),
        ("products_product_cycles_in_bounds", {"frequency": "monthly", "cycles": 209}),
        ("products_product_custom_is_an_object", {"custom": []}),
    ],
)
def test_what_a_product_cannot_be(name, fields):
    refused(name, lambda: ProductFactory(**fields))


def test_a_price_is_not_negative():
    refused("products_price_not_negative", lambda: PriceFactory(amount=-1))


def test_a_category_is_there_once_whatever_its_case():
    CategoryFactory(name="Training")
    refused("products_category_name_once", lambda: CategoryFactory(name="training"))


def test_who_works_here_sees_the_catalogue_and_who_configures_keeps_it(
    alice, reader, manager, admin
):
    ProductFactory()
    for user, may_change in ((alice, 0), (reader, 0), (manager, 1), (admin, 1)):
        assert Product.objects.visible_to(user).count() == 1
        assert Product.objects.changeable_by(user).count() == may_change
        assert Product.objects.deletable_by(user).count() == may_change
    alice.role = ""
    assert not Product.objects.visible_to(alice).exists()
