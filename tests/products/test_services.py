"""Products are created, changed, deleted and brought back, with their history and the way back."""

import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Missing, NotAllowed, Stale
from core.words import with_words
from custom_fields.kinds import Money
from history.models import Event, Operation
from history.services import AlreadyDone, undo
from products import services
from products.models import Product
from products.services import prices_of
from tests.factories import CategoryFactory, FieldFactory, ProductFactory
from tests.factories.custom_fields import present

pytestmark = pytest.mark.django_db

EURO = Money(Decimal(120), "EUR")


def test_a_product_is_created_with_its_prices(manager):
    product = services.create(
        Product(name="Espresso machine", code="EM-1", tax=20),
        prices=[Money(Decimal("99.9"), "USD"), EURO],
        by=manager,
    )
    assert prices_of(product) == [EURO, Money(Decimal("99.9"), "USD")]
    assert product.created_by == manager
    assert Event.objects.get().verb == "product.created"


def test_the_same_submission_makes_one_product(manager):
    token = uuid.uuid4()
    first = services.create(Product(name="Machine"), token=token, by=manager)
    assert services.create(Product(name="Machine"), token=token, by=manager) == first
    assert Product.objects.count() == 1


def test_a_repeat_of_what_was_deleted_meanwhile_says_so(manager):
    token = uuid.uuid4()
    first = services.create(Product(name="Machine"), token=token, by=manager)
    services.delete([first], by=manager)
    with pytest.raises(AlreadyDone):
        services.create(Product(name="Machine"), token=token, by=manager)


def test_only_people_who_may_configure_keep_the_catalogue(alice, reader):
    product = ProductFactory()
    for user in (alice, reader):
        with pytest.raises(NotAllowed):
            services.create(Product(name="Machine"), by=user)
        with pytest.raises(NotAllowed):
            services.change(product, {"name": "Other"}, by=user)
        with pytest.raises(NotAllowed):
            services.set_fields([product], {"is_active": False}, by=user)
        with pytest.raises(NotAllowed):
            services.delete([product], by=user)
    assert not Operation.objects.exists()


def test_two_prices_in_one_currency_are_refused(manager):
    with pytest.raises(ValidationError) as refused:
        services.create(Product(name="Machine"), prices=[EURO, EURO], by=manager)
    assert "prices" in refused.value.error_dict
    assert not Product.objects.exists()


@pytest.mark.parametrize("price", [Money(Decimal(-1), "EUR"), Money(Decimal(1), "XXX")])
def test_a_price_that_cannot_be_is_refused(manager, price):
    with pytest.raises(ValidationError) as refused:
        services.change(ProductFactory(), {"prices": [price]}, by=manager)
    assert "prices" in refused.value.error_dict


def test_a_change_tells_what_was_before_and_can_be_taken_back(manager):
    training = CategoryFactory(name="Training")
    product = ProductFactory(name="Machine", prices={"EUR": 100})
    operation = services.change(
        product,
        {"name": "Better machine", "category": training, "prices": [EURO]},
        by=manager,
    )
    assert operation.events.get().changes == {
        "name": ["Machine", "Better machine"],
        "category": [None, {"id": training.pk, "name": "Training"}],
        "prices": [[["100", "EUR"]], [["120", "EUR"]]],
    }
    undo(operation, by=manager)
    product = Product.objects.get()
    assert (product.name, product.category) == ("Machine", None)
    assert prices_of(product) == [Money(Decimal(100), "EUR")]


def test_changing_nothing_records_nothing(manager):
    product = ProductFactory(tax=20, prices={"EUR": 120})
    same = {"name": product.name, "tax": Decimal("20.00"), "prices": [EURO]}
    assert services.change(product, same, by=manager) is None
    assert not Operation.objects.exists()


def test_a_stale_change_tells_both_values(manager):
    product = ProductFactory(name="Machine")
    services.change(product, {"name": "Mill"}, by=manager)
    with pytest.raises(Stale) as refused:
        services.change(product, {"name": "Grinder"}, seen={"name": "Machine"}, by=manager)
    assert (refused.value.seen, refused.value.found) == ("Machine", "Mill")
    # Who writes what is there by now is not stopped.
    assert services.change(product, {"name": "Mill"}, seen={"name": "Machine"}, by=manager) is None


