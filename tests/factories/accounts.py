"""Teams and users."""

import factory
from factory.django import DjangoModelFactory

from accounts.models import Team, User


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class UserFactory(DjangoModelFactory):
    """A sales rep without a team, whose password is ``carnet-demo``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"User {n}")
    email = factory.Sequence(lambda n: f"user{n}@carnet.example")
    role = User.Role.REP
    password = factory.django.Password("carnet-demo")
