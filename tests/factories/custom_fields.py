"""Custom fields and their options."""

import factory
from factory.django import DjangoModelFactory

from custom_fields.models import Field, Option
from custom_fields.values import known_fields, present_in


def present(record, key):
    """What ``record`` says in the field ``key``."""
    return present_in([record], known_fields([key], record.custom_of).values())[0][key]


class FieldFactory(DjangoModelFactory):
    """A field of leads and deals that holds text."""

    class Meta:
        model = Field
        skip_postgeneration_save = True

    of = Field.Of.OPPORTUNITY
    kind = "text"
    name = factory.Sequence(lambda n: f"Field {n}")
    position = factory.Sequence(lambda n: n)

    @factory.post_generation
    def options(self, create, names, **_kwargs):
        """``options=["Small", "Large"]``"""
        for position, name in enumerate(names or ()):
            Option.objects.create(field=self, name=name, position=position)
