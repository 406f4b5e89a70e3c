"""The cast, and a strict browser.

Alice owns it, Bob is on her team, Charlie is not. A test without Charlie does not test access.
"""

import os

import pytest
from django.db import connection
from django.test import Client
from django.test.client import store_rendered_templates
from django.utils import translation

from accounts.models import User
from tests.factories import PipelineFactory, StageFactory, TeamFactory, UserFactory

# Playwright's synchronous interface runs inside an event loop, where Django would refuse the ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


class StrictClient(Client):
    """A browser that objects when a GET writes to the database."""

    def get(self, *args, **kwargs):
        with connection.execute_wrapper(reading_only):
            return super().get(*args, **kwargs)


def reading_only(execute, sql, params, many, context):
    first = sql.lstrip(" \n(").upper()
    assert first.startswith(("SELECT", "SAVEPOINT", "RELEASE", "SET ")), (
        f"a GET must not write: {sql}"
    )
    return execute(sql, params, many, context)


def keep_the_first(kept, signal, sender, template, context, **more):
    if "context" not in kept:
        store_rendered_templates(kept, signal, sender, template, context, **more)


@pytest.fixture(scope="session", autouse=True)
def one_context():
    """``response.context`` is what the page was given; Django would copy what each of the hundreds
    of templates was given that the page includes.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.client.store_rendered_templates", keep_the_first)
        yield


@pytest.fixture(autouse=True)
def own_language():
    """A request leaves the language of its user behind; the next test begins in English."""
    yield
    translation.deactivate()


@pytest.fixture
def team(db):
    return TeamFactory(name="North")


@pytest.fixture
def alice(team):
    return UserFactory(name="Alice Martin", email="alice@carnet.example", team=team)


@pytest.fixture
def bob(team):
    """On Alice's team."""
    return UserFactory(name="Bob Petit", email="bob@carnet.example", team=team)


@pytest.fixture
def charlie(db):
    """On another team."""
    return UserFactory(
        name="Charlie Roux", email="charlie@carnet.example", team=TeamFactory(name="South")
    )


@pytest.fixture
def manager(team):
    """Leads Alice's team."""
    return UserFactory(
        name="Mona Laurent", email="manager@carnet.example", team=team, role=User.Role.MANAGER
    )


@pytest.fixture
def reader(team):
    """Reads along on Alice's team and changes nothing."""
    return UserFactory(
        name="Rita Blanc", email="reader@carnet.example", team=team, role=User.Role.READER
    )


@pytest.fixture
def admin(db):
    return UserFactory(name="Ada Moreau", email="admin@carnet.example", role=User.Role.ADMIN)


@pytest.fixture
def signed_in():
    """``signed_in(alice)``: a strict browser in which Alice is signed in."""

    def sign_in(user):
        client = StrictClient()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def pipeline(db):
    """The default pipeline, with the stages Qualified, Offer and Negotiation."""
    pipeline = PipelineFactory(name="Sales", is_default=True, position=0)
    for position, name in enumerate(["Qualified", "Offer", "Negotiation"]):
        StageFactory(
            pipeline=pipeline, name=name, position=position, probability=20 * position + 20
        )
    return pipeline


@pytest.fixture
def stages(pipeline):
    return list(pipeline.stages.in_order())
