"""Who sees, changes and deletes what: the whole cast against every kind of ownership."""

import pytest

from accounts.models import User, Visibility
from leads.models import Lead
from tests.factories import LeadFactory, UserFactory

# May they (see, change, delete) a record of Alice's with this visibility?
EXPECTED = {
    ("alice", "owner"): "scd",
    ("alice", "team"): "scd",
    ("alice", "everyone"): "scd",
    ("bob", "owner"): "",
    ("bob", "team"): "sc",
    ("bob", "everyone"): "sc",
    ("charlie", "owner"): "",
    ("charlie", "team"): "",
    ("charlie", "everyone"): "sc",
    ("manager", "owner"): "scd",
    ("manager", "team"): "scd",
    ("manager", "everyone"): "scd",
    ("reader", "owner"): "",
    ("reader", "team"): "s",
    ("reader", "everyone"): "s",
    ("admin", "owner"): "scd",
    ("admin", "team"): "scd",
    ("admin", "everyone"): "scd",
    ("nobody", "owner"): "",
    ("nobody", "team"): "",
    ("nobody", "everyone"): "",
    ("leaver", "owner"): "",
    ("leaver", "team"): "",
    ("leaver", "everyone"): "",
    ("other_manager", "owner"): "",
    ("other_manager", "team"): "",
    ("other_manager", "everyone"): "sc",
}


@pytest.fixture
def nobody(team):
    """Somebody without a role, on Alice's team."""
    return UserFactory(team=team, role="")


@pytest.fixture
def leaver(team):
    return UserFactory(team=team, is_active=False, role=User.Role.ADMIN)


@pytest.fixture
def other_manager(charlie):
    return UserFactory(team=charlie.team, role=User.Role.MANAGER)


@pytest.mark.parametrize(("who", "visibility"), EXPECTED)
def test_rights_on_a_record_of_alices(who, visibility, alice, request):
    lead = LeadFactory(owner=alice, visibility=visibility)
    user = request.getfixturevalue(who)
    doors = {"s": "visible_to", "c": "changeable_by", "d": "deletable_by"}
    allowed = "".join(
        letter
        for letter, door in doors.items()
        if getattr(Lead.objects, door)(user).filter(pk=lead.pk).exists()
    )
    assert allowed == EXPECTED[who, visibility]


def test_the_team_is_the_owners_team(alice, bob, charlie):
    lead = LeadFactory(owner=alice, visibility=Visibility.TEAM)
    Lead.objects.filter(pk=lead.pk).update(owner=charlie)
    assert not Lead.objects.visible_to(bob).exists()
    assert not Lead.objects.visible_to(alice).exists()
    assert Lead.objects.visible_to(charlie).get() == lead


def test_without_a_team_the_team_is_the_owner(db):
    alone, other = UserFactory(), UserFactory()
    LeadFactory(owner=alone, visibility=Visibility.TEAM)
    assert Lead.objects.visible_to(alone).count() == 1
    assert not Lead.objects.visible_to(other).exists()


def test_the_team_is_asked_for_once(alice, django_assert_num_queries):
    user = User.objects.get(pk=alice.pk)
    with django_assert_num_queries(3):  # the members, and two counts
        Lead.objects.visible_to(user).count()
        Lead.objects.visible_to(user).count()
