"""The profile for everybody; users and teams for admins alone."""

import pytest
from django.core import mail

from accounts.models import Team, User
from history.models import Operation
from tests.factories import LeadFactory, UserFactory

ADMIN_PAGES = [
    "/settings/users/",
    "/settings/users/new/",
    "/settings/users/{bob}/",
    "/settings/users/{bob}/deactivate/",
    "/settings/teams/",
    "/settings/teams/new/",
    "/settings/teams/{team}/",
]
ADMIN_ACTS = [
    ("/settings/users/new/", {"name": "Zoé", "email": "z@carnet.example", "language": "en"}),
    ("/settings/users/{bob}/", {"name": "Bob", "email": "bob@carnet.example", "role": "admin"}),
    ("/settings/users/{bob}/invite/", {}),
    ("/settings/users/{bob}/deactivate/", {}),
    ("/settings/users/{bob}/reactivate/", {}),
    ("/settings/teams/new/", {"name": "West"}),
    ("/settings/teams/{team}/", {"name": "West"}),
    ("/settings/teams/{team}/remove/", {}),
]


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_admins_see_the_settings(path, admin, bob, team, signed_in):
    response = signed_in(admin).get(path.format(bob=bob.pk, team=team.pk))
    assert response.status_code == 200
    assert 'aria-current="page"' in response.text


@pytest.mark.parametrize("who", ["alice", "charlie", "manager", "reader"])
@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_nobody_else_does(who, path, bob, team, signed_in, request):
    response = signed_in(request.getfixturevalue(who)).get(path.format(bob=bob.pk, team=team.pk))
    assert response.status_code == 403


@pytest.mark.parametrize("who", ["alice", "charlie", "manager", "reader"])
@pytest.mark.parametrize(("path", "typed"), ADMIN_ACTS)
def test_nobody_else_changes_anything(who, path, typed, bob, team, signed_in, request):
    client = signed_in(request.getfixturevalue(who))

    def state():
        return list(User.objects.order_by("pk").values()), list(Team.objects.values())

    before = state()
    assert client.post(path.format(bob=bob.pk, team=team.pk), typed).status_code == 403
    assert state() == before
    assert not Operation.objects.exists()
    assert mail.outbox == []


def test_a_profile_is_saved(alice, signed_in):
    typed = {
        "name": "Alice M.",
        "language": "fr",
        "time_zone": "America/Montreal",
        "currency": "CAD",
        "theme": "dark",
        "role": "admin",
        "is_active": "",
    }
    client = signed_in(alice)
    assert client.post("/profile/", typed | {"time_zone": "Mars/Olympus"}).status_code == 422
    response = client.post("/profile/", typed | {"time_zone": "America/Toronto"})
    assert response.status_code == 302
    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.theme) == ("Alice M.", "fr", "dark")
    assert (alice.role, alice.is_active) == ("rep", True)
    assert 'lang="fr" data-theme="dark"' in client.get("/profile/").text


def test_a_time_is_told_where_one_is(alice, signed_in):
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    assert 'value="Asia/Tokyo" selected' in signed_in(alice).get("/profile/").text


def test_single_keys_are_on_until_somebody_switches_them_off(alice, signed_in):
    client = signed_in(alice)
    shown = client.get("/profile/")
    assert 'data-shortcuts="off"' not in shown.text
    typed = shown.context["form"].initial
    assert typed["has_shortcuts"] is True
    client.post("/profile/", {**typed, "has_shortcuts": ""})
    assert '<body data-shortcuts="off">' in client.get("/profile/").text
    client.post("/profile/", {**typed, "has_shortcuts": "on"})
    assert "<body>" in client.get("/profile/").text


@pytest.mark.parametrize("name", ["", "a" * 121, "a\0b", "\u202eecilA"])
def test_a_bad_name_is_said_at_the_field(alice, signed_in, name):
    typed = {"language": "en", "time_zone": "UTC", "currency": "EUR", "theme": "dark"}
    response = signed_in(alice).post("/profile/", typed | {"name": name})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text


def test_an_admin_invites(admin, team, signed_in):
    typed = {
        "name": "Zoé Blin",
        "email": "Zoe@carnet.example",
        "role": "rep",
        "team": team.pk,
        "language": "fr",
    }
    response = signed_in(admin).post("/settings/users/new/", typed, follow=True)
    assert "An invitation is on its way to zoe@carnet.example." in response.text
    zoe = User.objects.get(email="zoe@carnet.example")
    assert (zoe.role, zoe.team, zoe.language) == ("rep", team, "fr")
    [letter] = mail.outbox
    assert letter.to == ["zoe@carnet.example"]
    assert "http://testserver/password/" in letter.body


def test_an_address_in_use_is_said_at_the_field(admin, alice, signed_in):
    typed = {"name": "Another", "email": "Alice@carnet.example", "language": "en"}
    response = signed_in(admin).post("/settings/users/new/", typed)
    assert response.status_code == 422
    assert "already signs in with this e-mail address" in response.text


def test_a_mail_server_that_fails_loses_no_account(admin, signed_in, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    typed = {"name": "Zoé", "email": "zoe@carnet.example", "language": "en"}
    response = signed_in(admin).post("/settings/users/new/", typed, follow=True)
    assert "could not be sent" in response.text
    assert User.objects.filter(email="zoe@carnet.example").exists()


def test_an_admin_deactivates_and_reactivates(admin, alice, bob, signed_in):
    LeadFactory(owner=alice)
    client = signed_in(admin)
    path = f"/settings/users/{alice.pk}/deactivate/"
    assert "2 records" in client.get(path).text  # the lead and its person
    assert client.post(path, {}).status_code == 422
    assert client.post(path, {"heir": alice.pk}).status_code == 422
    response = client.post(path, {"heir": bob.pk}, follow=True)
    assert "2 records now belong to Bob Petit." in response.text
    client.post(f"/settings/users/{alice.pk}/reactivate/")
    assert User.objects.get(pk=alice.pk).is_active


def test_an_admin_is_told_why_they_stay(admin, signed_in):
    response = signed_in(admin).post(f"/settings/users/{admin.pk}/deactivate/", {})
    assert response.status_code == 422
    assert "You cannot deactivate yourself" in response.text
    typed = {"name": admin.name, "email": admin.email, "role": "rep"}
    response = signed_in(admin).post(f"/settings/users/{admin.pk}/", typed)
    assert response.status_code == 422
    assert "is the only admin" in response.text


def test_the_list_of_users_costs_the_same_for_many(admin, signed_in, django_assert_num_queries):
    client = signed_in(admin)
    with django_assert_num_queries(3):  # session, user, users with their teams
        client.get("/settings/users/")
    UserFactory.create_batch(4)
    with django_assert_num_queries(3):
        client.get("/settings/users/")


def test_teams_come_and_go(admin, team, alice, signed_in):
    client = signed_in(admin)
    client.post("/settings/teams/new/", {"name": "West"})
    west = Team.objects.get(name="West")
    assert client.post("/settings/teams/new/", {"name": "West"}).status_code == 422
    client.post(f"/settings/teams/{west.pk}/", {"name": "East"})
    client.post(f"/settings/teams/{west.pk}/remove/")
    assert client.post(f"/settings/teams/{team.pk}/remove/").status_code == 422
    assert list(Team.objects.all()) == [team]