def test_prices_that_somebody_changed_meanwhile_are_not_overwritten(manager):
    product = ProductFactory(prices={"EUR": 100})
    services.change(product, {"prices": [EURO]}, by=manager)
    with pytest.raises(Stale):
        services.change(product, {"prices": []}, seen={"prices": [["100", "EUR"]]}, by=manager)
    assert prices_of(product) == [EURO]


def test_what_was_changed_again_is_not_undone(manager):
    product = ProductFactory(name="Machine")
    operation = services.change(product, {"name": "Mill"}, by=manager)
    services.change(product, {"name": "Grinder"}, by=manager)
    with pytest.raises(Stale):
        undo(operation, by=manager)


def test_custom_values_are_written_and_taken_back(manager):
    field = FieldFactory(of="product", kind="number", name="Weight")
    product = ProductFactory()
    operation = services.change(product, {field.key: Decimal(12)}, by=manager)
    assert present(Product.objects.get(), field.key) == 12
    undo(operation, by=manager)
    assert Product.objects.get().custom == {}


def test_a_field_of_deals_is_none_of_products(manager):
    field = FieldFactory()
    with pytest.raises(Exception, match="no longer there"):
        services.change(ProductFactory(), {field.key: "x"}, by=manager)


def test_billed_once_there_are_no_cycles(manager):
    product = ProductFactory(frequency="monthly", cycles=12)
    with pytest.raises(ValidationError):
        services.change(product, {"frequency": "one_time"}, by=manager)
    services.change(product, {"frequency": "one_time", "cycles": None}, by=manager)


def test_many_are_set_at_once_and_taken_back(manager):
    category = CategoryFactory()
    had, *others = (ProductFactory(category=category), ProductFactory(), ProductFactory())
    operation = services.set_fields(Product.objects.all(), {"category": category}, by=manager)
    assert {event.subject_id for event in operation.events.all()} == {p.pk for p in others}
    assert Product.objects.filter(category=category).count() == 3
    undo(operation, by=manager)
    assert list(Product.objects.filter(category=category)) == [had]


def test_setting_many_takes_as_many_statements_as_one(manager, django_assert_num_queries):
    for _each in range(5):
        ProductFactory()
    one = Product.objects.filter(pk=Product.objects.first().pk)
    with django_assert_num_queries(9):
        services.set_fields(one, {"is_active": False}, by=manager)
    with django_assert_num_queries(9):
        services.set_fields(Product.objects.all(), {"is_active": False}, by=manager)


def test_a_deleted_product_is_out_of_sight_and_comes_back(manager):
    product = ProductFactory(name="Machine", prices={"EUR": 100})
    operation = services.delete([product], by=manager)
    assert not Product.objects.exists()
    assert operation.events.get().title == "Machine"
    services.bring_back([product], by=manager)
    assert prices_of(Product.objects.get()) == [Money(Decimal(100), "EUR")]
    with pytest.raises(Missing):
        services.bring_back([product], by=manager)


def test_deleting_is_undone_and_bringing_back_too(manager):
    product = ProductFactory()
    undo(services.delete([product], by=manager), by=manager)
    assert Product.objects.exists()
    services.delete([product], by=manager)
    undo(services.bring_back([product], by=manager), by=manager)
    assert not Product.objects.exists()


def test_nothing_comes_back_with_a_code_that_is_taken(manager):
    old = ProductFactory(name="Old", code="AB-1", deleted_at=timezone.now())
    new = ProductFactory(name="New", code="ab-1")
    with pytest.raises(services.CodeTaken, match="New") as refused:
        services.bring_back([old], by=manager)
    assert refused.value.records == [new]


def test_of_two_with_one_code_neither_comes_back(manager):
    both = [ProductFactory(code=code, deleted_at=timezone.now()) for code in ("AB-1", "ab-1")]
    with pytest.raises(services.CodeTaken):
        services.bring_back(both, by=manager)


@pytest.mark.parametrize("text", ["EM-12/b", "em 12", "12", "espr", "Machine em"])
def test_it_is_found_by_words_of_its_name_and_by_its_code(text):
    product = ProductFactory(name="Espresso machine", code="EM-12/B")
    ProductFactory(name="Grinder", code="GR-9")
    assert list(with_words(Product.objects.all(), text, column="found_by")) == [product]
