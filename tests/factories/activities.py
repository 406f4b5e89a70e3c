"""Activities, their types, and notes."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from activities.models import Activity, ActivityType, Note
from tests.factories.accounts import UserFactory


class ActivityTypeFactory(DjangoModelFactory):
    class Meta:
        model = ActivityType

    name = factory.Sequence(lambda n: f"Type {n}")


class ActivityFactory(DjangoModelFactory):
    """An undone activity due today; say what it is about: ``lead=``, ``deal=``, ``person=``…

    It does not write the next step of its subject: that is the service's work.
    """

    class Meta:
        model = Activity

    type = factory.SubFactory(ActivityTypeFactory)
    subject = factory.Sequence(lambda n: f"Activity {n}")
    due_on = factory.LazyFunction(timezone.localdate)
    assignee = factory.SubFactory(UserFactory)


class NoteFactory(DjangoModelFactory):
    """A note; say what it is about: ``lead=``, ``deal=``, ``person=``…"""

    class Meta:
        model = Note

    text = factory.Sequence(lambda n: f"Note {n}")
    author = factory.SubFactory(UserFactory)
