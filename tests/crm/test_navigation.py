"""The rail and the settings list: who finds what there, and that error pages do without."""

import pytest
from django.test import RequestFactory

from crm.navigation import navigation


@pytest.fixture
def shown(rf):
    def show(user, path="/"):
        request = rf.get(path)
        if user:
            request.user = user
        return navigation(request)

    return show


def test_the_rail_has_eight_places_and_knows_where_one_is(alice, shown):
    places = list(shown(alice, "/deals/12/")["navigation"])
    assert [place.url for place in places] == [
        "/leads/",
        "/deals/",
        "/projects/",
        "/activities/",
        "/people/",
        "/organizations/",
        "/products/",
        "/insights/sources/",
    ]
    assert [place.is_current for place in places] == [False, True, *[False] * 6]


@pytest.mark.parametrize(
    ("who", "count"), [("alice", 1), ("reader", 0), ("manager", 9), ("admin", 12)]
)
def test_settings_are_for_those_who_may_change_them_and_imports_for_who_writes(
    who, count, shown, request
):
    assert len(shown(request.getfixturevalue(who))["settings_pages"]) == count


def test_it_asks_the_database_nothing(admin, shown, django_assert_num_queries):
    with django_assert_num_queries(0):
        context = shown(admin)
        list(context["navigation"])
        list(context["settings_pages"])


def test_a_request_without_a_user_gets_none():
    assert navigation(RequestFactory().get("/")) == {"navigation": [], "settings_pages": []}


def test_strangers_get_none(client, db):
    response = client.get("/sign-in/")
    assert 'class="rail' not in response.text
    assert "/settings/" not in response.text


def test_a_missing_page_shows_no_error(alice, signed_in, client, db):
    assert signed_in(alice).get("/nowhere/").status_code == 404
    assert client.get("/nowhere/").status_code == 404


def test_home_is_the_leads_inbox(alice, signed_in):
    assert signed_in(alice).get("/").url == "/leads/"
