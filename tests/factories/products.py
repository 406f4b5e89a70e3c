"""Products, their categories and prices."""

import factory
from factory.django import DjangoModelFactory

from products.models import Category, Price, Product


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")


class ProductFactory(DjangoModelFactory):
    """A product that is billed once; ``prices={"EUR": 100}`` gives it prices."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Product {n}")

    @factory.post_generation
    def prices(self, create, amounts, **_kwargs):
        for currency, amount in (amounts or {}).items():
            Price.objects.create(product=self, currency=currency, amount=amount)


class PriceFactory(DjangoModelFactory):
    class Meta:
        model = Price

    product = factory.SubFactory(ProductFactory)
    currency = "EUR"
    amount = 100
