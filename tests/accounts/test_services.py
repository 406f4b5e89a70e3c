"""Users come, change and leave; what they own goes to a colleague, and history says so."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import services
from accounts.models import Team, User
from contacts.models import Organization
from core.errors import NotAllowed
from deals.models import Deal
from history.models import Event, Operation
from leads.models import Lead
from tests.factories import (
    ActivityFactory,
    DealFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
    TeamFactory,
    UserFactory,
)


def test_a_user_is_added_without_a_password(admin):
    added = services.add_user(User(email="Zoe@Carnet.example", name="Zoé", role="rep"), by=admin)
    assert added.email == "zoe@carnet.example"
    assert not added.has_usable_password()
    assert Event.objects.get().verb == "user.added"


def test_an_address_signs_in_one_user(admin, alice):
    with pytest.raises(ValidationError):
        services.add_user(User(email="ALICE@carnet.example", name="Another"), by=admin)


def test_a_change_is_remembered(admin, alice, charlie):
    services.change_user(alice, {"role": "manager", "team": charlie.team}, by=admin)
    alice.refresh_from_db()
    assert (alice.role, alice.team) == ("manager", charlie.team)
    assert Event.objects.get().changes["role"] == ["rep", "manager"]


def test_changing_nothing_is_not_remembered(admin, alice):
    services.change_user(alice, {"role": "rep", "name": alice.name}, by=admin)
    assert not Operation.objects.exists()


@pytest.mark.parametrize("who", ["alice", "manager", "reader"])
def test_only_admins_decide_about_users(who, alice, bob, request):
    user = request.getfixturevalue(who)
    acts = [
        lambda: services.add_user(User(email="z@carnet.example", name="Z"), by=user),
        lambda: services.change_user(user, {"role": "admin"}, by=user),
        lambda: services.deactivate_user(bob, heir=alice, by=user),
        lambda: services.reactivate_user(bob, by=user),
        lambda: services.save_team(Team(name="West"), by=user),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert not Operation.objects.exists()
    assert not Team.objects.filter(name="West").exists()


def test_a_leaver_hands_over_all_they_own(admin, alice, bob):
    person = PersonFactory(owner=alice)
    organization = OrganizationFactory(owner=alice)
    lead, deleted = LeadFactory(owner=alice, person=person), LeadFactory(owner=alice, person=person)
    deal = DealFactory(owner=alice, person=person)
    bobs = LeadFactory(owner=bob)
    Lead.objects.filter(pk=deleted.pk).update(deleted_at=deal.created_at)

    assert services.deactivate_user(alice, heir=bob, by=admin) == 5

    assert set(Lead.everything.owned_by(bob)) == {lead, deleted, bobs}
    assert Deal.objects.get().owner == bob
    assert Organization.objects.get() == organization
    assert Organization.objects.get().owner == bob
    [operation] = Operation.objects.all()
    assert operation.verb == "user.deactivated"
    verbs = sorted(operation.events.values_list("verb", flat=True))
    assert verbs == [
        "deal.assigned",
        "lead.assigned",
        "lead.assigned",
        "organization.assigned",
        "person.assigned",
        "user.deactivated",
    ]
    event = operation.events.get(subject_kind="deal")
    assert event.changes["owner"] == [
        {"id": alice.pk, "name": "Alice Martin"},
        {"id": bob.pk, "name": "Bob Petit"},
    ]


def test_what_a_leaver_still_had_to_do_goes_to_the_heir(admin, alice, bob):
    person = PersonFactory(owner=bob)
    to_do = ActivityFactory(assignee=alice, person=person)
    done = ActivityFactory(assignee=alice, person=person, done_at=person.created_at, done_by=alice)
    services.deactivate_user(alice, heir=bob, by=admin)
    to_do.refresh_from_db()
    done.refresh_from_db()
    assert (to_do.assignee, done.assignee) == (bob, alice)
    assert Event.objects.get(verb="user.deactivated").changes["heir"][1]["name"] == "Bob Petit"
    told = Event.objects.get(verb="activity.changed")
    assert (told.subject_kind, told.subject_id) == ("person", person.pk)
    assert [each["name"] for each in told.changes["assignee"]] == ["Alice Martin", "Bob Petit"]


@pytest.mark.parametrize("heir", [None, "reader", "alice", "gone"])
def test_the_heir_is_a_colleague_who_may_own(heir, admin, alice, reader, request):
    LeadFactory(owner=alice)
    gone = UserFactory(is_active=False)
    chosen = {None: None, "reader": reader, "alice": alice, "gone": gone}[heir]
    with pytest.raises(services.HeirNeeded):
        services.deactivate_user(alice, heir=chosen, by=admin)
    alice.refresh_from_db()
    assert alice.is_active
    assert not Operation.objects.exists()


def test_who_owns_nothing_needs_no_heir(admin, reader):
    assert services.deactivate_user(reader, heir=None, by=admin) == 0
    assert not User.objects.get(pk=reader.pk).is_active


def test_a_leavers_live_session_ends_at_once_and_stays_ended(admin, alice, bob):
    hers, his = Client(), Client()
    hers.force_login(alice)
    his.force_login(bob)
    assert hers.get("/profile/").status_code == 200
    services.deactivate_user(alice, heir=None, by=admin)
    assert hers.get("/profile/").status_code == 302
    assert his.get("/profile/").status_code == 200
    services.reactivate_user(alice, by=admin)
    assert hers.get("/profile/").status_code == 302


def test_nobody_deactivates_themself(admin):
    UserFactory(role=User.Role.ADMIN)
    with pytest.raises(services.OwnAccount):
        services.deactivate_user(admin, heir=None, by=admin)


def test_the_last_admin_stays(admin):
    with pytest.raises(services.LastAdmin):
        services.change_user(admin, {"role": User.Role.MANAGER}, by=admin)
    second = UserFactory(role=User.Role.ADMIN)
    services.change_user(admin, {"role": User.Role.MANAGER}, by=admin)
    admin.refresh_from_db()
    with pytest.raises(services.LastAdmin):
        services.change_user(second, {"role": ""}, by=second)


def test_a_team_with_members_stays(admin, alice, team):
    with pytest.raises(services.TeamHasMembers, match="1 member"):
        services.remove_team(team, by=admin)
    empty = TeamFactory()
    services.remove_team(empty, by=admin)
    assert list(Team.objects.all()) == [team]
