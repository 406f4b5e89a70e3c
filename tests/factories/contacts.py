"""People, organizations and the ways to reach them."""

import factory
from factory.django import DjangoModelFactory

from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from tests.factories.accounts import UserFactory


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Organization {n}")
    owner = factory.SubFactory(UserFactory)


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person {n}")
    owner = factory.SubFactory(UserFactory)


class EmailAddressFactory(DjangoModelFactory):
    class Meta:
        model = EmailAddress

    person = factory.SubFactory(PersonFactory)
    address = factory.Sequence(lambda n: f"person{n}@client.example")


class PhoneNumberFactory(DjangoModelFactory):
    class Meta:
        model = PhoneNumber

    person = factory.SubFactory(PersonFactory)
    number = factory.Sequence(lambda n: f"+33 6 00 00 {n // 100 % 100:02} {n % 100:02}")
